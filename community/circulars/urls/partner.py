"""Under /partner/circulars/: an association sends, reads its ledger, keeps its 班."""

from chiba_ward.access.decorators import partner_required
from community.circulars.urls.faces import pages

app_name = "circulars_partner"
urlpatterns = pages(partner_required)

"""Under /partner/ward-meetings/: outside members read what is for them, answer a call, report what they owe."""

from chiba_ward.access.decorators import partner_required
from regional_issues.meetings.urls.faces import pages

app_name = "ward_meetings_partner"
urlpatterns = pages(partner_required)

"""Under /admin/issues/."""

from django.urls import path

from chiba_ward.access.decorators import staff_required
from regional_issues.views import dialogues, issues

app_name = "issues"
urlpatterns = [
    path("", staff_required(issues.index), name="index"),
    path("list.csv", staff_required(issues.csv), name="csv"),
    path("new/", staff_required(issues.new), name="new"),
    path("<int:pk>/", staff_required(issues.detail), name="show"),
    path("<int:pk>/do/<slug:name>/", staff_required(issues.act), name="act"),
    path("dialogues/", staff_required(dialogues.index), name="dialogues"),
    path("dialogues/new/", staff_required(dialogues.new), name="dialogue_new"),
    path("dialogues/<int:pk>/", staff_required(dialogues.detail), name="dialogue"),
    path("dialogues/<int:pk>/do/<slug:name>/", staff_required(dialogues.act), name="dialogue_act"),
]

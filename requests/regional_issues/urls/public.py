"""Under /dialogues/."""

from django.urls import path

from regional_issues.views import public

app_name = "dialogues"
urlpatterns = [path("", public.index, name="index"), path("<int:pk>/", public.show, name="show")]

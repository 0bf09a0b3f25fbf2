from django.urls import path

from chiba_ward.progress import views

app_name = "progress"

urlpatterns = [
    path("", views.index, name="index"),
    path("report/", views.report, name="report"),
]

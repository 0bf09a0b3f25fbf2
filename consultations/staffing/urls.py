"""The staff face under /admin/specialists/."""

from django.urls import path

from consultations.staffing import views

app_name = "staffing"
urlpatterns = [
    path("", views.index, name="index"),
    path("list.csv", views.table_csv, name="csv"),
]

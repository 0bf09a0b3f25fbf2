from django.urls import path

from chiba_ward.casework import outside_duty_views as views

app_name = "outside_duty"
urlpatterns = [
    path("", views.index, name="index"),
    path("reason/<str:number>/", views.reason, name="reason"),
    path("<int:pk>/looked/", views.looked, name="looked"),
]

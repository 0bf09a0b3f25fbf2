from django.urls import path

from chiba_ward.disclosure.emergency import views

app_name = "break_glass"
urlpatterns = [
    path("", views.ask, name="ask"),
    path("reviews/", views.index, name="index"),
    path("reviews/<int:pk>/", views.reviewed, name="reviewed"),
]

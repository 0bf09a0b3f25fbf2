from django.urls import path

from chiba_ward.access.readlog import views

app_name = "read_log"
urlpatterns = [
    path("", views.index, name="index"),
    path("list.csv", views.as_csv, name="csv"),
    path("readers/", views.readers, name="readers"),
    path("chain/", views.chain, name="chain"),
    path("chain/start/", views.start, name="start"),
    path("chain/<int:pk>/", views.check, name="check"),
    path("chain/<int:pk>/state/", views.check_state, name="check_state"),
]

from django.urls import path

from chiba_ward.documents import views

app_name = "documents"
urlpatterns = [
    path("<uuid:pk>", views.show, name="show"),
    path("<uuid:pk>/state", views.state, name="state"),
    path("<uuid:pk>/file", views.download, name="download"),
    path("<uuid:pk>/retry", views.retry, name="retry"),
]

from django.urls import path

from chiba_ward.casework import views

app_name = "casework"
urlpatterns = [path("<int:pk>", views.attachment, name="attachment")]

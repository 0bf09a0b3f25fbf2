"""Under /admin/correspondence/."""

from django.urls import path

from chiba_ward.correspondence import views

app_name = "correspondence"
urlpatterns = [
    path("letters/", views.print_queue, name="print_queue"),
    path("calls/", views.calls, name="calls"),
    path("calls/<int:pk>/", views.call_log, name="call_log"),
    path("failures/", views.failures, name="failures"),
    path("failures/<int:pk>/", views.failure_act, name="failure_act"),
    path("texts/<int:pk>/preview/", views.template_preview, name="template_preview"),
]

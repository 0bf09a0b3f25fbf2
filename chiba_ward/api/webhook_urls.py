from django.urls import path

from chiba_ward.api import webhook_views as views

urlpatterns = [
    path("", views.EndpointsView.as_view(), name="webhooks"),
    path("<int:endpoint_id>/", views.EndpointDetailView.as_view(), name="webhook"),
    path("<int:endpoint_id>/ping/", views.PingView.as_view(), name="webhook_ping"),
    path("<int:endpoint_id>/deliveries/", views.DeliveriesView.as_view(), name="webhook_deliveries"),
]

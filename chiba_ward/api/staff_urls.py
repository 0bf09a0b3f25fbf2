"""Under /admin/integrations/."""

from django.urls import path

from chiba_ward.api.pages import endpoints, tokens

app_name = "integrations"

urlpatterns = [
    path("", tokens.index, name="tokens"),
    path("tokens/new/", tokens.permit, name="token_permit"),
    path("tokens/<int:pk>/", tokens.show, name="token"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="token_revoke"),
    path("webhooks/", endpoints.index, name="endpoints"),
    path("webhooks/new/", endpoints.register, name="endpoint_new"),
    path("webhooks/<int:pk>/", endpoints.show, name="endpoint"),
    path("webhooks/<int:pk>/secret/", endpoints.secret, name="endpoint_secret"),
    path("webhooks/<int:pk>/<slug:name>/", endpoints.act, name="endpoint_act"),
    path("webhooks/deliveries/<int:pk>/again/", endpoints.send_again, name="send_again"),
]

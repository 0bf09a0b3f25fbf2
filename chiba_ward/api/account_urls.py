"""Under /account/api-tokens/, on every face with people."""

from django.urls import path

from chiba_ward.api.pages import own

urlpatterns = [
    path("", own.index, name="api_tokens"),
    path("<int:pk>/collect/", own.collect, name="api_token_collect"),
    path("<int:pk>/revoke/", own.revoke, name="api_token_revoke"),
]

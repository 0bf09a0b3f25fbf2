"""The partner face under /partner/: accounts of agencies and bureaus, and links with one-time codes (J5)."""

from django.urls import path

from consultations.views.partner import links, pages

app_name = "partner"

urlpatterns = [
    path("", pages.inbox, name="inbox"),
    path("referrals/<int:pk>/", pages.detail, name="referral"),
    path("referrals/<int:pk>/open/", pages.open_excerpt, name="open"),
    path("referrals/<int:pk>/sheet/", pages.sheet, name="sheet"),
    path("referrals/<int:pk>/<slug:name>/", pages.act, name="act"),
    path("link/<str:token>/", links.link, name="link"),
    path("link/<str:token>/code/", links.code, name="code"),
    path("link/<str:token>/send-code/", links.send_code, name="send_code"),
    path("link/<str:token>/renew/", links.renew, name="renew"),
    path("finished/", pages.finished, name="finished"),
]

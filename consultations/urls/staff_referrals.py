"""つなぎ inside the staff face; included by `consultations.urls.staff` (namespace `staff`)."""

from django.urls import path

from consultations.views.referrals import consents, pages, steps

CASE = "case/<str:number>/referrals/"
ONE = f"{CASE}<int:sequence>/"

urlpatterns = [
    path("referrals/", pages.placed, name="referrals_placed"),
    path("referrals/placed.csv", pages.placed_csv, name="referrals_placed_csv"),
    path("referrals/inbox/", pages.inbox, name="referral_inbox"),
    path(f"{CASE}new/", steps.new, name="referral_new"),
    path(ONE, pages.detail, name="referral_detail"),
    path(f"{ONE}addressee/", steps.addressee, name="referral_addressee"),
    path(f"{ONE}ground/", steps.ground, name="referral_ground"),
    path(f"{ONE}consent/", consents.new, name="consent_new"),
    path(f"{ONE}consent-form/", steps.consent_form, name="referral_consent_form"),
    path(f"{ONE}items/", steps.items, name="referral_items"),
    path(f"{ONE}preview/", steps.preview, name="referral_preview"),
    path(f"{ONE}send/", steps.send, name="referral_send"),
    path(f"{ONE}discard/", steps.discard, name="referral_discard"),
    path(f"{ONE}sheet/", pages.sheet, name="referral_sheet"),
    path(f"{ONE}reply/", pages.reply, name="referral_reply"),
    path(f"{ONE}recall/", pages.press, {"name": "recall"}, name="referral_recall"),
    path(f"{ONE}keep/", pages.press, {"name": "keep"}, name="referral_keep"),
    path(f"{ONE}link/", pages.press, {"name": "link"}, name="referral_link"),
    path(f"{ONE}open/", pages.press, {"name": "open"}, name="referral_open"),
    path(f"{ONE}answer/<slug:name>/", pages.answer, name="referral_answer"),
    path("case/<str:number>/consents/<int:pk>/withdraw/", consents.withdraw, name="consent_withdraw"),
    path("case/<str:number>/consents/<int:pk>/print/", consents.print_consent, name="consent_print"),
]

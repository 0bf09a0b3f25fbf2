"""The consultations' part of /api/v1/."""

from django.urls import path

from consultations.api import cases, masters, receiving, referrals, transitions

CASE = "consultations/<str:receipt_no>/"
REFERRAL = "referrals/<int:referral_id>/"

urlpatterns = [
    path("consultations/", receiving.ConsultationsView.as_view(), name="consultations"),
    path(CASE, cases.CaseDetailView.as_view(), name="consultation"),
    path(f"{CASE}timeline/", cases.TimelineView.as_view(), name="timeline"),
    path(f"{CASE}messages/", cases.MessagesView.as_view(), name="messages"),
    path(f"{CASE}files/<int:file_id>/", cases.FileView.as_view(), name="file"),
    path(f"{CASE}transitions/", transitions.TransitionsView.as_view(), name="transitions"),
    path(f"{CASE}referrals/", referrals.CaseReferralsView.as_view(), name="case_referrals"),
    path(f"{CASE}consents/", referrals.ConsentsView.as_view(), name="consents"),
    path(
        f"{CASE}consents/<int:consent_id>/withdraw/",
        referrals.ConsentWithdrawView.as_view(),
        name="consent_withdraw",
    ),
    path("intake/", receiving.IntakeView.as_view(), name="intake"),
    path("status/", receiving.StatusView.as_view(), name="status"),
    path("referrals/", referrals.ReferralsView.as_view(), name="referrals"),
    path(REFERRAL, referrals.ReferralDetailView.as_view(), name="referral"),
    path(f"{REFERRAL}transitions/", referrals.ReferralTransitionsView.as_view(), name="referral_transitions"),
    path(f"{REFERRAL}lines/", referrals.LinesView.as_view(), name="referral_lines"),
    path(f"{REFERRAL}preview/", referrals.PreviewView.as_view(), name="referral_preview"),
    path("master/wards/", masters.WardsView.as_view(), name="wards"),
    path("master/offices/", masters.OfficesView.as_view(), name="offices"),
    path("master/fields/", masters.FieldsView.as_view(), name="fields"),
    path("master/topics/", masters.TopicsView.as_view(), name="topics"),
    path("master/grounds/", masters.GroundsView.as_view(), name="grounds"),
    path("master/choices/", masters.ChoicesView.as_view(), name="choices"),
]

"""The citizen's face: public, without an account (J1)."""

from django.urls import include, path

from consultations.views.citizen import consents, home, intake, mine, readers, resume, status

consult = [
    path("", intake.start, name="start"),
    path("resume/", resume.resume, name="resume"),
    path("<uuid:draft_id>/check/", intake.check, name="check"),
    path("<uuid:draft_id>/saved/", resume.saved, name="saved"),
    path("<uuid:draft_id>/<slug:name>/", intake.step, name="step"),
]

follow = [
    path("", status.login, name="login"),
    path("case/", status.case, name="case"),
    path("case/readers/", readers.by_key, name="readers"),
    path("case/message/", status.message, name="message"),
    path("case/withdraw/", status.withdraw, name="withdraw"),
    path("case/reopen/", status.reopen, name="reopen"),
    path("case/solved/", status.solved, name="solved"),
    path("case/receipt/", status.receipt, name="receipt"),
    path("case/consent/<int:pk>/withdraw/", consents.withdraw, name="consent_withdraw"),
    path("leave/", status.leave, name="leave"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("consult/", include((consult, "consult"))),
    path("status/", include((follow, "status"))),
    path("my/", mine.index, name="my_cases"),
    path("my/<str:number>/", mine.open_case, name="my_case"),
    path("my/<str:number>/readers/", readers.of_account, name="my_case_readers"),
]

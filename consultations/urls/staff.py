"""The staff face under /admin/consultations/: triage, one case, entry for a person, referrals (J2, J3)."""

from django.urls import path

from consultations.urls.staff_referrals import urlpatterns as referral_patterns
from consultations.views.staff import case, entry, persons, queue, queue_exports, reply, split

app_name = "staff"

urlpatterns = [
    path("", queue.queue, name="queue"),
    path("list.csv", queue_exports.queue_csv, name="queue_csv"),
    path("print/", queue_exports.queue_print, name="queue_print"),
    path("assign/", queue.bulk, name="bulk"),
    path("take-back/", queue.take_back, name="take_back"),
    path("entry/", entry.start, name="entry_start"),
    path("entry/<str:number>/correct/", entry.correct, name="entry_correct"),
    path("entry/<uuid:draft_id>/check/", entry.check, name="entry_check"),
    path("entry/<uuid:draft_id>/<slug:name>/", entry.step, name="entry_step"),
    *referral_patterns,
    path("case/<str:number>/", case.show, name="case"),
    path("case/<str:number>/print/", case.print_case, name="case_print"),
    path("case/<str:number>/reply/", reply.write, name="reply"),
    path("case/<str:number>/persons/", persons.show, name="persons"),
    path("case/<str:number>/persons/new/", persons.add, name="person_new"),
    path("case/<str:number>/persons/<int:pk>/", persons.correct, name="person_correct"),
    path("case/<str:number>/persons/<int:pk>/remove/", persons.remove, name="person_remove"),
    path("case/<str:number>/split/", split.split, name="split"),
    path("case/<str:number>/do/<slug:name>/", case.act, name="act"),
]

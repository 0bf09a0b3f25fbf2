"""Ledger, plans and transfers inside the staff face, under /admin/centre/ (DOMAIN §5 1-2)."""

from django.urls import path

from consultations.centre.views import entries, ledger, plans, transfers

app_name = "centre"

urlpatterns = [
    path("ledger/", ledger.index, name="ledger"),
    path("ledger/list.csv", ledger.ledger_csv, name="ledger_csv"),
    path("ledger/print/", ledger.ledger_print, name="ledger_print"),
    path("case/<str:number>/register/", entries.register, name="register"),
    path("entries/<int:pk>/", entries.detail, name="entry"),
    path("entries/<int:pk>/do/<slug:name>/", entries.act, name="act"),
    path("entries/<int:pk>/plans/new/", plans.new, name="plan_new"),
    path("plans/<int:pk>/", plans.detail, name="plan"),
    path("plans/<int:pk>/print/", plans.print_plan, name="plan_print"),
    path("plans/<int:pk>/do/<slug:name>/", plans.act, name="plan_act"),
    path("transfers/", transfers.index, name="transfers"),
    path("transfers/<int:pk>/", transfers.detail, name="transfer"),
    path("transfers/<int:pk>/do/<slug:name>/", transfers.act, name="transfer_act"),
]

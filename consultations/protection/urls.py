"""保護が必要な相談 under /admin/protection/."""

from django.urls import path

from consultations.protection.views import alarms, case, confirm, enter, leaving, listing, notifier

app_name = "protection"

urlpatterns = [
    path("", listing.index, name="index"),
    path("waiting/", listing.waiting, name="waiting"),
    path("telephone/", enter.telephone, name="enter"),
    path("late/", alarms.index, name="alarms"),
    path("late/<int:pk>/called/", alarms.called, name="called"),
    path("confirm/<str:number>/", confirm.confirm, name="confirm"),
    path("left/<str:number>/", leaving.left, name="left"),
    path("case/<str:number>/", case.show, name="case"),
    path("case/<str:number>/notifier/", notifier.read, name="notifier"),
    path("case/<str:number>/do/<slug:name>/", case.act, name="act"),
]

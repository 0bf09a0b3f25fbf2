"""Meetings, plans and tasks inside the staff face, under /admin/support/ (J6)."""

from django.urls import path

from consultations.support.views import meetings, plans, tasks

app_name = "support"

urlpatterns = [
    path("meetings/", meetings.index, name="meetings"),
    path("case/<str:number>/meetings/new/", meetings.new, name="new"),
    path("meetings/<int:pk>/", meetings.detail, name="meeting"),
    path("meetings/<int:pk>/approve/", meetings.approve, name="approve"),
    path("meetings/<int:pk>/print/", meetings.print_paper, name="print"),
    path("meetings/<int:pk>/do/<slug:name>/", meetings.act, name="act"),
    path("case/<str:number>/plans/new/", plans.new, name="plan_new"),
    path("plans/<int:pk>/", plans.detail, name="plan"),
    path("plans/<int:pk>/print/", plans.print_plan, name="plan_print"),
    path("plans/<int:pk>/do/<slug:name>/", plans.act, name="plan_act"),
    path("tasks/", tasks.index, name="tasks"),
    path("tasks/<int:pk>/", tasks.detail, name="task"),
    path("tasks/<int:pk>/done/", tasks.done, name="task_done"),
]

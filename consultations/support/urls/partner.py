"""What a member agency sees, under /partner/support/."""

from django.urls import path

from consultations.support.views import meetings, plans, tasks

app_name = "support_partner"

urlpatterns = [
    path("meetings/", meetings.partner_index, name="meetings"),
    path("meetings/<int:pk>/", meetings.partner_detail, name="meeting"),
    path("meetings/<int:pk>/print/", meetings.partner_print, name="print"),
    path("plans/<int:pk>/", plans.partner_detail, name="plan"),
    path("tasks/", tasks.partner_index, name="tasks"),
    path("tasks/<int:pk>/", tasks.partner_detail, name="task"),
    path("tasks/<int:pk>/done/", tasks.partner_done, name="task_done"),
]

from django.urls import path

from bench.floors import views

urlpatterns = [
    path("livez", views.hello),
    path("hello/", views.hello),
    path("list/<int:ward>/", views.rows),
    path("insert/", views.insert),
]

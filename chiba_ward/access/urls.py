from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from chiba_ward.access import views

own: list[URLPattern | URLResolver] = [
    path("posting/", views.switch_posting, name="switch_posting"),
    path("second-factor/", views.second_factor, name="second_factor"),
]
if settings.PORTAL_DEMO:
    own.append(path("demo/", views.demo_sign_in, name="demo_sign_in"))

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((own, "access"))),
    path("home/", views.home_after_login, name="home_after_login"),
    path("leave/", views.leave, name="leave"),
]

"""オープンデータの取込み, inside the staff face under /admin/open-data/."""

from django.urls import path

from community.open_data.views import staff

app_name = "open_data"

urlpatterns = [
    path("", staff.index, name="index"),
    path("list.csv", staff.index_csv, name="csv"),
    path("new/", staff.new, name="new"),
    path("<int:pk>/", staff.detail, name="file"),
    path("<int:pk>/take/", staff.take, name="take"),
    path("<int:pk>/discard/", staff.discard, name="discard"),
]

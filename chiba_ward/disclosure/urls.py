from django.urls import path

from chiba_ward.disclosure import views

app_name = "hold"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("import/", views.import_list, name="import"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/print/", views.print_sheet, name="print"),
    path("<int:pk>/extend/", views.extend, name="extend"),
    path("<int:pk>/propose/", views.propose, name="propose"),
    path("<int:pk>/confirm/", views.confirm, name="confirm"),
    path("<int:pk>/keep/", views.keep, name="keep"),
]

"""Addresses of the set-up pages."""

from django.urls import path

from houqin.web.setup import views

app_name = "setup"
urlpatterns = [
    path("", views.start, name="start"),
    path("organisation/", views.organisation_page, name="organisation"),
    path("priorities/", views.matrix, name="matrix"),
    path("standards/", views.standard_list, name="standards"),
    path("standards/new/", views.standard_edit, name="standard_new"),
    path("standards/<int:pk>/", views.standard_edit, name="standard"),
    path("registers/<slug:key>/", views.register_list, name="register"),
    path("registers/<slug:key>/new/", views.register_edit, name="new"),
    path("registers/<slug:key>/<int:pk>/", views.register_edit, name="edit"),
    path("registers/<slug:key>/<int:pk>/delete/", views.register_delete, name="delete"),
]

"""Addresses of exports."""

from django.urls import path

from houqin.web.exports import views

app_name = "exports"
urlpatterns = [
    path("ready/<slug:token>/", views.ready, name="ready"),
    path("ready/<slug:token>/file/", views.file, name="file"),
    path("<slug:kind>/", views.start, name="start"),
]

"""Addresses of the kit itself."""

from django.urls import path

from houqin.web.ui import views

app_name = "ui"
urlpatterns = [
    path("gallery/", views.gallery, name="gallery"),
    path("preferences/", views.preferences, name="preferences"),
]

"""Addresses of the figures."""

from django.urls import path

from houqin.web.insight import views

app_name = "insight"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("export/", views.export, name="export"),
]

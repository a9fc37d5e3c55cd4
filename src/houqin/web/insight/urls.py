"""Addresses of the figures."""

from django.urls import path

from houqin.web.insight import ratings, views

app_name = "insight"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("ratings/", ratings.ratings, name="ratings"),
    path("export/", views.export, name="export"),
]

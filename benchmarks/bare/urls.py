"""Addresses of the bare project."""

from django.urls import path

from benchmarks.bare.views import alive, api, create, page

urlpatterns = [
    path("", alive),
    path("create", create),
    path("page", page),
    path("api/", api.urls),
]

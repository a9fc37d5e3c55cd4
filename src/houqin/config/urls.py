"""Every address of the product."""

from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("i18n/setlang/", set_language, name="set_language"),
    path("ui/", include("houqin.web.ui.urls")),
]

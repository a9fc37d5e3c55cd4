"""The kit as a Django app."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Layouts, components and template tags; no tables."""

    name = "houqin.web.ui"
    label = "ui"

"""The work app."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """Registers work with Django."""

    name = "houqin.work"
    label = "work"
    default_auto_field = "django.db.models.BigAutoField"

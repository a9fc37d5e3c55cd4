"""The desk app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Registers desk with Django."""

    name = "houqin.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

"""The cli app."""

from django.apps import AppConfig


class CliConfig(AppConfig):
    """Registers cli with Django."""

    name = "houqin.cli"
    label = "cli"
    default_auto_field = "django.db.models.BigAutoField"

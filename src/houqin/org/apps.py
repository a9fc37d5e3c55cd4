"""The org app."""

from django.apps import AppConfig


class OrgConfig(AppConfig):
    """Registers org with Django."""

    name = "houqin.org"
    label = "org"
    default_auto_field = "django.db.models.BigAutoField"

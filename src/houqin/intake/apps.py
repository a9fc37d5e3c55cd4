"""The intake app."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Registers intake with Django."""

    name = "houqin.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

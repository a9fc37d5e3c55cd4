"""The staffing app."""

from django.apps import AppConfig


class StaffingConfig(AppConfig):
    """Registers staffing with Django."""

    name = "houqin.staffing"
    label = "staffing"
    default_auto_field = "django.db.models.BigAutoField"

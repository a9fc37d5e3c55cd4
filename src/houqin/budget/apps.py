"""The budget app."""

from django.apps import AppConfig


class BudgetConfig(AppConfig):
    """Registers budget with Django."""

    name = "houqin.budget"
    label = "budget"
    default_auto_field = "django.db.models.BigAutoField"

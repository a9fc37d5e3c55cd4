"""The notify app."""

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    """Registers notify with Django."""

    name = "houqin.notify"
    label = "notify"
    default_auto_field = "django.db.models.BigAutoField"

"""The approvals app."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Registers approvals with Django."""

    name = "houqin.approvals"
    label = "approvals"
    default_auto_field = "django.db.models.BigAutoField"

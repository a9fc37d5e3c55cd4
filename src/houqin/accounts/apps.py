"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers accounts with Django."""

    name = "houqin.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

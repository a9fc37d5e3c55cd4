"""The inventory app."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """Registers inventory with Django."""

    name = "houqin.inventory"
    label = "inventory"
    default_auto_field = "django.db.models.BigAutoField"

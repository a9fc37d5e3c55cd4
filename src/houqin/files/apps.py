"""The files app."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Registers files with Django."""

    name = "houqin.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"

"""Set-up pages."""

from django.apps import AppConfig


class SetupConfig(AppConfig):
    """Registers the background job that makes a backup."""

    name = "houqin.web.setup"
    label = "setup"

"""Lists as spreadsheets."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Registers the background job that writes long lists."""

    name = "houqin.web.exports"
    label = "exports"

"""The figures that are counted in the background."""

from django.apps import AppConfig


class InsightPagesConfig(AppConfig):
    """Registers the background job that counts long periods."""

    name = "houqin.web.insight"
    label = "insight_pages"

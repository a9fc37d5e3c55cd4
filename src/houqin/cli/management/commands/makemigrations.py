"""Django's `makemigrations`, for our own apps only and comparing states without their wording."""

from typing import Any

from django.apps import apps
from django.core.management.commands.makemigrations import Command as DjangoCommand

from houqin.kernel.migrations import leave_wording_out

leave_wording_out()


class Command(DjangoCommand):
    """Never writes into the folders of libraries, whose migrations are theirs."""

    def handle(self, *app_labels: str, **options: Any) -> None:
        """Make migrations for the apps named, all of ours where none is."""
        ours = [config.label for config in apps.get_app_configs() if config.name.startswith("houqin.")]
        super().handle(*(app_labels or ours), **options)

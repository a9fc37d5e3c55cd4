"""The shape of the database-level history: one row for each change of a tracked row."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from pghistory.models import Event


class History(Event):
    """A copy of a tracked row after an insert or update, or before a delete; only appended.

    Written by triggers, so bulk updates and plain SQL leave their traces too. Set as the base of
    all history tables in the settings.
    """

    pgh_id = models.BigAutoField(primary_key=True)
    pgh_created_at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.pgh_created_at:%Y-%m-%d %H:%M} {self.pgh_label}"

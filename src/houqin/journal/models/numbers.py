"""Counters of document numbers."""

from django.db import models
from django.db.models import Q


class NumberCounter(models.Model):
    """The last serial handed out for a kind on a day.

    Taken last in a transaction and held until its end: a rollback gives the number back, so
    there is no gap, and two writers never get the same one.
    """

    kind = models.CharField(max_length=4)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="number_counter_once_per_kind_and_day", fields=["kind", "day"]),
            models.CheckConstraint(name="number_counter_counts_from_one", condition=Q(last__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.kind}{self.day:%Y%m%d}-{self.last:04d}"

"""Spans of time as PostgreSQL compares them."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import Func


class TimeRange(Func):
    """`TimeRange("starts_at", "ends_at", RangeBoundary(...))`: two columns as one range."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()

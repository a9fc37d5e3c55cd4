"""The period a page of figures is about, as its address says it."""

import calendar
import datetime as dt
from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from houqin.kernel import clock


@dataclass(frozen=True)
class Period:
    """Whole days from `start` to `last`, both included."""

    start: dt.date
    last: dt.date

    @property
    def end(self) -> dt.date:
        """The day after the last one."""
        return self.last + dt.timedelta(days=1)


class PeriodForm(forms.Form):
    """Two days; the later one is part of the period."""

    start = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_last(self) -> dt.date:
        """Not before the first day, and at most ten years after it."""
        last: dt.date = self.cleaned_data["last"]
        start = self.cleaned_data.get("start")
        if start and last < start:
            raise forms.ValidationError(_("The period ends before it begins; exchange the two days."))
        if start and (last - start).days > 3_660:  # noqa: PLR2004
            raise forms.ValidationError(_("Choose at most ten years."))
        return last


def named(today: dt.date) -> list[tuple[str, object, Period]]:
    """The periods people ask for most: name, label, days."""
    first = today.replace(day=1)
    before = (first - dt.timedelta(days=1)).replace(day=1)
    return [
        ("month", _("This month"), Period(first, today)),
        ("last", _("Last month"), Period(before, _end_of(before))),
        ("quarter", _("Three months"), Period(_months_before(first, 2), today)),
        ("year", _("Twelve months"), Period(_months_before(first, 11), today)),
    ]


def period_of(query: QueryDict) -> tuple[Period, PeriodForm]:
    """The period of an address, and its form; twelve months where the address names none or a wrong one."""
    usual = named(clock.today())[-1][2]
    initial = {"start": usual.start, "last": usual.last}
    if "start" not in query and "last" not in query:
        return usual, PeriodForm(initial=initial)
    form = PeriodForm({**initial, **query.dict()})
    if not form.is_valid():
        return usual, form
    return Period(form.cleaned_data["start"], form.cleaned_data["last"]), form


def month_of(key: str) -> Period:
    """The days of a month like `2026-11`."""
    first = dt.date.fromisoformat(f"{key}-01")
    return Period(first, _end_of(first))


def _end_of(first: dt.date) -> dt.date:
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _months_before(first: dt.date, months: int) -> dt.date:
    at = first.year * 12 + first.month - 1 - months
    return dt.date(at // 12, at % 12 + 1, 1)

"""Public holidays and make-up workdays of a year, and the days closed or opened by hand."""

import datetime as dt
from calendar import Calendar as Months
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from houqin.flows.refresh_clocks import refresh_open
from houqin.kernel import clock
from houqin.kernel.bilingual import in_language
from houqin.kernel.errors import Refused
from houqin.org.actions import calendars
from houqin.org.models import Calendar, CalendarDay, CalendarYear
from houqin.org.models.calendars import DayKind
from houqin.org.queries.calendars import unconfirmed_year
from houqin.web.access import person_of, requires
from houqin.web.responses import go_to, refused
from houqin.web.setup.fields import HoursField
from houqin.web.setup.forms import WEEKDAYS

BECAUSE = "calendar"
SHORT = (
    pgettext_lazy("weekday in a calendar", "Mo"),
    pgettext_lazy("weekday in a calendar", "Tu"),
    pgettext_lazy("weekday in a calendar", "We"),
    pgettext_lazy("weekday in a calendar", "Th"),
    pgettext_lazy("weekday in a calendar", "Fr"),
    pgettext_lazy("weekday in a calendar", "Sa"),
    pgettext_lazy("weekday in a calendar", "Su"),
)
MOST_BYTES = 1024 * 1024


class DayForm(forms.Form):
    """A day closed or opened by hand."""

    date = forms.DateField(
        label=gettext_lazy("date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("kind"),
        choices=[
            (DayKind.CLOSURE, DayKind.CLOSURE.label),
            (DayKind.OPENING, DayKind.OPENING.label),
            (DayKind.HOLIDAY, DayKind.HOLIDAY.label),
            (DayKind.MAKE_UP, DayKind.MAKE_UP.label),
        ],
    )
    calendar = forms.ModelChoiceField(
        label=gettext_lazy("working calendar"),
        queryset=Calendar.objects.all(),
        required=False,
        empty_label=gettext_lazy("all that follow public holidays"),
    )
    name = forms.CharField(label=gettext_lazy("name"), max_length=60, required=False)
    windows = HoursField(
        label=gettext_lazy("hours on this day"),
        help_text=gettext_lazy("Such as 08:00-12:00; empty: closed, or the usual hours of an open day."),
    )


class FileForm(forms.Form):
    """A holiday file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A year in the holiday-cn format (JSON)."),
        widget=forms.FileInput(attrs={"accept": ".json"}),
    )

    def clean_file(self) -> Any:
        """Refuse what cannot be a year of days."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("This is not a holiday file: it needs “year” and “days”."))
        return file


@dataclass(frozen=True)
class Cell:
    """A day of the year's page: what it is, and whether that differs from its weekday."""

    number: int
    look: str
    title: str


@require_GET
@requires("org.manage")
def year_page(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """A year, month by month."""
    return _page(request, year or clock.today().year)


@require_POST
@requires("org.manage")
def fill(request: HttpRequest, year: int) -> HttpResponse:
    """Fill the year in from the statutory calendar."""
    return _done(request, year, DayForm(), lambda: calendars.fill_year(year=_known(year)))


@require_POST
@requires("org.manage")
def confirm(request: HttpRequest, year: int) -> HttpResponse:
    """Say that the year's days are settled."""
    who = person_of(request).username
    return _done(request, year, DayForm(), lambda: calendars.confirm_year(year=_known(year), by=who))


@require_POST
@requires("org.manage")
def take_file(request: HttpRequest, year: int) -> HttpResponse:
    """Take the days of a year from a file."""
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, _known(year), file_form=form)
    content, who = form.cleaned_data["file"].read(), person_of(request).username
    return _done(request, year, form, lambda: calendars.import_year(content=content, by=who))


@require_GET
@requires("org.manage")
def give_file(request: HttpRequest, year: int) -> HttpResponse:
    """The days of a year as a file."""
    answer = HttpResponse(calendars.export_year(year=_known(year)), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{year}.json"'
    return answer


@require_POST
@requires("org.manage")
def set_day(request: HttpRequest, year: int) -> HttpResponse:
    """Close or open a day."""
    form = DayForm(request.POST)
    if not form.is_valid():
        return _page(request, _known(year), day_form=form)
    facts = {**form.cleaned_data, "windows": form.cleaned_data["windows"] or None}
    return _done(request, facts["date"].year, form, lambda: calendars.set_day(**facts))


@require_POST
@requires("org.manage")
def clear_day(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """Forget that a day differs."""
    day = get_object_or_404(CalendarDay, pk=pk)
    return _done(request, year, DayForm(), lambda: calendars.clear_day(day=day))


def _known(year: int) -> int:
    if year not in calendars.YEARS:
        raise Http404
    return year


def _done(request: HttpRequest, year: int, form: forms.Form, step: Callable[[], object]) -> HttpResponse:
    """Take a step, compute the open due times anew, and say how many moved."""
    try:
        step()
    except Refused as refusal:
        refused(form, refusal)
        named = {"day_form": form} if isinstance(form, DayForm) else {"file_form": form}
        return _page(request, _known(year), **named)
    moved = refresh_open(because=BECAUSE)
    said = _("Saved. Due times of %(count)d open requests were computed again.") % {"count": moved}
    return go_to(request, reverse("setup:holiday_year", args=[year]), said=said)


def _page(
    request: HttpRequest, year: int, *, day_form: DayForm | None = None, file_form: FileForm | None = None
) -> HttpResponse:
    days = list(
        CalendarDay.objects.filter(date__year=_known(year))
        .select_related("calendar")
        .order_by("date", "calendar")
    )
    wrong = any(one is not None and one.errors for one in (day_form, file_form))
    context = {
        "chapter": "setup",
        "year": year,
        "before": year - 1 if year - 1 in calendars.YEARS else None,
        "after": year + 1 if year + 1 in calendars.YEARS else None,
        "months": _months(year, days),
        "days": [(day, day_name(day)) for day in days],
        "weekdays": list(zip(WEEKDAYS, SHORT, strict=True)),
        "by_the_state": calendars.STATUTORY,
        "settled": CalendarYear.objects.filter(pk=year, confirmed_at__isnull=False).first(),
        "unconfirmed": unconfirmed_year(clock.today()),
        "day_form": day_form or DayForm(),
        "file_form": file_form or FileForm(),
        "opens": ("day" if day_form else "file") if wrong else "",
    }
    return render(request, "setup/holidays.html", context, status=422 if wrong else 200)


_LOOKS = {DayKind.HOLIDAY: "off", DayKind.CLOSURE: "off", DayKind.MAKE_UP: "on", DayKind.OPENING: "on"}


def _months(year: int, days: list[CalendarDay]) -> list[tuple[str, list[list[Cell | None]]]]:
    """The weeks of each month, Monday first; days of one calendar only are left to the list below."""
    shared = {day.date: day for day in days if day.calendar_id is None}
    months = []
    for month in range(1, 13):
        weeks = [
            [_cell(date, shared.get(date)) if date.month == month else None for date in week]
            for week in Months().monthdatescalendar(year, month)
        ]
        months.append((date_format(dt.date(year, month, 1), "F"), weeks))
    return months


def _cell(date: dt.date, day: CalendarDay | None) -> Cell:
    if day is None:
        return Cell(date.day, "we" if date.weekday() > 4 else "", "")  # noqa: PLR2004 - Saturday on
    return Cell(date.day, _LOOKS[DayKind(day.kind)], day_name(day))


def day_name(day: CalendarDay) -> str:
    """What a day is called, in the reader's language: its name, else its kind."""
    return in_language(day.name, day.name_en) or str(day.get_kind_display())

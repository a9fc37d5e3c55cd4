"""Forms of the roster and of what is kept of a person."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import User
from houqin.kernel.rosters import EVERY_WEEKDAY, Span
from houqin.staffing.actions.absences import whole_days
from houqin.staffing.models import Absence, Hours, Licence, LicenceKind, ShiftKind, Terms
from houqin.staffing.queries.shift_words import ShiftWords
from houqin.web.setup.forms import WEEKDAYS
from houqin.web.setup.picking import PlaceField

CHOSEN_WEEKDAYS = [(str(number), name) for number, name in enumerate(WEEKDAYS)]


def _day_field(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def _time_field(label: Any, **more: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, required=False, **more)


class KindField(forms.ModelChoiceField[ShiftKind]):
    """A kind of shift, shown with its hours."""

    def label_from_instance(self, obj: Any) -> str:
        """`早班 08:00–16:00`."""
        return f"{obj} {obj.begins:%H:%M}–{obj.ends:%H:%M}"


class DayForm(forms.Form):
    """A shift of one day: of a kind, or by its times."""

    kind = KindField(
        label=_("shift"),
        queryset=ShiftKind.objects.filter(active=True),
        required=False,
        empty_label=_("other hours"),
        widget=forms.RadioSelect,
    )
    begins = _time_field(_("from"))
    ends = _time_field(_("until"), help_text=_("At or before its beginning it ends on the next day."))
    besides = forms.BooleanField(label=_("in addition to what is planned on this day"), required=False)

    def arguments(self) -> dict[str, Any]:
        """What `plan_shift` takes."""
        given = self.cleaned_data
        kind = given["kind"]
        times = {} if kind else {"begins": given["begins"], "ends": given["ends"]}
        return {"kind_id": kind.pk if kind else None, "instead": not given["besides"], **times}


class PatternForm(forms.Form):
    """Who works what on which days."""

    people = forms.ModelMultipleChoiceField(
        label=_("People"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    first = _day_field(_("first day"))
    last = _day_field(_("last day"))
    cycle = forms.CharField(label=_("shifts in their order"), max_length=200)
    weekdays = forms.MultipleChoiceField(
        label=_("on these weekdays"),
        choices=CHOSEN_WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Without any, on every day; a rotation goes round weekends too."),
    )
    stagger = forms.IntegerField(
        label=_("each next person begins so many days further on"),
        min_value=0,
        max_value=60,
        initial=1,
        help_text=_("0 gives everybody the same shift; 1 keeps each shift of a rotation filled."),
    )
    instead = forms.BooleanField(
        label=_("take away what else is planned on these days"), required=False, initial=False
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = ShiftWords()
        chosen: Any = self.fields["people"]
        chosen.queryset = people
        self.fields["cycle"].help_text = gettext(
            "One shift is the same each day; several are a rotation, such as 早 中 夜 休 (休 is a day off)."
            " Shifts: %(names)s."
        ) % {"names": self.words.told or "—"}

    def clean_cycle(self) -> list[int | None]:
        """The keys of the kinds in their order, None for a day off."""
        try:
            return [kind.pk if kind else None for kind in self.words.read_cycle(self.cleaned_data["cycle"])]
        except KeyError as unknown:
            raise ValidationError(
                gettext("“%(word)s” is no shift. Shifts: %(names)s; 休 is a day off.")
                % {"word": unknown.args[0], "names": self.words.told or "—"}
            ) from unknown

    def arguments(self) -> dict[str, Any]:
        """What `plan_pattern` takes."""
        given = dict(self.cleaned_data)
        people = given.pop("people")
        given["weekdays"] = frozenset(int(day) for day in given["weekdays"]) or EVERY_WEEKDAY
        return {**given, "user_ids": [person.pk for person in people]}


class LeaveForm(forms.Form):
    """When somebody is away and why; whole days unless times are given."""

    kind = forms.ChoiceField(label=_("kind"), choices=Absence.Kind.choices, widget=forms.RadioSelect)
    first = _day_field(_("first day"))
    from_time = _time_field(_("from"), help_text=_("Empty: the whole day."))
    last = _day_field(_("last day"))
    until_time = _time_field(_("until"), help_text=_("Empty: the whole day."))
    note = forms.CharField(label=_("note"), max_length=200, required=False)

    @staticmethod
    def initial_of(absence: Absence) -> dict[str, Any]:
        """The fields of a leave that is stored."""
        start, end = timezone.localtime(absence.starts_at), timezone.localtime(absence.ends_at)
        until = None if end.time() == dt.time() else end.time()
        last = end.date() if until else end.date() - dt.timedelta(days=1)
        return {
            "kind": absence.kind,
            "first": start.date(),
            "from_time": start.time() if start.time() != dt.time() else None,
            "last": last,
            "until_time": until,
            "note": absence.note,
        }

    def clean(self) -> dict[str, Any]:
        """Put days and times together; a last day before the first is told beside it."""
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", gettext("The last day is before the first."))
        elif first and last:
            given["span"] = self._span(first, last, given.get("from_time"), given.get("until_time"))
            if given["span"].end <= given["span"].start:
                self.add_error("until_time", gettext("The leave would end before it begins."))
        return given

    @staticmethod
    def _span(first: dt.date, last: dt.date, begins: dt.time | None, ends: dt.time | None) -> Span:
        whole = whole_days(first, last)
        start = timezone.make_aware(dt.datetime.combine(first, begins)) if begins else whole.start
        end = timezone.make_aware(dt.datetime.combine(last, ends)) if ends else whole.end
        return Span(start, end)

    def arguments(self) -> dict[str, Any]:
        """What `enter` and `change` take."""
        given = self.cleaned_data
        span: Span = given["span"]
        return {
            "kind": given["kind"], "note": given["note"], "starts_at": span.start, "ends_at": span.end
        }  # fmt: skip


class LicenceForm(forms.Form):
    """A licence with its first and last day."""

    kind_id = forms.ModelChoiceField(label=_("licence"), queryset=LicenceKind.objects.filter(active=True))
    number = forms.CharField(label=_("licence number"), max_length=60, required=False)
    valid_from = _day_field(_("valid from"))
    valid_until = _day_field(_("valid until"))

    def arguments(self) -> dict[str, Any]:
        """What `grant` takes."""
        return {**self.cleaned_data, "kind_id": self.cleaned_data["kind_id"].pk}


class CorrectForm(LicenceForm):
    """What was entered wrongly; another kind is another licence."""

    kind_id = None  # type: ignore[assignment]

    @staticmethod
    def initial_of(licence: Licence) -> dict[str, Any]:
        """The fields of a licence that is stored."""
        return {name: getattr(licence, name) for name in ("number", "valid_from", "valid_until")}


class RenewForm(forms.Form):
    """The licence that follows."""

    number = forms.CharField(label=_("licence number"), max_length=60, required=False)
    valid_from = _day_field(_("valid from"))
    valid_until = _day_field(_("valid until"))


class EndForm(forms.Form):
    """The last day of a licence that ends early."""

    on = _day_field(_("last day"))


class TermsForm(forms.Form):
    """By which hours somebody works, and how much."""

    hours = forms.ChoiceField(label=_("works by"), choices=Hours.choices, widget=forms.RadioSelect)
    day_minutes = forms.IntegerField(label=_("minutes of work in a day"))
    open_limit = forms.IntegerField(label=_("open orders at once"))

    @staticmethod
    def initial_of(terms: Terms) -> dict[str, Any]:
        """The terms as they are."""
        return {name: getattr(terms, name) for name in ("hours", "day_minutes", "open_limit")}


class WorkPlaceForm(forms.Form):
    """One more place somebody works at."""

    place = PlaceField(label=_("one more place"))

"""Forms of the technician's phone."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from houqin.inventory.models import Item, Warehouse
from houqin.kernel import clock
from houqin.staffing.queries.crews import eligible_workers, workers_of
from houqin.web.uploads import PhotosField
from houqin.work.models import FailureCode, HoldReason, OrderResult, WorkOrder

LATER = (
    ("", _("not known yet")),
    ("1h", _("in an hour")),
    ("today", _("later today")),
    ("1", _("tomorrow")),
    ("2", _("in two days")),
    ("7", _("in a week")),
)
END_OF_DAY = dt.time(18)


class HoldForm(forms.Form):
    """Why an order waits, for what exactly, and until when it is expected to."""

    reason = forms.ChoiceField(
        label=_("Waiting for"),
        choices=HoldReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you are waiting for.")},
    )
    note = forms.CharField(label=_("What exactly"), max_length=200, required=False)
    later = forms.ChoiceField(
        label=_("Expected"), choices=LATER, required=False, widget=forms.RadioSelect, initial=""
    )

    def promised_until(self) -> dt.datetime | None:
        """The instant that was meant: an hour from now, or 18:00 of that day; None when not known."""
        later = self.cleaned_data["later"]
        now = clock.now()
        if not later:
            return None
        if later == "1h":
            return now + dt.timedelta(hours=1)
        day = timezone.localtime(now).date() + dt.timedelta(days=0 if later == "today" else int(later))
        promised = timezone.make_aware(dt.datetime.combine(day, END_OF_DAY))
        return promised if promised > now else now + dt.timedelta(hours=1)


class HelperForm(forms.Form):
    """Who comes along: everybody who works at the place and has no part in the job yet, the crew first."""

    helper = forms.TypedChoiceField(
        label=_("Co-worker"),
        coerce=int,
        error_messages={
            "required": _("Choose who comes along."),
            "invalid_choice": _("This person does not work at the place. Choose somebody of the list."),
        },
    )

    def __init__(self, *args: Any, order: WorkOrder, **facts: Any) -> None:
        super().__init__(*args, **facts)
        taken = [order.worker_id, *order.helpers.values_list("user_id", flat=True)]
        people = [one for one in eligible_workers(place=order.place) if one.pk not in taken]
        own = set(workers_of(order.crew).values_list("pk", flat=True)) if order.crew else set()
        people.sort(key=lambda one: one.pk not in own)
        self.fields["helper"].choices = [("", _("choose")), *((one.pk, str(one)) for one in people)]  # type: ignore[attr-defined]


class CompleteForm(forms.Form):
    """What was done: result, cause and remedy as chips, photos, a note."""

    result = forms.ChoiceField(
        label=_("Result"), choices=OrderResult.choices, initial=OrderResult.FIXED, widget=forms.RadioSelect
    )
    cause = forms.ModelChoiceField(
        label=_("Cause"),
        queryset=FailureCode.objects.none(),
        required=False,
        widget=forms.RadioSelect,
        empty_label=None,
    )
    remedy = forms.ModelChoiceField(
        label=_("Remedy"),
        queryset=FailureCode.objects.none(),
        required=False,
        widget=forms.RadioSelect,
        empty_label=None,
    )
    result_note = forms.CharField(
        label=_("What was done"), max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    photos = PhotosField(label=_("Photos"))

    def __init__(self, *args: Any, order: WorkOrder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = FailureCode.objects.filter(active=True).filter(
            Q(trade__isnull=True) | Q(trade=order.job_type.trade_id)
        )
        for part in ("cause", "remedy"):
            self.fields[part].queryset = codes.filter(part=part)  # type: ignore[attr-defined]


class SendBackForm(forms.Form):
    """Why an order goes back to the desk."""

    reason = forms.CharField(
        label=_("Why do you send it back?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Give a reason; the desk has to find somebody else.")},
    )


class WordsForm(forms.Form):
    """A message to the requester or a note for the colleagues, with photos."""

    text = forms.CharField(
        label=_("Text"), max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    to_requester = forms.BooleanField(label=_("The requester reads it too"), required=False, initial=True)
    photos = PhotosField(label=_("Photos"))

    def clean(self) -> dict[str, Any]:
        """Words or a photo."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("text") and not cleaned.get("photos"):
            self.add_error("text", _("Write a few words or add a photo."))
        return cleaned


LENGTHS = ((15, _("15 min")), (30, _("30 min")), (60, _("1 h")), (120, _("2 h")))
_LOCAL = "%Y-%m-%dT%H:%M"


def _at_once() -> str:
    return timezone.localtime(clock.now()).strftime(_LOCAL)


class TimeForm(forms.Form):
    """Working time written down afterwards: how long until when, or from when until when."""

    minutes = forms.TypedChoiceField(
        label=_("How long"),
        choices=LENGTHS,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    ended_at = forms.DateTimeField(
        label=_("Until"),
        initial=_at_once,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_LOCAL),
    )
    started_at = forms.DateTimeField(
        label=_("or from"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_LOCAL),
    )

    def clean(self) -> dict[str, Any]:
        """The two instants: a length counts back from the end."""
        cleaned: dict[str, Any] = super().clean() or {}
        minutes, until = cleaned.pop("minutes", None), cleaned.get("ended_at")
        if minutes and until:
            cleaned["started_at"] = until - dt.timedelta(minutes=minutes)
        elif not cleaned.get("started_at") and "started_at" not in self.errors:
            self.add_error("minutes", _("Choose how long it took, or say from when."))
        return cleaned


class PartForm(forms.Form):
    """An item out of a store, and how much of it in base units."""

    item = forms.ModelChoiceField(label=_("item"), queryset=Item.objects.filter(active=True))
    warehouse = forms.ModelChoiceField(label=_("store"), queryset=Warehouse.objects.filter(active=True))
    qty = forms.DecimalField(label=_("quantity"), max_digits=12, decimal_places=6)


class ReturnForm(forms.Form):
    """A movement of which some comes back, in base units."""

    move = forms.IntegerField(min_value=1)
    qty = forms.DecimalField(label=_("quantity"), max_digits=12, decimal_places=6)


class DropForm(forms.Form):
    """A part that is no longer needed."""

    part = forms.IntegerField(min_value=1)

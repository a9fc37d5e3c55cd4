"""To whom work may be given: the choice of a technician or a crew, and an appointment."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.kernel import clock
from houqin.staffing.models import Crew
from houqin.web.fields import MINUTE, moment_field
from houqin.web.who import Who, who_could_go
from houqin.work.models import WorkOrder

USUAL = 60
"""How many minutes a visit takes when nobody knows better."""


class AppointmentFields(forms.Form):
    """When somebody comes. A beginning alone lasts as long as the work is thought to take."""

    scheduled_from = moment_field(gettext_lazy("Appointment from"))
    scheduled_until = moment_field(gettext_lazy("Appointment until"))
    minutes = USUAL

    def lasts(self, minutes: int | None) -> None:
        """Let the browser fill in the end, `minutes` after the beginning, and offer no time that is over."""
        self.minutes = minutes or USUAL
        now = timezone.localtime(clock.now()).strftime(MINUTE)
        self.fields["scheduled_from"].widget.attrs |= {
            "data-ends": "scheduled_until",
            "data-minutes": self.minutes,
            "min": now,
        }
        self.fields["scheduled_until"].widget.attrs["min"] = now

    def clean(self) -> dict[str, Any]:
        """Fill in the end where the browser has not."""
        cleaned: dict[str, Any] = super().clean() or {}
        start = cleaned.get("scheduled_from")
        if start and not cleaned.get("scheduled_until") and "scheduled_until" not in self.errors:
            cleaned["scheduled_until"] = start + dt.timedelta(minutes=self.minutes)
        return cleaned


class WhomFields(AppointmentFields):
    """A technician or a crew, and when. Both may stay empty where nobody has to be named yet."""

    worker = forms.TypedChoiceField(
        label=gettext_lazy("Technician"), coerce=int, empty_value=None, required=False
    )
    crew = forms.ModelChoiceField(
        label=gettext_lazy("Crew"),
        queryset=Crew.objects.filter(active=True),
        required=False,
        empty_label=gettext_lazy("by the technician"),
    )

    rule = forms.BooleanField(required=False, widget=forms.HiddenInput)

    field_order: tuple[str, ...] = ("worker", "crew", "scheduled_from", "scheduled_until")
    fields_template = "work/who.html"
    who: Who

    def propose(self, order: WorkOrder, *, crew: Crew | None) -> None:
        """List everybody who comes to the place; `crew` is the one to begin with.

        Those in whose way something stands may be sent all the same, and are refused with the sentence.
        """
        self.who = who_could_go(order)
        self.fields["worker"].choices = [  # type: ignore[attr-defined]
            ("", _("nobody yet")),
            *((one.one.worker.pk, str(one.one.worker)) for one in self.who.people),
        ]
        self.initial.setdefault("crew", crew)
        self.lasts(
            order.estimated_minutes or (order.job_type.estimated_minutes if order.job_type_id else None)
        )

    @property
    def takes_rule(self) -> bool:
        """Whether a rule may name somebody: not where the order is somebody's already."""
        return "reason" not in self.fields

    @property
    def opens_more(self) -> bool:
        """Whether something is wrong, or set already, in what is folded away."""
        folded = ("crew", "scheduled_from", "scheduled_until", "title", "description")
        return any(name in self.errors for name in folded) or bool(self.initial.get("scheduled_from"))

    def whom(self) -> dict[str, Any]:
        """Who and when, as the flows take it. A technician alone brings the own crew along."""
        given = self.cleaned_data
        worker = given["worker"]
        crew: Crew | None = given["crew"]
        return {
            "worker_id": worker,
            "crew_id": crew.pk if crew and (worker is None or "crew" in self.changed_data) else None,
            "scheduled_from": given["scheduled_from"],
            "scheduled_until": given["scheduled_until"],
            "rule": given["rule"],
        }

"""What the steps of an order ask; the fields are the arguments of their flows and actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from houqin.staffing.queries.crews import eligible_workers
from houqin.web.desk.forms import PlaceFields
from houqin.web.fields import moment_field, text_field
from houqin.web.steps import StepForm, VersionedForm
from houqin.web.whom import AppointmentFields, WhomFields
from houqin.work.actions.amending import TIMES as AMENDED_TIMES
from houqin.work.models import FailureCode, HoldReason, JobType, OrderResult, OrderWorker, Priority


class ReasonForm(StepForm):
    """Why."""

    reason = text_field(_("Reason"))


class AssignForm(WhomFields, VersionedForm):
    """Who gets the order, and when; somebody else's order needs a reason."""

    reason = text_field(_("Reason"), rows=2, required=False)

    def prepare(self) -> None:
        """Propose who could come; ask for a reason only where somebody has the order."""
        super().prepare()
        order = self.about
        self.propose(order, crew=order.crew)
        self.initial.setdefault("worker", order.worker_id)
        self.initial.setdefault("scheduled_from", order.scheduled_from)
        self.initial.setdefault("scheduled_until", order.scheduled_until)
        if order.worker_id is None and order.status == order.Status.TO_DISPATCH:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True

    def arguments(self) -> dict[str, Any]:
        """Keys for who was chosen."""
        given = self.cleaned_data
        return {**self.whom(), "reason": given.get("reason", ""), "version": given["version"]}


class ScheduleForm(AppointmentFields, StepForm):
    """When somebody comes; both empty for no appointment."""

    def prepare(self) -> None:
        """Start from the appointment there is."""
        self.lasts(self.about.estimated_minutes)
        self.initial.setdefault("scheduled_from", self.about.scheduled_from)
        self.initial.setdefault("scheduled_until", self.about.scheduled_until)


class HoldForm(StepForm):
    """What the work waits for."""

    reason = forms.ChoiceField(label=_("Waiting for"), choices=HoldReason.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("What exactly"), max_length=200, required=False)
    promised_until = moment_field(_("Promised until"))


class BillForm(StepForm):
    """What a contractor's bill for the order says."""

    document = forms.CharField(label=_("Number of the bill"), max_length=40)
    amount = forms.DecimalField(label=_("Amount in yuan"), max_digits=12, decimal_places=2)
    note = forms.CharField(label=_("What for"), max_length=200, required=False)


class CompleteForm(StepForm):
    """How the work ended."""

    result = forms.ChoiceField(
        label=_("Result"),
        choices=OrderResult.choices,
        initial=OrderResult.FIXED,
        widget=forms.RadioSelect,
    )
    result_note = text_field(_("What was done"), required=False)
    problem = forms.ModelChoiceField(
        label=_("Problem"), queryset=FailureCode.objects.none(), required=False, empty_label="—"
    )
    cause = forms.ModelChoiceField(
        label=_("Cause"), queryset=FailureCode.objects.none(), required=False, empty_label="—"
    )
    remedy = forms.ModelChoiceField(
        label=_("Remedy"), queryset=FailureCode.objects.none(), required=False, empty_label="—"
    )

    def prepare(self) -> None:
        """Offer the codes of the trade, and those of all trades."""
        trade = self.about.job_type.trade_id
        codes = FailureCode.objects.filter(active=True)
        codes = codes.filter(trade=trade) | codes.filter(trade__isnull=True)
        for part in ("problem", "cause", "remedy"):
            self.fields[part].queryset = codes.filter(part=part)  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        """Keys for the codes."""
        given = self.cleaned_data
        codes = {
            f"{part}_id": given[part].pk if given[part] else None for part in ("problem", "cause", "remedy")
        }
        return {"result": given["result"], "result_note": given["result_note"], **codes}


class AmendForm(CompleteForm):
    """What a closed order should have said, and why."""

    arrived_at = moment_field(_("Arrived"))
    started_at = moment_field(_("Started"))
    completed_at = moment_field(_("Completed"), required=True)
    result_note = text_field(_("What was done"), required=False, most=4_000)
    reason = text_field(_("Reason"), rows=2)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    field_order = ("reason", "arrived_at", "started_at", "completed_at", "result", "result_note")

    def prepare(self) -> None:
        """Start from what the order says; a code that is out of use stays while it is not changed."""
        super().prepare()
        order = self.about
        for part in ("problem", "cause", "remedy"):
            field = self.fields[part]
            field.queryset = field.queryset | FailureCode.objects.filter(  # type: ignore[attr-defined]
                pk=getattr(order, f"{part}_id")
            )
        said = ("result", "result_note", "problem", "cause", "remedy", "version")
        times = {
            name: at and at.replace(second=0) for name in AMENDED_TIMES for at in (getattr(order, name),)
        }
        self.initial = {**{name: getattr(order, name) for name in said}, **times, **self.initial}

    def clean_result_note(self) -> str:
        """Lines end as they are stored, whatever the browser sends."""
        note: str = self.cleaned_data["result_note"]
        return note.replace("\r\n", "\n")

    def arguments(self) -> dict[str, Any]:
        """What was changed in the form, the reason and the version that was shown."""
        given = {**super().arguments(), **{name: self.cleaned_data[name] for name in AMENDED_TIMES}}
        names = {name.removesuffix("_id"): name for name in given}
        changed = {names[name]: given[names[name]] for name in self.changed_data if name in names}
        return {**changed, "reason": self.cleaned_data["reason"], "version": self.cleaned_data["version"]}


class HelperForm(StepForm):
    """Who helps."""

    user = forms.TypedChoiceField(label=_("Person"), coerce=int)

    def prepare(self) -> None:
        """Everybody who could come and has no part in it yet."""
        taken = set(OrderWorker.objects.filter(order=self.about).values_list("user_id", flat=True))
        people = eligible_workers(place=self.about.place).exclude(pk__in=taken | {self.about.worker_id})
        self.fields["user"].choices = [(one.pk, str(one)) for one in people]  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        """The person's key."""
        return {"user_id": self.cleaned_data["user"]}


class OffForm(StepForm):
    """Who helps no longer."""

    user = forms.TypedChoiceField(label=_("Person"), coerce=int)

    def prepare(self) -> None:
        """Those who help."""
        helpers = OrderWorker.objects.filter(order=self.about).select_related("user")
        self.fields["user"].choices = [(one.user_id, str(one.user)) for one in helpers]  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        """The person's key."""
        return {"user_id": self.cleaned_data["user"]}


class NoteForm(StepForm):
    """A note among staff."""

    text = text_field(_("Note"))


class TimeForm(StepForm):
    """Working time written down afterwards."""

    user = forms.TypedChoiceField(label=_("Person"), coerce=int)
    started_at = moment_field(_("From"), required=True)
    ended_at = moment_field(_("Until"), required=True)

    def prepare(self) -> None:
        """Those who have a part in the order."""
        people = [self.about.worker] if self.about.worker else []
        people += [one.user for one in self.about.helpers.select_related("user")]
        self.fields["user"].choices = [(one.pk, str(one)) for one in people]  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        """The person's key and the two ends."""
        given = self.cleaned_data
        return {"user_id": given["user"], "started_at": given["started_at"], "ended_at": given["ended_at"]}


class NewForm(PlaceFields):
    """An order that nobody asked for by a request."""

    job_type = forms.ModelChoiceField(
        label=_("Job type"), queryset=JobType.objects.filter(active=True), empty_label=_("please choose")
    )
    title = forms.CharField(label=_("What is to be done"), max_length=120)
    description = text_field(_("Description"), required=False)
    priority = forms.ChoiceField(
        label=_("Priority"), choices=Priority.choices, initial=Priority.NORMAL, widget=forms.RadioSelect
    )
    estimated_minutes = forms.IntegerField(
        label=_("Estimated minutes"), required=False, min_value=1, max_value=100_000
    )
    draft = forms.BooleanField(label=_("Keep it as a draft for now"), required=False)

    field_order = ("job_type", "title", "place_text", "place_note", "description", "priority")

    def arguments(self) -> dict[str, Any]:
        """The arguments of raising an order."""
        given = self.cleaned_data
        place = given["place"]
        return {
            "job_type_id": given["job_type"].pk,
            "title": given["title"],
            "description": given["description"],
            "priority": given["priority"],
            "estimated_minutes": given["estimated_minutes"],
            "draft": given["draft"],
            "place_id": place.pk if place else None,
            "place_note": given["place_note"] or ("" if place else given["place_text"]),
        }

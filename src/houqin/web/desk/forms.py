"""What the steps of a request ask; the fields are the arguments of their flows."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from houqin.desk.models import Category, Follower, Impact, Service, ServiceRequest, Urgency
from houqin.desk.policies import visible_requests
from houqin.desk.queries.affected import followers_of
from houqin.desk.queries.similar import similar_to
from houqin.org.models import Place
from houqin.web.fields import moment_field, text_field
from houqin.web.steps import StepForm, VersionedForm
from houqin.web.ui.people_time import when
from houqin.web.whom import WhomFields
from houqin.work.models import JobType, Priority, WorkOrder

BY_MATRIX = "matrix"
MOST_SIMILAR = 6


class ReasonForm(VersionedForm):
    """Why, told to the requester."""

    reason = text_field(_("Reason"), help_text=_("The requester reads it."))


class SilentReasonForm(StepForm):
    """What the requester said, in a few words."""

    reason = text_field(_("What the requester said"), required=False)


class NeededReasonForm(StepForm):
    """What is still wrong."""

    reason = text_field(_("What is still wrong?"))


class ChaseForm(StepForm):
    """What the requester said when asking to hurry."""

    note = text_field(_("What the requester said"), required=False, rows=2, most=500)


class QuestionForm(VersionedForm):
    """What we want to know."""

    question = text_field(
        _("Question"), help_text=_("The requester gets it at once. The repair clock waits for the answer.")
    )


class AnswerForm(StepForm):
    """The answer the requester gave on the phone."""

    text = text_field(_("What the requester answered"))


class ResultForm(VersionedForm):
    """What was done."""

    result = text_field(_("What was done"), required=False, help_text=_("The requester reads it."))


class PromiseForm(StepForm):
    """Until when it is promised."""

    target_at = moment_field(
        _("Repaired by"), help_text=_("Replaces the computed time; empty goes back to the standard.")
    )
    reason = text_field(_("Reason"), rows=2)

    def prepare(self) -> None:
        """Start from the promise there is."""
        self.fields["target_at"].initial = self.about.target_at


class FollowerForm(StepForm):
    """Which follower of the request, named by the button."""

    follower = forms.ModelChoiceField(queryset=Follower.objects.none(), widget=forms.HiddenInput)

    def prepare(self) -> None:
        """Take only who follows this request."""
        self.fields["follower"].queryset = followers_of(self.about)  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        """The key of the follower."""
        return {"follower_id": self.cleaned_data["follower"].pk}


class MergeForm(StepForm):
    """Into which request it goes: one of those at the same place, none of them chosen yet, or a number."""

    candidate = forms.ChoiceField(
        label=_("Open requests at the same place"), required=False, widget=forms.RadioSelect
    )
    into = forms.CharField(
        label=_("Number of another request"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "FW20261123-0042"}),
    )
    reason = text_field(_("Remark"), rows=2, required=False)

    def prepare(self) -> None:
        """List those at the same place, the likeliest first."""
        similar = similar_to(self.about, self.by)[:MOST_SIMILAR]
        found = [(one.request.number, _told(one.request)) for one in similar]
        self.fields["candidate"].choices = found  # type: ignore[attr-defined]
        for name in ("candidate", "into"):
            self.fields[name].or_another = True  # type: ignore[attr-defined]
        if not found:
            del self.fields["candidate"]
            self.fields["into"].required = True

    def clean(self) -> dict[str, Any]:
        """Find the request, which the person has to see; a number wins over a choice."""
        cleaned: dict[str, Any] = super().clean() or {}
        number = cleaned.get("into", "").strip().upper().split(" ")[0] or cleaned.get("candidate", "")
        if self.errors:
            return cleaned
        self.found = visible_requests(self.by).filter(number=number).first() if number else None
        if not number:
            self.add_error("into", _("Choose a request, or write its number."))
        elif self.found is None:
            sentence = _("There is no request %(number)s. Check the number.")
            self.add_error("into", forms.ValidationError(sentence, params={"number": number}))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """The key of the other request."""
        return {"into_id": self.found and self.found.pk, "reason": self.cleaned_data["reason"]}


def _told(request: ServiceRequest) -> SafeString:
    """A request as one of several to choose from: number, title, when it came in and how it stands."""
    return format_html(
        '<b>{}</b> {} <span class="meta nw">{} · {}</span>',
        request.number,
        request.title,
        when(request.opened_at),
        request.get_status_display(),
    )


class PriorityForm(VersionedForm):
    """Another priority, and why."""

    priority = forms.ChoiceField(
        label=_("Priority"),
        choices=[*Priority.choices, (BY_MATRIX, _("by the matrix"))],
        widget=forms.RadioSelect,
    )
    reason = text_field(_("Reason"), rows=2)

    def prepare(self) -> None:
        """Start from the priority there is."""
        super().prepare()
        self.fields["priority"].initial = self.about.priority

    def arguments(self) -> dict[str, Any]:
        """The priority by hand, or an empty one that gives it back to the matrix."""
        given = self.cleaned_data
        return {**given, "priority": "" if given["priority"] == BY_MATRIX else given["priority"]}


class PlaceFields(forms.Form):
    """A place found by a few letters, pinyin initials included, and where exactly it is."""

    place_text = forms.CharField(
        label=_("Place"),
        max_length=80,
        required=False,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "placeholder": _("a few letters, such as jxl 302"),
                "hx-get": reverse_lazy("desk:places"),
                "hx-trigger": "input changed delay:200ms",
                "hx-target": "next .found",
                "hx-sync": "this:replace",
            }
        ),
    )
    place = forms.ModelChoiceField(
        queryset=Place.objects.filter(active=True).defer("search_text", "search_grams"),
        required=False,
        widget=forms.HiddenInput,
    )
    place_note = forms.CharField(label=_("Where exactly"), max_length=200, required=False)

    @property
    def chosen(self) -> Place | None:
        """The place that is chosen so far."""
        if self.is_bound:
            place: Place | None = getattr(self, "cleaned_data", {}).get("place")
            return place
        return self.initial.get("place")


class CorrectForm(PlaceFields, VersionedForm):
    """What was put down wrong."""

    title = forms.CharField(label=_("What"), max_length=120)
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.filter(active=True), empty_label=None
    )
    service = forms.ModelChoiceField(
        label=_("Service"),
        queryset=Service.objects.filter(active=True).select_related("category"),
        required=False,
        empty_label=_("the usual one of the category"),
    )
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency.choices, widget=forms.RadioSelect)
    impact = forms.ChoiceField(label=_("Impact"), choices=Impact.choices, widget=forms.RadioSelect)
    safety = forms.BooleanField(label=_("People are in danger"), required=False)
    reason = text_field(_("Reason"), rows=2, help_text=_("Only staff read it."))

    def prepare(self) -> None:
        """Start from what stands there."""
        super().prepare()
        for name in ("title", "category", "service", "urgency", "impact", "safety", "place", "place_note"):
            self.initial.setdefault(name, getattr(self.about, name))

    def arguments(self) -> dict[str, Any]:
        """What was changed; everything else is left as it is."""
        given, about = self.cleaned_data, self.about
        found: dict[str, Any] = {"reason": given["reason"], "version": given["version"]}
        for name in ("title", "urgency", "impact", "safety", "place_note"):
            if given[name] != getattr(about, name):
                found[name] = given[name]
        service, category = given["service"], given["category"]
        if service and service.pk != about.service_id:
            found["service_id"] = service.pk
        elif category.pk != about.category_id or (service is None and about.service_id is not None):
            found["category_id"] = category.pk
        if given["place"] and given["place"].pk != about.place_id:
            found["place_id"] = given["place"].pk
        return found


class RaiseForm(WhomFields, VersionedForm):
    """What is to be done, by whom, and when."""

    job_type = forms.ModelChoiceField(
        label=_("Job type"), queryset=JobType.objects.filter(active=True), empty_label=_("please choose")
    )
    title = forms.CharField(label=_("What is to be done"), max_length=120)
    description = text_field(_("Description"), required=False)

    field_order = ("job_type", "worker", "crew", "scheduled_from", "scheduled_until", "title", "description")

    def prepare(self) -> None:
        """Start from what the request says; propose who could come."""
        super().prepare()
        service = self.about.service
        usual = service.job_type if service else None
        self.initial.setdefault("job_type", usual)
        self.initial.setdefault("title", self.about.title)
        self.initial.setdefault("description", self.about.description)
        self.propose(WorkOrder(place=self.about.place, job_type=usual or JobType()), crew=self.about.crew)

    def arguments(self) -> dict[str, Any]:
        """Keys for the things that were chosen."""
        given = self.cleaned_data
        return {
            **self.whom(),
            "job_type_id": given["job_type"].pk,
            "title": given["title"],
            "description": given["description"],
            "version": given["version"],
        }


class FollowUpForm(StepForm):
    """What came of the call."""

    outcome = text_field(_("What came of the call"), most=1_000)

"""Forms of the registers an administrator keeps."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.desk.models import Category, Impact, Service, Urgency
from houqin.desk.queries.priorities import matrix
from houqin.flows.refresh_clocks import refresh_open
from houqin.intake.models import PhoneLine
from houqin.org.actions import departments
from houqin.org.models import Calendar, Department, Organisation, Partner, Place, PlaceType
from houqin.staffing.models import Crew, LabourRate, LicenceKind, ShiftKind, Trade
from houqin.web.setup.fields import ChecklistField, HoursField, QuestionsField
from houqin.work.models import (
    FailureCode,
    HoldReason,
    JobType,
    Priority,
    ServiceStandard,
    StandardTarget,
    TargetKind,
)
from houqin.work.queries.dispatch_rules import dispatch_rules

WEEKDAYS = (
    pgettext_lazy("weekday", "Monday"),
    pgettext_lazy("weekday", "Tuesday"),
    pgettext_lazy("weekday", "Wednesday"),
    pgettext_lazy("weekday", "Thursday"),
    pgettext_lazy("weekday", "Friday"),
    pgettext_lazy("weekday", "Saturday"),
    pgettext_lazy("weekday", "Sunday"),
)
LINES_HINT = _(
    "One on each line. A star makes it required, “ / ” adds the English text,"
    " “ | number” or “ | choice: 左 / left, 右 / right” says what is answered."
)


class OrganisationForm(forms.ModelForm[Organisation]):
    """Name and rules of the organisation."""

    class Meta:
        model = Organisation
        fields = (
            "name",
            "name_en",
            "emergency_phone",
            "calendar",
            "reopen_days",
            "silence_days",
            "low_score",
            "on_time_goal",
            "contact_needed",
        )


class SearchedForm(forms.ModelForm[Any]):
    """A form of a row that is found by search."""

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002
        """Keep what the row is found by up to date."""
        self.instance.set_search(self.instance.code, self.instance.name, self.instance.name_en)
        return super().save(commit)


class DepartmentForm(forms.ModelForm[Department]):
    """A department."""

    class Meta:
        model = Department
        fields = ("code", "name", "name_en", "parent", "active")

    def save(self, commit: bool = True) -> Department:  # noqa: ARG002, FBT001, FBT002
        """Store it; raises `Refused` for a department inside itself."""
        if not self.instance.pk:
            return departments.create_department(**self.cleaned_data)
        return departments.change_department(department=self.instance, **self.cleaned_data)


class PartnerForm(forms.ModelForm[Partner]):
    """A partner."""

    class Meta:
        model = Partner
        fields = (
            "code",
            "name",
            "name_en",
            "is_supplier",
            "is_contractor",
            "contact",
            "phone",
            "email",
            "active",
        )

    def save(self, commit: bool = True) -> Partner:  # noqa: ARG002, FBT001, FBT002
        """Store it; raises `Refused` for a code that is taken in another spelling."""
        if not self.instance.pk:
            return departments.create_partner(**self.cleaned_data)
        return departments.change_partner(partner=self.instance, **self.cleaned_data)


class CategoryForm(forms.ModelForm[Category]):
    """A category tile."""

    class Meta:
        model = Category
        fields = ("code", "name", "name_en", "icon", "position", "active")
        help_texts = {"icon": _("Name of a Tabler icon, such as droplet, bulb or snowflake.")}


class ServiceForm(SearchedForm):
    """A service of the catalogue."""

    questions = QuestionsField(label=_("questions"), help_text=LINES_HINT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["questions"].known = self.instance.questions  # type: ignore[attr-defined]

    class Meta:
        model = Service
        fields = (
            "code",
            "name",
            "name_en",
            "category",
            "job_type",
            "default_urgency",
            "default_impact",
            "safety",
            "public",
            "is_fallback",
            "questions",
            "position",
            "active",
        )


class JobTypeForm(forms.ModelForm[JobType]):
    """A job type."""

    steps = ChecklistField(label=_("checklist"), help_text=LINES_HINT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["steps"].known = self.instance.steps  # type: ignore[attr-defined]
        if not self.instance.pk:
            self.initial["dispatch_mode"] = dispatch_rules().default_mode

    class Meta:
        model = JobType
        fields = (
            "code",
            "name",
            "name_en",
            "kind",
            "trade",
            "crew",
            "standard",
            "estimated_minutes",
            "asks_arrival",
            "needs_photo",
            "needs_codes",
            "needs_approval",
            "leader_verifies",
            "dispatch_mode",
            "offer_minutes",
            "licences",
            "steps",
            "active",
        )
        widgets = {"licences": forms.CheckboxSelectMultiple}
        help_texts = {"offer_minutes": _("Empty: as long as the house says.")}


class FailureCodeForm(forms.ModelForm[FailureCode]):
    """A problem, cause or remedy."""

    class Meta:
        model = FailureCode
        fields = ("part", "code", "name", "name_en", "trade", "position", "active")


class TradeForm(forms.ModelForm[Trade]):
    """A trade."""

    class Meta:
        model = Trade
        fields = ("code", "name", "name_en")


class CrewForm(forms.ModelForm[Crew]):
    """A crew."""

    class Meta:
        model = Crew
        fields = ("code", "name", "name_en", "trades", "leader", "partner", "place", "phone", "active")
        widgets = {"trades": forms.CheckboxSelectMultiple}


class ShiftKindForm(forms.ModelForm[ShiftKind]):
    """A kind of shift; shifts planned before keep their hours."""

    class Meta:
        model = ShiftKind
        fields = ("code", "name", "name_en", "begins", "ends", "active")
        widgets = {
            name: forms.TimeInput(attrs={"type": "time"}, format="%H:%M") for name in ("begins", "ends")
        }
        help_texts = {
            "ends": _("At or before its beginning it ends on the next day."),
            "code": _("What stands in the cells of a roster, such as 早."),
        }


class LicenceKindForm(forms.ModelForm[LicenceKind]):
    """A kind of licence."""

    class Meta:
        model = LicenceKind
        fields = ("code", "name", "name_en", "active")


class LabourRateForm(forms.ModelForm[LabourRate]):
    """What an hour of work costs, from a day on."""

    class Meta:
        model = LabourRate
        fields = ("trade", "hourly", "since")
        widgets = {"since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class PhoneLineForm(forms.ModelForm[PhoneLine]):
    """A line of the telephone system."""

    place = forms.ModelChoiceField(
        label=pgettext_lazy("phone", "rings for the desks of"),
        queryset=Place.objects.filter(active=True, type__in=[PlaceType.SITE, PlaceType.BUILDING]).order_by(
            "label", "pk"
        ),
        required=False,
        empty_label=_("the whole organisation"),
        help_text=_("Who registers requests for that place answers it."),
    )

    class Meta:
        model = PhoneLine
        fields = ("code", "name", "name_en", "place", "active")
        help_texts = {"code": _("As the telephone system names it when it reports a call.")}


class CalendarForm(forms.ModelForm[Calendar]):
    """Weekly hours of a calendar, one field for each weekday."""

    class Meta:
        model = Calendar
        fields = ("code", "name", "name_en", "time_zone", "follows_holidays")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday, label in enumerate(WEEKDAYS):
            hours = HoursField(label=label, initial=self.instance.weekly.get(str(weekday), []))
            self.fields[f"hours_{weekday}"] = hours
        self.fields["hours_0"].help_text = _("Such as 08:00-12:00 14:00-18:00; 00:00-24:00 is the whole day.")

    def clean(self) -> dict[str, Any]:
        """Put the weekdays together; a calendar that never opens is refused."""
        cleaned: dict[str, Any] = super().clean() or {}
        weekly = {str(day): cleaned.get(f"hours_{day}") or [] for day in range(len(WEEKDAYS))}
        if not any(weekly.values()) and not self.errors:
            self.add_error(
                "hours_0", _("Give at least one day its hours; no due time could be found otherwise.")
            )
        self.instance.weekly = {day: windows for day, windows in weekly.items() if windows}
        return cleaned

    def save(self, commit: bool = True) -> Calendar:  # noqa: FBT001, FBT002
        """Store it, and compute the open due times anew."""
        saved = super().save(commit)
        refresh_open(because="calendar")
        return saved


class StandardForm(forms.ModelForm[ServiceStandard]):
    """A service standard; its targets are edited on the same page."""

    class Meta:
        model = ServiceStandard
        fields = ("code", "name", "name_en", "calendar", "arrival_answers", "is_default")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["calendar"].empty_label = _("that of the place or organisation")  # type: ignore[attr-defined]


class TargetForm(forms.Form):
    """One target of a standard: empty, or minutes, or working days."""

    minutes = forms.IntegerField(label=_("minutes"), required=False, min_value=1, max_value=525_600)
    working_days = forms.IntegerField(label=_("working days"), required=False, min_value=1, max_value=365)
    end_of_day = forms.BooleanField(label=_("until the end of that day"), required=False)
    around_the_clock = forms.BooleanField(label=_("day and night"), required=False)
    warn_minutes = forms.IntegerField(
        label=_("warn before (minutes)"), required=False, min_value=0, max_value=10_080
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            ticked = isinstance(field.widget, forms.CheckboxInput)
            field.widget.attrs["class"] = "form-check-input" if ticked else "form-control"

    def clean(self) -> dict[str, Any]:
        """Refuse both measures at once."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("minutes") and cleaned.get("working_days"):
            self.add_error("working_days", _("Give minutes or working days, not both."))
        return cleaned

    @property
    def given(self) -> bool:
        """True when there is a target at all."""
        return bool(self.cleaned_data.get("minutes") or self.cleaned_data.get("working_days"))


class PausingForm(forms.Form):
    """Which holds pause the clocks of a standard."""

    reasons = forms.MultipleChoiceField(
        label=_("The clock stands still while waiting for"),
        choices=HoldReason.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class MatrixForm(forms.Form):
    """The priority matrix: one field for each cell, which starts with the priority that holds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = matrix()
        for urgency in Urgency:
            for impact in Impact:
                self.fields[f"{urgency}_{impact}"] = forms.ChoiceField(
                    label=f"{urgency.label} × {impact.label}",
                    choices=Priority.choices,
                    initial=held[urgency, impact],
                    widget=forms.Select(attrs={"class": "form-select"}),
                )

    def rows(self) -> list[tuple[str, list[Any]]]:
        """The cells by urgency, the most urgent first."""
        return [
            (str(urgency.label), [self[f"{urgency}_{impact}"] for impact in Impact])
            for urgency in (Urgency.HIGH, Urgency.NORMAL, Urgency.LOW)
        ]


def target_forms(standard: ServiceStandard, data: Any = None) -> dict[tuple[str, str], TargetForm]:
    """A form for each priority and kind of target, filled from the standard or from `data`."""
    held = (
        {(target.priority, target.kind): target for target in standard.targets.all()} if standard.pk else {}
    )
    forms_: dict[tuple[str, str], TargetForm] = {}
    for priority in Priority.values:
        for kind in TargetKind.values:
            target: StandardTarget | None = held.get((priority, kind))
            initial = (
                {name: getattr(target, name) for name in TargetForm.base_fields}
                if target
                else {"warn_minutes": 15}
            )
            forms_[priority, kind] = TargetForm(data, prefix=f"{priority}_{kind}", initial=initial)
    return forms_

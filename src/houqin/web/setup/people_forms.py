"""Forms of the pages about people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.accounts.models import Role
from houqin.accounts.models.people import Language
from houqin.accounts.queries.people import PeopleFilter
from houqin.org.models import Department, Partner
from houqin.staffing.models import Crew, Trade
from houqin.web.setup.picking import PlaceField


class PersonForm(forms.Form):
    """What is said about a person."""

    username = forms.CharField(
        label=_("user name"), max_length=60, help_text=_("A work number, a mobile number or a short name.")
    )
    full_name = forms.CharField(label=_("name"), max_length=80)
    phone = forms.CharField(label=_("phone"), max_length=30, required=False)
    email = forms.EmailField(label=_("e-mail"), required=False)
    department = forms.ModelChoiceField(
        label=_("department"), queryset=Department.objects.filter(active=True), required=False
    )
    partner = forms.ModelChoiceField(
        label=_("company, for people of a partner"),
        queryset=Partner.objects.filter(active=True),
        required=False,
    )
    language = forms.ChoiceField(label=_("language"), choices=Language.choices)


class GrantForm(forms.Form):
    """A role, and where it holds."""

    role = forms.ChoiceField(label=_("role"), choices=Role.choices)
    place = PlaceField(label=_("only at this place"), required=False)
    department = forms.ModelChoiceField(
        label=_("only for this department"), queryset=Department.objects.filter(active=True), required=False
    )


class CrewsForm(forms.Form):
    """The crews somebody belongs to today."""

    crews = forms.ModelMultipleChoiceField(
        label=_("Crews"),
        queryset=Crew.objects.filter(active=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    trades = forms.ModelMultipleChoiceField(
        label=_("trades"),
        queryset=Trade.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without any, the trades of the crews count."),
    )


class PeopleForm(forms.Form):
    """What the list of people is narrowed to."""

    q = forms.CharField(required=False, max_length=100)
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("all")), *Role.choices], required=False)
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.all(), required=False, empty_label=_("all")
    )
    state = forms.ChoiceField(
        label=_("Account"),
        choices=[("", _("in use")), ("ended", pgettext_lazy("account", "ended")), ("all", _("all"))],
        required=False,
    )

    def wanted(self) -> PeopleFilter:
        """The filter; a value that is none narrows nothing."""
        given: dict[str, Any] = self.cleaned_data if self.is_valid() else {}
        department = given.get("department")
        return PeopleFilter(
            text=given.get("q", ""),
            role=given.get("role", ""),
            department_id=department.pk if department else None,
            active={"ended": False, "all": None}.get(given.get("state", ""), True),
        )

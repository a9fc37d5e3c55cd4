"""Forms of counts: planning one, explaining a difference, giving one up."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.accounts.models import User
from houqin.inventory.models import (
    AbcClass,
    CountKind,
    CountReason,
    Item,
    ItemCategory,
    Location,
    LocationKind,
    Warehouse,
)
from houqin.inventory.policies import visible_locations, visible_warehouses
from houqin.kernel import clock

BY_HAND = (CountKind.FULL, CountKind.SPOT, CountKind.PERIODIC, CountKind.ABC, CountKind.ZERO)
COUNTED = (LocationKind.STORE, LocationKind.QUARANTINE)


class LocationsField(forms.ModelMultipleChoiceField[Location]):
    """Locations, each with its store."""

    def label_from_instance(self, obj: Any) -> str:
        """`总库 A1`."""
        return f"{obj.warehouse} {obj.code}"


class PlanForm(forms.Form):
    """What is counted, on which day, and whether the counters see what should be there."""

    warehouse = forms.ModelChoiceField(
        label=pgettext_lazy("stores", "Store"), queryset=Warehouse.objects.none(), empty_label=None
    )
    kind = forms.ChoiceField(
        label=_("kind"), choices=[(kind.value, kind.label) for kind in BY_HAND], initial=CountKind.FULL
    )
    locations = LocationsField(
        label=pgettext_lazy("count", "only these locations"),
        queryset=Location.objects.none(),
        required=False,
        help_text=_("None chosen: the whole store."),
    )
    category = forms.ModelChoiceField(
        label=_("only of this category"),
        queryset=ItemCategory.objects.filter(active=True),
        required=False,
        empty_label=pgettext_lazy("category", "all"),
    )
    abc = forms.ChoiceField(
        label=pgettext_lazy("count", "class by turnover"),
        choices=[("", pgettext_lazy("category", "all")), *AbcClass.choices],
        required=False,
        help_text=_(
            "A: the items that make 80 % of the value used in a year; B: the next 15 %; C: the rest."
        ),
    )
    blind = forms.BooleanField(
        label=pgettext_lazy("count", "without showing what should be there"), required=False, initial=True
    )
    planned_for = forms.DateField(
        label=pgettext_lazy("count", "to be counted on"),
        initial=clock.today,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(label=_("note"), max_length=200, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stores = visible_warehouses(user, "stock.count").filter(active=True)
        shelves = visible_locations(user, "stock.count").filter(kind__in=COUNTED, active=True)
        self.fields["warehouse"].queryset = stores  # type: ignore[attr-defined]
        self.fields["locations"].queryset = shelves.select_related("warehouse").order_by(  # type: ignore[attr-defined]
            "warehouse__code", "code"
        )

    def clean(self) -> dict[str, Any]:
        """Locations of the chosen store only."""
        given: dict[str, Any] = super().clean() or {}
        store = given.get("warehouse")
        odd = [one for one in given.get("locations") or () if store and one.warehouse_id != store.pk]
        if odd:
            facts = {"location": odd[0].code, "store": store}
            self.add_error("locations", _("%(location)s is not a location of %(store)s.") % facts)
        return given


class ExplainForm(forms.Form):
    """Where a difference comes from."""

    reason = forms.ChoiceField(label=_("reason"), choices=CountReason.choices)
    note = forms.CharField(label=_("note"), max_length=200, required=False)


class CancelForm(forms.Form):
    """Why a count is given up."""

    reason = forms.CharField(
        label=_("reason"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


def named(item: Item) -> str:
    """`灯管 (ZM-1)`."""
    return f"{item} ({item.code})"

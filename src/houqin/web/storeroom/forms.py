"""Forms of the set-up of the stores; their fields are the arguments of the actions."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from houqin.inventory.models import (
    INSIDE,
    CostMethod,
    Item,
    ItemCategory,
    Location,
    LocationKind,
    Tracking,
    Unit,
    Warehouse,
)
from houqin.inventory.queries.codes import item_of
from houqin.inventory.queries.registers import stores
from houqin.kernel.errors import Refused
from houqin.kernel.text_search import matches
from houqin.web.setup.picking import PlaceField

MOST_DAYS = 36_500
PROPOSED = 5
_KINDS = [(kind.value, kind.label) for kind in LocationKind if kind in INSIDE]


class CategoryField(forms.ModelChoiceField[ItemCategory]):
    """A category, with the one it is part of before it."""

    def label_from_instance(self, obj: Any) -> str:
        """`五金 / 锁具`."""
        return f"{obj.parent} / {obj}" if obj.parent else str(obj)


class ItemField(forms.CharField):
    """An item by its code or barcode, or by letters that mean only one; gives the item."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 100)
        kwargs.setdefault("help_text", gettext_lazy("Its code, a barcode, or a few letters of its name."))
        super().__init__(**kwargs)
        self.widget.attrs["autocomplete"] = "off"

    def prepare_value(self, value: Any) -> Any:
        """The code of an item."""
        return value.code if isinstance(value, Item) else value

    def clean(self, value: Any) -> Any:
        """The item; `ValidationError` for none or several."""
        if isinstance(value, Item):
            return value
        text = super().clean(value)
        try:
            exact = item_of(text) if text else None
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal
        if exact is not None or not text:
            return exact.item if exact else None
        like = Item.objects.filter(matches(text), active=True).select_related("unit")
        found = list(like.defer("search_text", "search_grams").order_by("code")[: PROPOSED + 1])
        if not found:
            raise ValidationError(_("There is no item “%(text)s”.") % {"text": text})
        if len(found) > 1:
            names = _("; ").join(f"{item.code} {item}" for item in found[:PROPOSED])
            raise ValidationError(_("Several items fit. Write the code: %(names)s") % {"names": names})
        return found[0]


def _days(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=MOST_DAYS, required=False, **more)


def _qty(label: Any, *, required: bool = False, **more: Any) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=0,
        max_digits=18,
        decimal_places=6,
        widget=widget,
        **more,
    )


class ItemForm(forms.Form):
    """An item."""

    code = forms.CharField(label=gettext_lazy("code"), max_length=40)
    name = forms.CharField(label=gettext_lazy("name"), max_length=120)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=160, required=False)
    spec = forms.CharField(label=gettext_lazy("specification"), max_length=120, required=False)
    category = CategoryField(label=gettext_lazy("category"), queryset=ItemCategory.objects.none())
    unit = forms.ModelChoiceField(
        label=gettext_lazy("unit"),
        queryset=Unit.objects.all(),
        help_text=gettext_lazy("The smallest unit it is ever issued in; bigger ones are its packings."),
    )
    step = _qty(
        gettext_lazy("smallest quantity"),
        required=True,
        initial=Decimal(1),
        help_text=gettext_lazy("1 for whole pieces, 0.5 or 0.001 for what is measured."),
    )
    tracking = forms.ChoiceField(label=gettext_lazy("told apart by"), choices=Tracking.choices)
    cost_method = forms.ChoiceField(label=gettext_lazy("cost method"), choices=CostMethod.choices)
    shelf_life_days = _days(
        gettext_lazy("shelf life in days"),
        help_text=gettext_lazy("Makes the last day of a lot of which only the day it was made is known."),
    )
    open_life_days = _days(gettext_lazy("days to use it once opened"))
    alert_days = forms.IntegerField(
        label=gettext_lazy("warn this many days before expiry"), min_value=0, max_value=MOST_DAYS, initial=90
    )
    storage = forms.CharField(label=gettext_lazy("to be stored"), max_length=80, required=False)
    hazard = forms.CharField(label=gettext_lazy("hazard class"), max_length=40, required=False)
    active = forms.BooleanField(label=gettext_lazy("in use"), required=False, initial=True)

    def __init__(self, data: Any = None, *, item: Item | None = None) -> None:
        initial = {name: getattr(item, name) for name in self.base_fields} if item else {}
        if item:
            initial["step"] = item.step.normalize().__format__("f")
        super().__init__(data, initial=initial)
        known = Q(active=True) | Q(pk=item.category_id) if item else Q(active=True)
        self.fields["category"].queryset = ItemCategory.objects.filter(known).select_related("parent")  # type: ignore[attr-defined]


class PackingForm(forms.Form):
    """So many of a packing are so many base units: whole numbers on both sides, so that it is exact."""

    den = forms.IntegerField(
        label=gettext_lazy("how many"),
        min_value=1,
        max_value=10**12,
        initial=1,
        error_messages={"invalid": gettext_lazy("Whole numbers on both sides: 1 box = 9, or 10 = 3.")},
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("packing unit"), queryset=Unit.objects.all(), empty_label="—"
    )
    num = forms.IntegerField(
        label=gettext_lazy("base units"),
        min_value=1,
        max_value=10**12,
        error_messages={
            "invalid": gettext_lazy(
                "A rounded factor is not exact. Write whole numbers on both sides:"
                " 100000000 lb = 45359237 kg, not 1 lb = 0.454 kg."
            )
        },
    )


class BarcodeForm(forms.Form):
    """A barcode, and which packing it stands on."""

    code = forms.CharField(label=gettext_lazy("barcode"), max_length=80)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("unit"), queryset=Unit.objects.none(), required=False, empty_label=None
    )

    def __init__(self, data: Any = None, *, item: Item) -> None:
        super().__init__(data)
        own = Q(pk=item.unit_id) | Q(pk__in=item.units.values("unit"))
        self.fields["unit"].queryset = Unit.objects.filter(own)  # type: ignore[attr-defined]
        self.fields["unit"].initial = item.unit_id


class StoreForm(forms.Form):
    """A store, or a sub-store."""

    code = forms.CharField(label=gettext_lazy("code"), max_length=20)
    name = forms.CharField(label=gettext_lazy("name"), max_length=60)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=80, required=False)
    parent = forms.ModelChoiceField(
        label=gettext_lazy("sub-store of"),
        queryset=Warehouse.objects.none(),
        required=False,
        empty_label=pgettext_lazy("store", "no other: a store of its own"),
    )
    place = PlaceField(label=gettext_lazy("place"), required=False)
    active = forms.BooleanField(label=gettext_lazy("in use"), required=False, initial=True)

    def __init__(self, data: Any = None, *, user: Any, store: Warehouse | None = None) -> None:
        initial = {name: getattr(store, name) for name in self.base_fields} if store else {}
        super().__init__(data, initial=initial)
        known = stores(user).filter(Q(active=True) | Q(pk=store.parent_id if store else None))
        self.fields["parent"].queryset = known.exclude(pk=store.pk) if store else known  # type: ignore[attr-defined]


class LocationsForm(forms.Form):
    """New locations: one code on each line, or with commas between."""

    codes = forms.CharField(
        label=gettext_lazy("codes"),
        max_length=16_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One on each line or with commas between: A-01, A-02, A-03."),
    )
    kind = forms.ChoiceField(label=pgettext_lazy("location", "kind"), choices=_KINDS)

    def clean_codes(self) -> list[str]:
        """The codes."""
        text: str = self.cleaned_data["codes"]
        for sign in "，,;；、":
            text = text.replace(sign, "\n")
        return [line.strip() for line in text.splitlines() if line.strip()]


class LocationForm(forms.Form):
    """One location."""

    code = forms.CharField(label=gettext_lazy("code"), max_length=30)
    name = forms.CharField(label=gettext_lazy("name"), max_length=60, required=False)
    kind = forms.ChoiceField(label=pgettext_lazy("location", "kind"), choices=_KINDS)
    active = forms.BooleanField(label=gettext_lazy("in use"), required=False)


class LevelForm(forms.Form):
    """What a store should have of an item."""

    item = ItemField(label=gettext_lazy("item"))
    store = forms.ModelChoiceField(label=pgettext_lazy("stores", "Store"), queryset=Warehouse.objects.none())
    minimum = _qty(pgettext_lazy("stock", "minimum"), initial=0)
    safety_stock = _qty(gettext_lazy("safety stock"), initial=0)
    reorder_point = _qty(gettext_lazy("order when there are only"), initial=0)
    order_up_to = _qty(
        gettext_lazy("order up to"), help_text=gettext_lazy("Or leave it empty and order one quantity.")
    )
    order_qty = _qty(gettext_lazy("order this much"))
    pack = _qty(gettext_lazy("ordered in multiples of"), initial=1)
    lead_time_days = forms.IntegerField(
        label=gettext_lazy("days until it comes"), min_value=0, max_value=3_650, initial=7
    )
    review_days = forms.IntegerField(
        label=gettext_lazy("looked at every so many days"), min_value=1, max_value=366, initial=7
    )
    shelf = forms.ModelChoiceField(
        label=gettext_lazy("usual location"), queryset=Location.objects.none(), required=False
    )

    def __init__(
        self, data: Any = None, *, among: QuerySet[Warehouse], shelves: QuerySet[Location], **more: Any
    ) -> None:
        super().__init__(data, **more)
        self.fields["store"].queryset = among  # type: ignore[attr-defined]
        self.fields["shelf"].queryset = shelves  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What is left empty of the amounts is nothing, of the pack one."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("minimum", "safety_stock", "reorder_point"):
            if name in cleaned and cleaned[name] is None:
                cleaned[name] = Decimal(0)
        if "pack" in cleaned and cleaned["pack"] is None:
            cleaned["pack"] = Decimal(1)
        return cleaned

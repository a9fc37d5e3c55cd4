"""Items set up by hand: what they are, the units they come in, the codes on them."""

from decimal import Decimal
from math import gcd
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from houqin.inventory.actions.posting import lock_cards
from houqin.inventory.models import (
    Barcode,
    CostMethod,
    Item,
    ItemCategory,
    ItemUnit,
    StockLine,
    Tracking,
    Unit,
)
from houqin.inventory.queries.codes import GTIN_LENGTHS, holder_of
from houqin.inventory.queries.units import FINEST
from houqin.inventory.queries.use import moves_of, on_hand_of
from houqin.kernel import gs1
from houqin.kernel.errors import Invalid
from houqin.kernel.quantity import shown
from houqin.kernel.reading import plain

QUANTITY_DIGITS = 6
"""Figures up to this length are typed as a quantity while scanning."""
LARGEST = 10**12
FIXED = ("unit", "step", "tracking", "cost_method")
"""What stays as it is once the item has been moved: its history is told in it."""


class ItemFacts(TypedDict, total=False):
    """What may be said about an item."""

    code: str
    name: str
    name_en: str
    spec: str
    category: ItemCategory
    unit: Unit
    step: Decimal
    tracking: str
    cost_method: str
    shelf_life_days: int | None
    open_life_days: int | None
    alert_days: int
    storage: str
    hazard: str
    active: bool


@transaction.atomic
def enter_item(**facts: Unpack[ItemFacts]) -> Item:
    """A new item; needs code, name, category and unit. Raises `Invalid` with the field."""
    item = Item()
    _take(item, facts)
    item.save()
    return item


@transaction.atomic
def change_item(*, item_id: int, **facts: Unpack[ItemFacts]) -> Item:
    """The item with other facts.

    Raises `Invalid` with the field: for unit, step, tracking and cost method once it has been moved, for
    taking it out of use while there is some of it, and for what an item cannot be. Locks the item's card,
    so that no movement comes between.
    """
    lock_cards([item_id])
    item = Item.objects.select_related("unit", "category").get(pk=item_id)
    before = {name: getattr(item, name) for name in (*FIXED, "active")}
    _take(item, facts)
    _require_unmoved(item, [name for name in FIXED if getattr(item, name) != before[name]])
    if before["active"] and not item.active and (left := on_hand_of(item)):
        told = {"left": shown(left), "unit": item.unit, "item": item}
        raise Invalid(
            _("There are still %(left)s %(unit)s of %(item)s in the stores. Issue or write them off first.")
            % told,
            field="active",
        )
    if item.units.filter(unit=item.unit).exists():
        raise Invalid(_("%(unit)s is a packing of this item already.") % {"unit": item.unit}, field="unit")
    item.save()
    return item


def _take(item: Item, facts: ItemFacts) -> None:
    for name, value in facts.items():
        setattr(item, name, plain(value) if isinstance(value, str) else value)
    try:
        item.clean_fields(exclude=["search_text", "search_grams"])
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Invalid(sentences[0], field=field) from error
    _require_own_code(item)
    if item.step <= 0 or item.step != item.step.quantize(FINEST):
        raise Invalid(_("Please give a quantity above zero, at most six decimals."), field="step")
    if item.unit.integral and item.step % 1:
        told = {"unit": item.unit, "step": shown(item.step)}
        raise Invalid(
            _("%(unit)s is counted in whole numbers, so that a step of %(step)s is not possible.") % told,
            field="step",
        )
    if item.cost_method == CostMethod.AVERAGE and item.tracking != Tracking.NONE:
        raise Invalid(_("An averaged item has no lots and no serial numbers."), field="cost_method")
    if item.tracking == Tracking.SERIAL and item.step != 1:
        raise Invalid(_("What has serial numbers is counted in ones."), field="step")
    item.set_search(item.code, item.name, item.name_en, item.spec)


def _require_own_code(item: Item) -> None:
    _require_no_quantity(item.code)
    other = Item.objects.filter(code__iexact=item.code).exclude(pk=item.pk).first()
    other = other or getattr(
        Barcode.objects.filter(code=item.code).exclude(item=item.pk).first(), "item", None
    )
    if other is not None:
        told = {"code": item.code, "item": other, "other": other.code}
        raise Invalid(_("%(code)s is %(item)s (%(other)s) already.") % told, field="code")


def _require_no_quantity(code: str) -> None:
    if code.isascii() and code.isdigit() and len(code) <= QUANTITY_DIGITS:
        raise Invalid(
            _("%(code)s would be read as a quantity while scanning. Put a letter before it.")
            % {"code": code},
            field="code",
        )


def _require_unmoved(item: Item, changed: list[str]) -> None:
    if not changed:
        return
    if moves := moves_of(item):
        told = {"item": item, "count": moves}
        raise Invalid(
            _(
                "%(item)s has moved %(count)s times: its unit, smallest quantity, tracking and cost method"
                " stay as they are. Enter a new item instead and take this one out of use."
            )
            % told,
            field=changed[0],
        )


@transaction.atomic
def add_barcode(*, item_id: int, code: str, unit: Unit | None = None) -> Barcode:
    """Another code on an item, or on a packing of it.

    Figures of the length of a trade number must have its check digit. Raises `Invalid` for a code that
    is on an item already, in any of its spellings, and for one that scanning would read otherwise.
    """
    item = Item.objects.select_for_update(of=("self",)).get(pk=item_id)
    code = plain(code)
    _require_readable(code)
    if unit is not None and unit.pk != item.unit_id and not item.units.filter(unit=unit).exists():
        told = {"item": item, "unit": unit}
        raise Invalid(_("%(item)s has no packing in %(unit)s yet.") % told, field="unit")
    holder = holder_of(code)
    if holder is not None:
        sentence = _("%(code)s is on %(item)s (%(other)s) already.")
        raise Invalid(sentence % {"code": code, "item": holder, "other": holder.code}, field="code")
    return Barcode.objects.create(item=item, code=code, unit=unit if unit != item.unit else None)


def _require_readable(code: str) -> None:
    if not code:
        raise Invalid(_("Please scan or type the barcode."), field="code")
    _require_no_quantity(code)
    if len(code) in GTIN_LENGTHS and code.isascii() and code.isdigit():
        if not gs1.valid_gtin(code):
            told = {"code": code, "digit": gs1.check_digit(code[:-1])}
            raise Invalid(
                _("%(code)s is no trade number: its last digit would be %(digit)s. Scan it again.") % told,
                field="code",
            )
    elif gs1.looks_like(code):
        raise Invalid(
            _("This code says more than the goods. Give only the trade number behind (01)."), field="code"
        )


@transaction.atomic
def remove_barcode(*, item_id: int, barcode_id: int) -> None:
    """The code is on the item no more; nothing happens where it was taken away already."""
    Barcode.objects.filter(pk=barcode_id, item=item_id).delete()


@transaction.atomic
def set_packing(*, item_id: int, unit: Unit, den: int, num: int) -> ItemUnit:
    """The item also comes in `unit`: `den` of it are `num` of the base unit, exactly; kept in lowest terms.

    Raises `Invalid` for the base unit itself, for numbers below one, and for other numbers than those
    that documents have been written with.
    """
    lock_cards([item_id])
    item = Item.objects.select_related("unit").get(pk=item_id)
    if unit.pk == item.unit_id:
        told = {"unit": unit, "item": item}
        raise Invalid(_("%(unit)s is the base unit of %(item)s.") % told, field="unit")
    if not (1 <= num <= LARGEST and 1 <= den <= LARGEST):
        raise Invalid(_("Please give whole numbers from one up, on both sides."), field="num")
    common = gcd(num, den)
    num, den = num // common, den // common
    known = ItemUnit.objects.filter(item=item, unit=unit).first()
    if known is None:
        return ItemUnit.objects.create(item=item, unit=unit, num=num, den=den)
    if (known.num, known.den) != (num, den):
        _require_unquoted(item, unit)
        known.num, known.den = num, den
        known.save(update_fields=["num", "den"])
    return known


@transaction.atomic
def remove_packing(*, item_id: int, unit_id: int) -> None:
    """The item does not come in the unit any more. Raises `Invalid` once documents were written in it."""
    lock_cards([item_id])
    known = ItemUnit.objects.filter(item=item_id, unit=unit_id).select_related("item", "unit").first()
    if known is None:
        return
    _require_unquoted(known.item, known.unit)
    if known.item.barcodes.filter(unit=known.unit).exists():
        told = {"unit": known.unit}
        raise Invalid(_("A barcode stands for %(unit)s: take that away first.") % told, field="unit")
    known.delete()


def _require_unquoted(item: Item, unit: Unit) -> None:
    lines = StockLine.objects.filter(item=item, unit=unit).count()
    if lines:
        told = {"count": lines, "unit": unit, "item": item}
        raise Invalid(
            _(
                "%(count)s lines of documents count %(item)s in %(unit)s: that stays as it is."
                " Enter a unit of another name for the new packing."
            )
            % told,
            field="unit",
        )

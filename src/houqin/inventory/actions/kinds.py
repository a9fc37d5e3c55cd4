"""Units and item categories, set up by hand."""

from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Floor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from houqin.inventory.models import Item, ItemCategory, Unit
from houqin.kernel.errors import Invalid

_TREE = 0x68716963


@transaction.atomic
def keep_unit(unit: Unit) -> Unit:
    """The unit, kept. Raises `Invalid` for whole numbers only while items are handled in parts of it."""
    if unit.pk and unit.integral:
        count = Item.objects.filter(unit=unit).exclude(step=Floor(F("step"))).count()
        if count:
            sentence = ngettext(
                "%(count)s item is handled in parts of %(unit)s, so that it cannot be whole numbers only.",
                "%(count)s items are handled in parts of %(unit)s, so that it cannot be whole numbers only.",
                count,
            )
            raise Invalid(sentence % {"count": count, "unit": unit}, field="integral")
    unit.save()
    return unit


@transaction.atomic
def keep_category(category: ItemCategory, **facts: Any) -> ItemCategory:
    """The category, kept where `facts` put it. Raises `Invalid` for one within itself, and while in use."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE])
    for name, value in facts.items():
        setattr(category, name, value)
    above = category.parent
    while above is not None:
        if category.pk and above.pk == category.pk:
            raise Invalid(
                _("A category cannot be part of itself or of one that is part of it."), field="parent"
            )
        above = above.parent
    if category.pk and not category.active:
        count = Item.objects.filter(category=category, active=True).count()
        if count:
            sentence = ngettext(
                "%(count)s item in use still belongs to %(category)s. Give it another category first.",
                "%(count)s items in use still belong to %(category)s. Give them another category first.",
                count,
            )
            raise Invalid(sentence % {"count": count, "category": category}, field="active")
    category.save()
    return category

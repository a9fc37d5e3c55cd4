"""An item by what a scanner reads or a person types."""

from django.db.models import QuerySet

from houqin.inventory.models import Barcode, Item
from houqin.kernel.text_search import matches


def item_by_code(code: str) -> Item | None:
    """The item with exactly this barcode or code, capital letters or not; None for any other code."""
    code = code.strip()
    found = Barcode.objects.filter(code=code, item__active=True).select_related("item__unit").first()
    if found is not None:
        return found.item
    return Item.objects.filter(code__iexact=code, active=True).select_related("unit").first()


def items_like(words: str) -> QuerySet[Item]:
    """The items in use that a search finds: name, code, specification, pinyin."""
    return Item.objects.filter(matches(words), active=True).select_related("unit").order_by("code")

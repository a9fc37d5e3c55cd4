"""`houqin report replenishment`: what the stores should order again, and why."""

import argparse
from pathlib import Path
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from houqin.cli.base import HouqinCommand
from houqin.inventory.models import Warehouse
from houqin.inventory.queries.replenishing import Need, needs_of
from houqin.kernel import sheets
from houqin.kernel.errors import Invalid
from houqin.kernel.quantity import shown


class Command(HouqinCommand):
    """List what has fallen to its reorder point, each number with what it is made of."""

    words: ClassVar = ("report", "replenishment")

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the store and where the table goes."""
        parser.add_argument("--store", metavar="CODE", help=_("one store only"))
        parser.add_argument("--excel", type=Path, metavar="OUT.xlsx", help=_("write a table"))
        parser.add_argument("--json", action="store_true", help=_("write one JSON object"))

    def handle(self, *_args: Any, **options: Any) -> None:
        """Work it out and write it."""
        rows = [(store, need) for store in _stores(options["store"]) for need in needs_of(store)]
        headings = _headings()
        lines = [_line(store, need) for store, need in rows]
        if options["excel"]:
            options["excel"].write_bytes(sheets.written(headings, lines, name=_("To order")))
        if options["json"]:
            self.show({"proposals": [dict(zip(headings, line, strict=True)) for line in lines]})
            return
        for line in [headings, *lines]:
            self.stdout.write("\t".join(line))


def _stores(code: str | None) -> list[Warehouse]:
    stores = Warehouse.objects.filter(active=True)
    if code:
        stores = stores.filter(code=code)
        if not stores:
            raise Invalid(_("There is no such store: %(name)s.") % {"name": code})
    return list(stores)


def _headings() -> list[str]:
    return [
        _("Store"),
        _("Code"),
        pgettext("stock", "Item"),
        _("Usable"),
        _("Used a day"),
        _("Deviation of a day"),
        _("Days without any"),
        _("Days until it comes"),
        _("Safety stock"),
        _("Order when there are only"),
        _("Order up to"),
        _("In multiples of"),
        _("To order"),
        _("Unit"),
        _("Held back by shelf life"),
    ]


def _line(store: Warehouse, need: Need) -> list[str]:
    return [
        str(store),
        need.item.code,
        f"{need.item} {need.item.spec}".strip(),
        shown(need.usable),
        f"{need.demand.daily:.2f}",
        f"{need.demand.deviation:.2f}",
        str(need.demand.out),
        str(need.policy.lead_time_days),
        f"{need.safety:.2f}",
        f"{need.point:.2f}",
        f"{need.up_to:.2f}",
        shown(need.policy.pack),
        shown(need.quantity),
        str(need.item.unit),
        _("yes") if need.capped else "",
    ]

"""What is put before others for agreement: one table, read by the rules, the pages and the flows."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import Role


@dataclass(frozen=True)
class Kind:
    """What it is called, and the role of which somebody agrees while no rule of the kind is set up."""

    label: Promise
    role: str = Role.MANAGER


KINDS: dict[str, Kind] = {
    "stock_scrap": Kind(_("write-off of stock")),
    "stock_count": Kind(_("count difference")),
}

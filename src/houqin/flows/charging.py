"""Posting to the cost ledger what a stock document charges: shared by the flows, no step of its own."""

from houqin.budget.actions.posting import Cost, post_costs
from houqin.budget.models import CostEntry, Element
from houqin.inventory.models import StockDocument
from houqin.inventory.queries.charges import charges_of


def charge(document: StockDocument) -> None:
    """Let whoever used (or wrote off) the goods of a posted document bear what they cost; once for each."""
    if CostEntry.objects.filter(source=document.number).exists():
        return
    for found in charges_of(document):
        post_costs(
            [Cost(found.charged_to, found.amount, found.at)],
            element=Element.MATERIAL,
            source=found.source,
            by=document.by,
            is_demo=document.is_demo,
        )

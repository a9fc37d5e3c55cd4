"""What was spent, on what, and who bears it."""

from houqin.budget.models.costs import CostCentre, CostEntry, Element

__all__ = ["CostCentre", "CostEntry", "Element"]

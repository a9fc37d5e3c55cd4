"""The step bar: what is done, what happens now, what comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Step:
    """One step of `<c-steps>`."""

    label: str | Promise
    state: Literal["done", "now", "next"]
    icon: str = "tool"


def steps(labels: Sequence[str | Promise], *, at: int, icons: Sequence[str] = ()) -> list[Step]:
    """Steps of which the one at position `at` happens now; `at` beyond the last means all are done."""
    found = []
    for position, label in enumerate(labels):
        state: Literal["done", "now", "next"] = (
            "done" if position < at else "now" if position == at else "next"
        )
        found.append(Step(label, state, icons[position] if position < len(icons) else "tool"))
    return found

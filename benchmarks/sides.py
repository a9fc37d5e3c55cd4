"""The sides as seen from the process that compares them."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.side import ROOT, Cost


@dataclass
class Side:
    """A running side; ends with the block it is used in."""

    name: str
    module: str
    settings: dict[str, str]
    process: "subprocess.Popen[str]" = field(init=False)

    def __enter__(self) -> "Side":
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module],
            env=clean_environment(**self.settings),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()
        return self

    def __exit__(self, *_reason: object) -> None:
        self.process.stdin.close()  # type: ignore[union-attr]
        self.process.wait(30)

    def ask(self, **wanted: Any) -> dict[str, Any]:
        """The answer to one command."""
        self.process.stdin.write(json.dumps(wanted) + "\n")  # type: ignore[union-attr]
        self.process.stdin.flush()  # type: ignore[union-attr]
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        line = self.process.stdout.readline()  # type: ignore[union-attr]
        if not line:
            raise RuntimeError(f"{self.name} ended with {self.process.wait(10)}")
        found: dict[str, Any] = json.loads(line)
        return found


def clean_environment(**settings: str) -> dict[str, str]:
    """Our environment without houqin's settings, plus `settings`."""
    dropped = ("HOUQIN_", "DJANGO_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {**kept, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "LC_ALL": "C.UTF-8", **settings}


def interleaved(sides: Iterable[Side], operation: str, *, rounds: int, times: int) -> dict[str, Cost]:
    """The median cost of an operation on each side; the sides take turns, so all meet the same weather."""
    sides = list(sides)
    costs: dict[str, list[Cost]] = defaultdict(list)
    for side in sides:
        side.ask(do=operation, times=max(5, times // 5))
    for _ in range(rounds):
        for side in sides:
            costs[side.name].append(Cost(**side.ask(do=operation, times=times)))
    return {name: middle(found) for name, found in costs.items()}


def middle(costs: list[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(*(median(getattr(cost, figure) for cost in costs) for figure in ("wall", "python", "server")))

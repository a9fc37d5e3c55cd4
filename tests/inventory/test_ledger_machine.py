"""A hundred thousand random steps in the stores, and the invariants after every one of them.

Each step is one number (see `keeper.py`), so that a run of five hundred stays small enough to be shrunk to
the few steps that matter. A run happens in one transaction with all its constraints at once.
"""

import os
import random
from itertools import count

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests import cast
from tests.inventory.keeper import Keeper

pytestmark = pytest.mark.django_db
PARTS = 20
"""The long test is cut into so many; each has ten runs of five hundred steps."""

RUNS = count()
TABLES = ", ".join(
    f"inventory_{name}"
    for name in ("stockdocument", "stockline", "stockmove", "stockbalance", "costlayer", "layerentry")
)
LOOKED = frozenset({25, 50, 100, 200, 300, 400})
"""After so many steps the planner looks again: it knows nothing of what is rolled back, and proofs crawl."""


class Stores(RuleBasedStateMachine):
    """Random steps of one storekeeper."""

    seed: int | None = None
    """With one the numbers are spread: left alone, the first run of all is five hundred times nought."""

    def __init__(self) -> None:
        super().__init__()
        self.run = next(RUNS)
        self.undo = transaction.atomic()
        self.undo.__enter__()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self.keeper = Keeper(cast.accountant_zhao())

    @rule(number=st.integers(0, 2**44 - 1))
    def step(self, number: int) -> None:
        if self.seed is not None:
            number = random.Random(f"{self.seed} {self.run} {self.keeper.steps} {number}").getrandbits(44)
        self.keeper.step(number)
        if self.keeper.steps in LOOKED:
            with connection.cursor() as cursor:
                cursor.execute(f"ANALYZE {TABLES}")

    def teardown(self) -> None:
        try:
            self.keeper.end()
            if path := os.environ.get("TALLY"):
                with open(path, "a", encoding="utf-8") as file:  # noqa: PTH123 - a tally for whoever asks
                    file.write(f"{dict(self.keeper.done)} {dict(self.keeper.refused)}\n")
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)


def runs(times: int, steps: int, *, seed: int | None = None) -> None:
    """So many runs of so many steps. With a `seed` others than with another; they are not shrunk."""
    wanted = settings(
        max_examples=times,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate] if seed is not None else [Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    machine = Stores if seed is None else seeded(seed)(type(f"Stores{seed}", (Stores,), {"seed": seed}))
    run_state_machine_as_test(machine, settings=wanted)


def test_the_books_are_right_after_every_step_of_some_short_runs() -> None:
    runs(6, 60)


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_the_books_are_right_after_every_one_of_a_hundred_thousand_steps(part: int) -> None:
    runs(10, 500, seed=part)

"""The mark of a business step that joins domains."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

P = ParamSpec("P")
R = TypeVar("R")

FLOWS: dict[str, Callable[..., object]] = {}


def flow(function: Callable[P, R]) -> Callable[P, R]:
    """Run `function` in one transaction, or join the one that is open.

    Either everything the flow did is stored, its deferred messages included, or nothing. The
    flow is entered in `FLOWS`, from which the documentation and its test are made.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic():
            return function(*args, **kwargs)

    FLOWS[function.__name__] = run
    return run

"""The starter catalogue and its triage rules as they are written down."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def catalogue() -> dict[str, Any]:
    """The contents of `catalogue.toml`, read once; the caller does not change them."""
    return _read("catalogue.toml")


@cache
def rules() -> list[dict[str, Any]]:
    """The triage rules of `rules.toml` in their order, read once; the caller does not change them."""
    found: list[dict[str, Any]] = _read("rules.toml")["rules"]
    return found


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("houqin.flows.starter") / name).read_text("utf-8"))

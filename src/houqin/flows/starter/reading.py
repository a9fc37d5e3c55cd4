"""The starter catalogue as it is written down."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def catalogue() -> dict[str, Any]:
    """The contents of `catalogue.toml`, read once; the caller does not change them."""
    return tomllib.loads((files("houqin.flows.starter") / "catalogue.toml").read_text("utf-8"))

"""The texts of the demonstration, kept as TOML files beside the code."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read(name: str) -> dict[str, Any]:
    """The contents of `data/<name>.toml`, read once; the caller does not change them."""
    return tomllib.loads((files("houqin.demo") / "data" / f"{name}.toml").read_text("utf-8"))

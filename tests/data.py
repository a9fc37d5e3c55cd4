"""Third-party data beside the checkout: used where it is there, never part of the project."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared(path: str) -> Path:
    """Return a file or folder of the data, or skip the test where it is not there."""
    found = FOLDER / path
    if not found.exists():
        pytest.skip(f"needs ../shared/data/{path}")
    return found

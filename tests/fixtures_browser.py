"""How the browser is started, for every test that drives one."""

import pytest

from tests import needs

__all__ = ["browser_type_launch_args"]

QUIET = (
    "no-first-run",
    "disable-quic",
    "disable-background-networking",
    "disable-component-update",
    "disable-sync",
)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """The Chromium of this machine, talking to nobody by itself."""
    return {
        "executable_path": needs.browser(),
        "args": ["--no-sandbox", "--disable-gpu", *(f"--{switch}" for switch in QUIET)],
    }

"""How long a past period takes to be measured: under another standard, and by who had the time."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass

from benchmarks.side import ROOT
from benchmarks.sides import clean_environment

STANDARD = ROOT / "examples" / "standards" / "four-levels.toml"
PERIOD = ("--from", "2000-01-01", "--to", "2030-01-01", "--json")
WORDS = {
    "replay under another standard": ("replay", "--standard", str(STANDARD)),
    "who had the time": ("time-owners",),
}


@dataclass(frozen=True)
class Measured:
    """What a report over the imported requests took, from the command to its answer."""

    requests: int
    seconds: float


def reports(settings: dict[str, str]) -> dict[str, Measured]:
    """Run each report once over all requests of the installation that the settings name."""
    return {words: _run(arguments, settings) for words, arguments in WORDS.items()}


def _run(arguments: tuple[str, ...], settings: dict[str, str]) -> Measured:
    began = time.perf_counter()
    told = subprocess.run(
        [sys.executable, "-m", "houqin.cli", "report", *arguments, *PERIOD],
        env=clean_environment(**settings),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Measured(json.loads(told.stdout)["requests"], time.perf_counter() - began)

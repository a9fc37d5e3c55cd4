"""How many orders a rule gives away in a second where two hundred people could have each of them."""

import json
import subprocess
import sys
from dataclasses import dataclass

from benchmarks.sides import clean_environment

WORDS = {"rotation": "in turn", "load": "by load", "best": "by best score"}


@dataclass(frozen=True)
class Decided:
    """What a rule came to: decisions a second by mode, each stored with everybody it looked at."""

    people: int
    times: int
    rates: dict[str, float]


def decided(settings: dict[str, str], *, times: int) -> Decided:
    """Let each rule decide so often in an empty installation, in a process of its own."""
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.deciding", str(times)],
        env=clean_environment(**settings),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Decided(**json.loads(told.stdout))

"""Turns are rows: another process goes on where the last one stopped."""

import json
from collections import Counter
from pathlib import Path

import pytest

from houqin.accounts.models import User
from houqin.staffing.models import Crew
from houqin.work.models import JobType
from tests.cli.processes import ROOT, houqin, own_url
from tests.makers import make_crew, make_job_type, make_place
from tests.work.test_rules_of_dispatch import technicians
from tests.work.turns import go_round

pytestmark = pytest.mark.django_db(transaction=True)


def in_a_process_of_its_own(folder: Path, **facts: int) -> list[int]:
    """Who got the orders that a new process gave away."""
    words = f"from tests.work.turns import show; show(**{facts!r})"
    settings = {"HOUQIN_DATABASE_URL": own_url(), "HOUQIN_DATA_DIR": str(folder)}
    done = houqin("shell", "--no-imports", "-c", words, PYTHONPATH=f"{ROOT / 'src'}:{ROOT}", **settings)
    assert done.returncode == 0, done.stderr
    found: list[int] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("each", [10, pytest.param(500, marks=pytest.mark.long)])
def test_turns_go_on_fairly_in_the_next_process(each: int, tmp_path: Path) -> None:
    people: list[User] = technicians(3)
    crew: Crew = make_crew("空调班", *people)
    job: JobType = make_job_type(dispatch_mode="rotation")
    facts = {"crew_id": crew.pk, "job_type_id": job.pk, "place_id": make_place().pk, "count": each}

    chosen = go_round(**facts)
    chosen += in_a_process_of_its_own(tmp_path, **facts)

    turns = [person.pk for person in people]
    assert chosen == [turns[number % 3] for number in range(2 * each)]
    got = Counter(chosen)
    assert max(got.values()) - min(got.values()) <= 1

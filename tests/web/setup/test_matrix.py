"""The priority matrix as an administrator keeps it."""

import pytest
from django.test import Client

from houqin.desk.models import Impact, PriorityRule, Urgency
from houqin.desk.queries.priorities import MATRIX, matrix
from houqin.work.models import Priority

pytestmark = pytest.mark.django_db
PAGE = "/setup/priorities/"


def as_shown(office: Client) -> dict[str, str]:
    """The fields of the page as a browser would send them back untouched."""
    shown = office.get(PAGE).context
    return {bound.name: str(bound.value()) for form in (shown["form"], shown["known"]) for bound in form}


def test_saving_the_page_untouched_changes_no_priority(office: Client) -> None:
    PriorityRule.objects.create(urgency=Urgency.LOW, impact=Impact.ROOM, priority=Priority.PLANNED)
    before = matrix()

    answer = office.post(PAGE, as_shown(office))

    assert answer.status_code == 303
    assert matrix() == before
    assert before == MATRIX | {(Urgency.LOW, Impact.ROOM): Priority.PLANNED}


def test_a_cell_is_set(office: Client) -> None:
    office.post(PAGE, as_shown(office) | {"high_person": "critical"})

    assert matrix()[Urgency.HIGH, Impact.PERSON] == Priority.CRITICAL

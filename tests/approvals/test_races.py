"""Two who decide at once: one of them is first."""

from functools import partial

import pytest

from houqin.accounts.models import Role
from houqin.approvals.actions.deciding import decide
from houqin.approvals.models import Approval, ApprovalStatus
from houqin.kernel.errors import StaleState
from tests import cast
from tests.makers import grant, make_person
from tests.makers_approvals import asked
from tests.threads import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_decide_at_once_one_is_told_that_it_is_done() -> None:
    sun, lin = cast.storekeeper_sun(), cast.director_lin()
    other = make_person("副主任")
    grant(other, Role.MANAGER)
    approval = asked(sun)

    found = together(
        [
            partial(decide, approval_id=approval.pk, by=lin, verb="agree"),
            partial(decide, approval_id=approval.pk, by=other, verb="refuse", note="不行"),
        ]
    )

    assert {type(one) for one in found} == {Approval, StaleState}
    approval.refresh_from_db()
    assert approval.status in {ApprovalStatus.APPROVED, ApprovalStatus.REFUSED}
    assert approval.events.count() == 2

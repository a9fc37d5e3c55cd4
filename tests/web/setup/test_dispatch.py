"""The rules of dispatch on their page."""

import pytest
from django.urls import reverse

from houqin.accounts.models import User
from houqin.work.models import DispatchRules
from tests.web.signed_in import signed_in

pytestmark = pytest.mark.django_db
GIVEN = {
    "default_mode": "rotation",
    "offer_minutes": "15",
    "critical_offer_minutes": "2",
    "experience_months": "6",
    "weight_load": "40",
    "weight_slack": "0",
    "weight_travel": "0",
    "weight_experience": "0",
    "weight_trade": "0",
}


def test_the_rules_are_kept_and_new_job_types_begin_with_their_mode(admin: User) -> None:
    boss = signed_in(admin)

    assert boss.post(reverse("setup:dispatch"), GIVEN).status_code == 303

    rules = DispatchRules.objects.get()
    assert (rules.offer_minutes, rules.critical_offer_minutes, rules.weight_load) == (15, 2, 40)
    page = boss.get(reverse("setup:new", args=["job-types"])).content.decode()
    assert 'value="rotation" selected' in page


@pytest.mark.parametrize(
    "wrong", [{"weight_load": "0"}, {"weight_load": "101"}, {"offer_minutes": "0"}, {"default_mode": "x"}]
)
def test_wrong_rules_are_refused_and_nothing_is_kept(admin: User, wrong: dict[str, str]) -> None:
    answer = signed_in(admin).post(reverse("setup:dispatch"), {**GIVEN, **wrong})

    assert answer.status_code == 422
    assert not DispatchRules.objects.exists()

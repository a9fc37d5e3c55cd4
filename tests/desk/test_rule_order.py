"""The list of triage rules: added behind, moved, and asked in the order it has."""

import pytest
from django.db import IntegrityError, connection, transaction

from houqin.desk.actions import triage_rules
from houqin.desk.models import TriageRule
from houqin.desk.queries.triage import rule_book
from houqin.kernel.errors import Invalid, Missing
from tests.makers_desk import make_category, make_service
from tests.makers_triage import mailed, make_rule
from tests.threads import together


def order() -> str:
    return "".join(TriageRule.objects.order_by("position").values_list("name", flat=True))


def all_first() -> None:
    """Give all rules the first position and end the transaction so far as its rules are concerned."""
    TriageRule.objects.update(position=1)
    connection.check_constraints()


@pytest.mark.django_db
class TestTheOrder:
    @pytest.mark.parametrize(
        ("name", "to", "after"),
        [
            ("丙", 1, "丙甲乙丁"),
            ("甲", 3, "乙丙甲丁"),
            ("丁", 4, "甲乙丙丁"),
            ("甲", 99, "乙丙丁甲"),
            ("丁", -5, "丁甲乙丙"),
        ],
    )
    def test_closes_up_and_counts_anew(self, name: str, to: int, after: str) -> None:
        rules = {one: make_rule("x", name=one, then_urgency="high") for one in "甲乙丙丁"}
        TriageRule.objects.filter(name="乙").update(position=7)
        TriageRule.objects.filter(name="丙").update(position=8)
        TriageRule.objects.filter(name="丁").update(position=9)

        triage_rules.move(rule_id=rules[name].pk, to=to)

        assert order() == after
        assert list(TriageRule.objects.values_list("position", flat=True)) == [1, 2, 3, 4]

    def test_decides_who_decides(self) -> None:
        make_category("其他", position=9)
        one, two = make_service("甲"), make_service("乙")
        make_rule("漏水", then_service=one)
        second = make_rule("漏水", then_service=two)
        assert mailed("漏水").service == one

        triage_rules.move(rule_id=second.pk, to=1)

        assert mailed("漏水").service == two

    def test_of_a_rule_that_is_not_there_is_missing(self) -> None:
        with pytest.raises(Missing):
            triage_rules.move(rule_id=1, to=1)

    def test_holds_each_position_once(self) -> None:
        make_rule("a", then_urgency="high")
        make_rule("b", then_urgency="high")

        with pytest.raises(IntegrityError, match="triage_rule_position_once"), transaction.atomic():
            all_first()


@pytest.mark.django_db
class TestARule:
    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"then_urgency": ""}, "then_service"),
            ({"when_from": "08:00"}, "when_until"),
        ],
    )
    def test_without_sense_is_refused_and_not_kept(self, facts: dict[str, str], field: str) -> None:
        with pytest.raises(Invalid) as refusal:
            make_rule("漏水", **{"then_urgency": "high", **facts})

        assert refusal.value.field == field
        assert not TriageRule.objects.exists()

    def test_names_a_service_or_a_category(self) -> None:
        service = make_service()

        with pytest.raises(Invalid) as refusal:
            make_rule("漏水", then_service=service, then_category=service.category)

        assert refusal.value.field == "then_category"

    def test_changed_into_nonsense_stays_as_it_was(self) -> None:
        rule = make_rule("漏水", then_urgency="high")

        with pytest.raises(Invalid):
            triage_rules.change(rule_id=rule.pk, then_urgency="", name="x")

        rule.refresh_from_db()
        assert (rule.then_urgency, rule.name) == ("high", "规则")

    def test_gets_a_code_that_is_free(self) -> None:
        codes = [make_rule("x", then_urgency="high").code for _number in range(3)]
        TriageRule.objects.filter(code=codes[0]).delete()

        assert codes == ["rule-1", "rule-2", "rule-3"]
        assert make_rule("x", then_urgency="high").code == "rule-1"

    def test_is_read_with_everything_it_points_to_in_one_statement(
        self, django_assert_num_queries: object
    ) -> None:
        for number in range(15):
            make_rule(f"词{number}", then_service=make_service(), when_category=make_category())

        with django_assert_num_queries(1):  # type: ignore[operator]
            book = rule_book()

        assert all({"then_service", "when_category"} <= known.things.keys() for known in book.known.values())


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_may_put_rules_into_another_order(self) -> None:
        rules = [make_rule("x", name=one, then_urgency="high") for one in "甲乙丙丁戊"]

        results = together(
            [lambda rule=rule: triage_rules.move(rule_id=rule.pk, to=1) for rule in rules]  # type: ignore[misc]
        )

        assert not [one for one in results if isinstance(one, Exception)]
        assert sorted(order()) == sorted("甲乙丙丁戊")
        assert list(TriageRule.objects.values_list("position", flat=True)) == [1, 2, 3, 4, 5]

    def test_may_add_one(self) -> None:
        results = together([lambda: make_rule("x", then_urgency="high")] * 4)

        assert not [one for one in results if isinstance(one, Exception)]
        assert list(TriageRule.objects.values_list("position", flat=True)) == [1, 2, 3, 4]

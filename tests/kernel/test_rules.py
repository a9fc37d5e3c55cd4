"""Rules over reports, by example and against a plain twin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houqin.kernel.rules import (
    DAY_OFF,
    KIND,
    OUTSIDE,
    WORKING,
    Case,
    Conditions,
    Kind,
    Rule,
    Value,
    clean_words,
    holds,
    judged,
)
from houqin.kernel.text_search import normalise
from tests.kernel import rules_twin as twin

WATER, LEAK = Kind(category=1), Kind(category=1, service=11)
LIFT = Kind(category=2)


def rule(key: int, *words: str, stops: bool = False, **then: Value | Kind) -> Rule:
    return Rule(key=key, when=Conditions(some=words), then=then, stops=stops)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("卫生间漏水了", "漏水"),
        ("the lock is broken", "lock"),
        ("lock", "lock"),
        ("the pipe is leaking", "leak*"),
        ("空调ac坏了", "ac"),
        ("wi-fi down", "wi-fi"),
        ("no water, no power", "no power"),
        ("a block and a lock", "lock"),
    ],
)
def test_words_are_found(text: str, word: str) -> None:
    assert holds(text, word)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a block of flats", "lock"),
        ("locked out", "lock"),
        ("bleak", "leak*"),
        ("停电了", "漏水"),
        ("", "漏水"),
        ("anything", "*"),
        ("anything", ""),
    ],
)
def test_words_are_not_found_inside_others(text: str, word: str) -> None:
    assert not holds(text, word)


def test_width_case_and_spaces_do_not_matter() -> None:
    (word,) = clean_words([" ＷＩＦＩ  Down ", "wifi down", "*", " "])

    assert word == "wifi down"
    assert holds(normalise("Ｗｉｆｉ　DOWN again"), word)


def test_the_first_rule_that_says_something_decides_it() -> None:
    rules = [rule(1, "漏水", kind=LEAK), rule(2, "漏水", kind=WATER, urgency="high")]

    outcome = judged(rules, Case(text="漏水"))

    assert outcome.decided() == {"kind": (1, LEAK), "urgency": (2, "high")}
    assert [fit.too_late for fit in outcome.fits] == [(), ("kind",)]


def test_a_rule_that_stops_keeps_the_others_from_being_asked() -> None:
    rules = [rule(1, "漏水", kind=LEAK, stops=True), rule(2, "漏水", urgency="high")]

    outcome = judged(rules, Case(text="漏水"))

    assert outcome.stopped
    assert outcome.decided() == {"kind": (1, LEAK)}


def test_later_rules_see_what_an_earlier_one_said_unless_somebody_chose() -> None:
    rules = [
        rule(1, "漏水", kind=WATER),
        Rule(key=2, when=Conditions(categories=frozenset({1})), then={"crew": 7}),
    ]

    assert judged(rules, Case(text="漏水")).decided()["crew"] == (2, 7)
    assert "crew" not in judged(rules, Case(text="漏水", category=2)).decided()


def test_a_rule_for_the_rest_fits_only_where_nothing_is_known() -> None:
    rest = Rule(key=9, when=Conditions(unknown=True), then={KIND: LIFT})
    rules = [rule(1, "漏水", kind=WATER), rest]

    assert judged(rules, Case(text="你好")).decided() == {KIND: (9, LIFT)}
    assert judged(rules, Case(text="漏水")).decided() == {KIND: (1, WATER)}
    assert judged(rules, Case(text="你好", category=1)).decided() == {}


def test_two_rules_that_point_at_each_other_are_each_asked_once() -> None:
    rules = [
        Rule(key=1, when=Conditions(categories=frozenset({2})), then={KIND: WATER}),
        Rule(key=2, when=Conditions(), then={KIND: LIFT}),
        Rule(key=3, when=Conditions(categories=frozenset({1})), then={"urgency": "high"}),
    ]

    assert judged(rules, Case()).decided() == {KIND: (2, LIFT)}


WORDS = ["漏水", "漏", "lock", "leak*", "灯", "a b", "ab"]
texts = st.lists(
    st.sampled_from(["漏水", "漏", "lock", "block", "leaking", "ab", "a", "b", " ", "灯", "ü"])
).map(lambda parts: normalise("".join(parts)))
words = st.lists(st.sampled_from(WORDS), max_size=3).map(clean_words)
some_of = st.frozensets(st.integers(1, 3), max_size=2)
conditions = st.builds(
    Conditions,
    some=words,
    every=words,
    none=words,
    channels=st.frozensets(st.sampled_from(["email", "web"]), max_size=1),
    contacts=st.frozensets(st.sampled_from(["account", "none"]), max_size=1),
    domains=st.sampled_from([(), ("example.com",), ("b.example.com", "x.cn")]),
    place=st.none() | st.integers(1, 3),
    departments=some_of,
    categories=some_of,
    services=st.frozensets(st.integers(11, 12), max_size=1),
    unknown=st.booleans(),
    hours=st.sampled_from(["", WORKING, OUTSIDE, DAY_OFF]),
    window=st.none() | st.tuples(st.integers(0, 1_439), st.integers(0, 1_439)),
)
plain = st.just(Conditions())
results = st.fixed_dictionaries(
    {},
    optional={
        KIND: st.sampled_from([WATER, LEAK, LIFT]),
        "urgency": st.sampled_from(["low", "high"]),
        "safety": st.just(True),
        "crew": st.integers(1, 2),
    },
)
rule_lists = st.lists(st.tuples(conditions | plain, results, st.booleans()), max_size=6).map(
    lambda rows: [
        Rule(key=key, when=when, then=then, stops=stops) for key, (when, then, stops) in enumerate(rows)
    ]
)
cases = st.builds(
    Case,
    text=texts,
    channel=st.sampled_from(["email", "web"]),
    contact=st.sampled_from(["account", "none"]),
    domain=st.sampled_from(["", "example.com", "a.b.example.com", "notexample.com", "x.cn"]),
    places=some_of,
    department=st.none() | st.integers(1, 3),
    category=st.none() | st.integers(1, 3),
    service=st.none() | st.integers(11, 12),
    minute=st.integers(0, 1_439),
    is_open=st.booleans(),
    is_working_day=st.booleans(),
)


@given(texts, st.sampled_from(WORDS) | st.text("ab漏 *", max_size=3).map(normalise))
def test_words_are_found_where_the_twin_finds_them(text: str, word: str) -> None:
    assert holds(text, word) == twin.holds(text, word)


@given(rule_lists, cases)
def test_rules_decide_as_the_twin_does(rules: list[Rule], case: Case) -> None:
    outcome = judged(rules, case)

    assert ([fit.key for fit in outcome.fits], outcome.decided()) == twin.decided(rules, case)


@given(rule_lists, cases)
def test_no_rule_is_asked_twice_and_none_denies_danger(rules: list[Rule], case: Case) -> None:
    keys = [fit.key for fit in judged(rules, case).fits]

    assert keys == sorted(set(keys))
    assert judged(rules, case).decided().get("safety", (0, True))[1] is True

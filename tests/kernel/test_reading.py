"""What people write, as they mean it."""

import datetime as dt
from decimal import Decimal

import pytest

from houqin.kernel.reading import day_in, moment_in, number_in, plain, yes_in


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23",
        "2026/11/23",
        "2026.11.23",
        "2026年11月23日",
        "20261123",
        "２０２６－１１－２３",
        "46349",
        "46349.4",
    ],
)
def test_a_day_in_every_usual_form(text: str) -> None:
    assert day_in(text) == dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-23 14:20", "14:20:00"),
        ("2026/11/23 14:20:05", "14:20:05"),
        ("2026-11-23T14:20:05", "14:20:05"),
        ("2026年11月23日 14时20分", "14:20:00"),
        ("2026年11月23日 14:20", "14:20:00"),
        ("46349.5", "12:00:00"),
        ("46349.597222222", "14:20:00"),
        ("20261123 0:05", "00:05:00"),
    ],
)
def test_a_day_with_a_time(text: str, time: str) -> None:
    assert moment_in(text).isoformat(" ") == f"2026-11-23 {time}"


@pytest.mark.parametrize(
    "text", ["", "23-11-2026", "11/23/2026", "2026-13-01", "2026-02-30", "明天", "123456", "2026-11-23 x"]
)
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any says so
        moment_in(text)


def test_numbers() -> None:
    assert number_in("１，２３４．５０") == Decimal("1234.50")
    assert number_in("￥12") == 12
    for text in ("", "abc", "NaN", "Infinity"):
        with pytest.raises(ValueError):  # noqa: PT011
            number_in(text)


def test_yes_and_no() -> None:
    assert yes_in("是")
    assert not yes_in("否")
    assert yes_in("√")
    with pytest.raises(ValueError, match="也许"):
        yes_in("也许")


def test_plain_text_is_on_one_line() -> None:
    assert plain(" ＡＢ\u3000\n1２ ") == "AB 12"

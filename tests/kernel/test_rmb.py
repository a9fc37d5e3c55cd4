"""Amounts in capital characters."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houqin.kernel.rmb import in_words

FIGURES = {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1_000}


def _value(words: str) -> Decimal:
    """What the words say, read sign by sign."""
    sign = -1 if words.startswith("负") else 1
    whole, _yuan, rest = words.removeprefix("负").rpartition("元")
    total = section = figure = 0
    for one in whole:
        if one in FIGURES:
            figure = FIGURES[one]
        elif one in UNITS:
            section, figure = section + figure * UNITS[one], 0
        elif one == "万":
            section, figure = (section + figure) * 10_000, 0
        else:
            total, section, figure = total + (section + figure) * 10**8, 0, 0
    yuan, cents, figure = total + section + figure, 0, 0
    for one in rest:
        if one in FIGURES:
            figure = FIGURES[one]
        elif one in "角分":
            cents += figure * (10 if one == "角" else 1)
    return sign * (yuan + Decimal(cents) / 100)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("10", "壹拾元整"),
        ("100.05", "壹佰元零伍分"),
        ("1234.56", "壹仟贰佰叁拾肆元伍角陆分"),
        ("10001", "壹万零壹元整"),
        ("100010001", "壹亿零壹万零壹元整"),
        ("10050000.50", "壹仟零伍万元伍角整"),
        ("1200000000000", "壹万贰仟亿元整"),
        ("-3.10", "负叁元壹角整"),
    ],
)
def test_an_amount_is_written_as_on_a_slip(amount: str, words: str) -> None:
    assert in_words(Decimal(amount)) == words


@given(st.decimals(Decimal("-99999999999999.99"), Decimal("99999999999999.99"), places=2))
def test_the_words_say_the_amount(amount: Decimal) -> None:
    assert _value(in_words(amount)) == amount


@given(st.decimals(Decimal(0), Decimal("99999999999999.99"), places=2))
def test_no_zero_stands_twice(amount: Decimal) -> None:
    assert "零零" not in in_words(amount)


def test_more_than_there_is_room_for_is_refused() -> None:
    with pytest.raises(ValueError, match="10000000000000000"):
        in_words(Decimal(10) ** 16)

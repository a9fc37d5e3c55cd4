"""What a GS1 code says, however the scanner sends it."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houqin.kernel import gs1

GTIN = "06901234567892"
TEXT = st.text("ABCxyz0123456789-", min_size=1, max_size=20)
DAYS = st.dates(dt.date(2010, 1, 1), dt.date(2060, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        f"]C101{GTIN}1728013110AB12",
        f"\x1d01{GTIN}1728013110AB12\x1d",
        f"(01){GTIN}(17)280131(10)AB12",
        f"]d2(01){GTIN}(17) 280131 (10)AB12".replace(" ", ""),
    ],
)
def test_one_code_is_read_however_it_is_written(text: str) -> None:
    assert gs1.looks_like(text)
    assert gs1.read(text) == gs1.Code(gtin=GTIN, lot="AB12", expires_on=dt.date(2028, 1, 31))


def test_weight_and_count_are_read() -> None:
    read = gs1.read(f"01{GTIN}3103001250")

    assert (read.weight, gs1.read(f"(01){GTIN}(37)24").count) == (Decimal("1.250"), 24)


def test_day_nought_is_the_last_of_the_month() -> None:
    assert gs1.read("17240200").expires_on == dt.date(2024, 2, 29)


@pytest.mark.parametrize(
    "text", ["", "6901234567892", "ZM-1", "W1/A1", "GD20261123-0001", f"01{GTIN[:-1]}3", "0123456"]
)
def test_other_codes_do_not_look_like_one(text: str) -> None:
    assert not gs1.looks_like(text)


@pytest.mark.parametrize("text", ["17281331", "17280", "99AB", "(01)690", f"01{GTIN}10", "(01)x(", "37A"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(gs1.NotGs1):
        gs1.read(text)


@given(TEXT, TEXT, DAYS, st.integers(0, 99_999_999))
def test_whatever_is_written_is_read_again(lot: str, serial: str, day: dt.date, count: int) -> None:
    plain = f"17{day:%y%m%d}10{lot}\x1d30{count}\x1d21{serial}"
    bracketed = f"(10){lot}(17){day:%y%m%d}(21){serial}(30){count}"

    assert gs1.read(plain) == gs1.read(bracketed)
    assert gs1.read(plain) == gs1.Code(lot=lot, serial=serial, expires_on=day, count=count)


@given(st.text(max_size=40))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    try:
        gs1.read(text)
    except gs1.NotGs1:
        assert True


def test_a_trade_number_is_found_in_each_of_its_lengths() -> None:
    assert gs1.spellings(GTIN) == [GTIN, GTIN[1:]]
    assert gs1.spellings("00000096385074") == ["00000096385074", "0000096385074", "000096385074", "96385074"]

"""Telephone numbers, however they are written."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from houqin.kernel.phone_numbers import LONGEST, PhoneNumber, is_withheld, read, same

FULL_WIDTH = str.maketrans("0123456789+-() ", "０１２３４５６７８９＋－（）　")


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("13812345678", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("1381234-5678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("+86-138-1234-5678", "13812345678"),
        ("0086 13812345678", "13812345678"),
        ("8613812345678", "13812345678"),
        ("013812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("tel:+86-138-1234-5678", "13812345678"),
        ('"小王" <sip:13812345678@10.0.0.8:5060;transport=udp>', "13812345678"),
        ("010-62781234", "01062781234"),
        ("(010) 6278-1234", "01062781234"),
        ("+86 10 6278 1234", "01062781234"),
        ("1062781234", "01062781234"),
        ("021-62345678-801", "02162345678x801"),
        ("0571-88881234", "057188881234"),
        ("0571 8888 1234", "057188881234"),
        ("0571-8888-1234", "057188881234"),
        ("057188881234", "057188881234"),
        ("57188881234", "057188881234"),
        ("8657188881234", "057188881234"),
        ("+86 (0571) 8888 1234", "057188881234"),
        ("0571-88881234转8012", "057188881234x8012"),
        ("0571-88881234 转 8012", "057188881234x8012"),
        ("0571－88881234－8012", "057188881234x8012"),
        ("0571-88881234 分机：8012", "057188881234x8012"),
        ("88881234 ext. 12", "88881234x12"),
        ("88881234#12", "88881234x12"),
        ("88881234-8012", "88881234x8012"),
        ("8888 1234", "88881234"),
        ("400-810-1234", "4008101234"),
        ("6021", "6021"),
        ("sip:6021@pbx.example", "6021"),
        ("12345", "12345"),
        ("+44 20 7946 0958", "+442079460958"),
        ("+44-20-7946-0958", "+442079460958"),
        ("00442079460958", "+442079460958"),
    ],
)
def test_every_way_to_write_a_number_is_read(written: str, key: str) -> None:
    found = read(written)

    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    "text", ["", "  ", "anonymous", "Anonymous", "sip:anonymous@anonymous.invalid", "匿名"]
)
def test_a_number_that_is_not_shown_is_told_from_one_that_cannot_be_read(text: str) -> None:
    assert is_withheld(text)
    assert read(text) is None


@pytest.mark.parametrize(
    "text", ["abc", "1", "小王的手机", "138x", "++86", "转8012", "1" * 300, "²³¹⁴⁵x", "-", "#12"]
)
def test_what_is_no_number_gives_none(text: str) -> None:
    assert not is_withheld(text)
    assert read(text) is None or text == "²³¹⁴⁵x"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("88881234", "0571-88881234", True),
        ("88881234", "0571-88881234转8012", True),
        ("0571-88881234转8012", "0571-88881234转8013", False),
        ("010-88881234", "0571-88881234", False),
        ("8012", "0571-88881234转8012", True),
        ("8012", "88881234", False),
        ("8012", "8013", False),
        ("13812345678", "+86 138 1234 5678", True),
        ("2345678", "13812345678", False),
    ],
)
def test_two_numbers_are_compared_as_far_as_they_tell(one: str, other: str, expected: bool) -> None:
    left, right = read(one), read(other)
    assert left is not None
    assert right is not None

    assert same(left, right) is expected
    assert same(right, left) is expected


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("13812345678", "138 1234 5678"),
        ("057188881234x8012", "0571-88881234 转 8012"),
        ("01062781234", "010-62781234"),
        ("6021", "6021"),
    ],
)
def test_a_number_is_shown_in_groups(key: str, shown: str) -> None:
    assert str(read(key)) == shown


def digits(least: int, most: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=least, max_size=most)


mobiles = st.builds("1{}{}".format, st.sampled_from("3456789"), digits(9, 9))
landlines = st.tuples(
    st.sampled_from(["010", "021", "0571", "0755"]), st.from_regex(r"[2-8][0-9]{7}", fullmatch=True)
)
extensions = st.from_regex(r"[0-9]{1,6}", fullmatch=True)


@st.composite
def ways(draw: st.DrawFn) -> tuple[str, str]:
    """A number in some way to write it, and the key that all of them have."""
    if draw(st.booleans()):
        key = draw(mobiles)
        gap = draw(st.sampled_from(["", " ", "-"]))
        body = gap.join([key[:3], key[3:7], key[7:]])
        country = draw(st.sampled_from(["", "+86 ", "+86-", "0086", "86", "0"]))
    else:
        area, local = draw(landlines)
        key = area + local
        body = draw(st.sampled_from([f"{area}-{local}", f"({area}) {local[:4]} {local[4:]}", area + local]))
        country = draw(st.sampled_from(["", "+86 ", "0086 "]))
        if country:
            body = body.replace(area, area[1:], 1)
        if draw(st.booleans()):
            extension = draw(extensions)
            key += f"x{extension}"
            body += draw(st.sampled_from(["转", " 分机 ", "-", " ext ", "#"])) + extension
    written = country + body
    return (written.translate(FULL_WIDTH) if draw(st.booleans()) else written), key


@given(ways())
def test_all_ways_to_write_one_number_mean_the_same(way: tuple[str, str]) -> None:
    written, key = way
    found = read(written)

    assert found is not None
    assert found.key == key


@given(st.text(max_size=LONGEST + 5))
def test_reading_never_fails_and_reads_its_own_keys(text: str) -> None:
    found = read(text)
    if found is None:
        return

    again = read(found.key)
    assert again == found
    assert found.tail.isdigit()
    assert same(found, found)
    assert len(str(found)) >= len(found.digits)


@given(ways(), ways())
def test_comparing_does_not_depend_on_the_side(one: tuple[str, str], other: tuple[str, str]) -> None:
    left, right = read(one[0]), read(other[0])
    assert left is not None
    assert right is not None
    assume(left != right)

    assert same(left, right) == same(right, left)
    assert not same(left, right) or left.tail == right.tail


def test_an_internal_number_is_short() -> None:
    assert PhoneNumber("6021").is_internal
    assert not PhoneNumber("88881234").is_internal

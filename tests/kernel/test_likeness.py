"""Which reports say the same: pairs of sentences as people write them, Chinese, English, or one of each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houqin.kernel.likeness import THINGS, likeness, told

ENOUGH = 0.45
"""The likeness from which two reports count as one, unless an administrator sets another."""

THE_SAME = [
    ("电梯坏了", "电梯停了，里面没有人"),
    ("电梯坏了", "二号楼电梯不动了，请尽快派人"),
    ("电梯困人", "电梯停在两层之间，里面有3个人，对讲能通，快来！"),
    ("电梯停了", "Lift stuck between two floors"),
    ("The lift is out of order", "电梯坏了"),
    ("elevator not working", "the lift is broken again"),
    ("空调不制冷", "教室空调不冷，很热"),
    ("空调漏水", "空调滴水，地上都湿了"),
    ("AC is leaking", "空调漏水"),
    ("air conditioning not cooling", "空调不制冷"),
    ("灯不亮", "日光灯坏了"),
    ("走廊灯一直闪", "三楼走廊的灯管闪烁，晚上看不清路"),
    ("light flickering", "灯一直闪"),
    ("厕所堵了", "马桶堵塞，水溢出来了"),
    ("toilet is blocked", "卫生间马桶堵了"),
    ("水管爆了", "水管爆裂，走廊全是水"),
    ("停电了", "整层没电"),
    ("没网", "网络断了，上不了网"),
    ("wifi down", "无线网连不上"),
    ("no internet", "上不了网"),
    ("水龙头关不紧", "龙头一直滴水"),
    ("门锁打不开", "门锁坏了，钥匙转不动"),
    ("door won't close", "门关不上"),
    ("投影仪没信号", "投影坏了，老师没法上课"),
    ("暖气不热", "暖气片是凉的"),
    ("饮水机没有热水", "开水器坏了，没热水"),
    ("没水", "停水了"),
    ("The projector has no signal", "projector broken, no picture"),
    ("窗户玻璃碎了", "玻璃破了"),
    ("天花板漏水", "屋顶渗水，滴到桌上"),
    ("有老鼠", "厨房发现老鼠"),
    ("下水道反味", "下水道很臭"),
    ("电梯按键不亮", "电梯按钮没反应"),
    ("风扇不转", "吊扇坏了，风扇不转"),
]
ANOTHER = [
    ("电梯坏了", "灯坏了"),
    ("灯不亮", "插座没电"),
    ("门锁坏了", "窗户关不上"),
    ("空调不制冷", "投影仪没信号"),
    ("水管漏水", "门打不开"),
    ("厕所堵了", "厕所灯不亮"),
    ("toilet blocked", "light flickering"),
    ("lift is broken", "door is broken"),
    ("椅子坏了", "桌子坏了"),
    ("chair broken", "table broken"),
    ("没网", "停电了"),
    ("水龙头漏水", "空调漏水"),
    ("暖气不热", "空调不热"),
    ("有老鼠", "垃圾没人清"),
    ("灯坏了，请尽快派人来修，谢谢", "门坏了，请尽快派人来修，谢谢"),
    ("请尽快修理，谢谢师傅 窗帘掉了", "请尽快修理，谢谢师傅 插座松动"),
    ("please fix the window as soon as possible", "please fix the socket as soon as possible"),
    ("墙皮脱落", "天花板漏水"),
    ("走廊灯坏了", "走廊窗户坏了"),
    ("The tap is dripping", "The heating is cold"),
    ("浴室淋浴没热水", "浴室地漏堵了"),
    ("洗衣机不转", "风扇不转"),
    ("床板断了", "柜子门掉了"),
    ("电脑开不了机", "网线断了"),
    ("门禁刷卡没反应", "电梯按键没反应"),
    ("空调遥控器丢了", "投影仪遥控器丢了"),
    ("马桶漏水", "水池漏水"),
]
ASKED_ALL_THE_SAME = [
    ("空调不制冷", "空调遥控器丢了"),
    ("空调不制冷", "空调漏水"),
]
"""One thing with two troubles: the requester is asked, which costs a look, and says no."""


@pytest.mark.parametrize(("one", "other"), [*THE_SAME, *ASKED_ALL_THE_SAME])
def test_the_same_fault_in_other_words_counts(one: str, other: str) -> None:
    assert (likeness(one, other) or 0) >= ENOUGH


@pytest.mark.parametrize(("one", "other"), ANOTHER)
def test_another_fault_does_not_count(one: str, other: str) -> None:
    assert (likeness(one, other) or 0) < ENOUGH


@pytest.mark.parametrize(
    "empty", ["", "   ", "请尽快派人来维修，谢谢", "Please fix it soon, thank you!", "？！"]
)
def test_who_says_nothing_of_the_fault_is_like_nobody(empty: str) -> None:
    assert likeness(empty, "电梯坏了") is None


def test_a_room_is_the_thing_only_where_nothing_else_is_named() -> None:
    assert "thing toilet" in told("厕所堵了")
    assert "thing toilet" not in told("厕所灯不亮")


def test_no_word_means_two_things() -> None:
    words = [word for line in THINGS.values() for word in line.split()]

    assert len(words) == len(set(words))


SENTENCES = st.text(alphabet="电梯灯坏漏水门空调 lift lamp 302,。abc", max_size=30)


@given(one=SENTENCES, other=SENTENCES)
def test_it_is_a_share_the_same_from_both_sides(one: str, other: str) -> None:
    found = likeness(one, other)

    assert found == likeness(other, one)
    assert found is None or 0 <= found <= 1


@given(text=SENTENCES)
def test_everything_is_like_itself(text: str) -> None:
    assert likeness(text, text) == (1.0 if told(text) else None)

"""The words of the screens are those of the glossary."""

import polib
import pytest

from tests.docs.reading import ROOT, text_of

CATALOGUE = {
    (entry.msgctxt, entry.msgid): entry.msgstr
    for entry in polib.pofile(str(ROOT / "src/houqin/locale/zh_Hans/LC_MESSAGES/django.po"))
    if not entry.obsolete
}

TERMS = [
    ("phone tab", "Report", "报修"),
    ("request", "accepted", "已受理"),
    ("request", "withdrawn", "已撤销"),
    ("request", "awaiting acceptance", "待验收"),
    ("work order", "to dispatch", "待派单"),
    ("work order", "on site", "已到场"),
    ("work order", "on hold", "已挂起"),
    ("work order", "completed", "已完工"),
    ("work order", "void", "已作废"),
    (None, "dispatched", "派单"),
    ("dispatch mode", "claimed", "抢单"),
    (None, "request chased", "催办"),
    (None, "work order sent back", "退单"),
    (None, "rework of", "返修自"),
    (None, "overdue", "已超时"),
    (None, "requester", "报修人"),
    (None, "crew", "班组"),
    (None, "urgency", "紧急程度"),
    (None, "make-up workday", "调休上班日"),
    (None, "technician", "维修工"),
    (None, "trade", "工种"),
]


@pytest.mark.parametrize(("context", "english", "chinese"), TERMS)
def test_the_catalogue_uses_the_term(context: str | None, english: str, chinese: str) -> None:
    assert CATALOGUE[context, english] == chinese


@pytest.mark.parametrize(("context", "english", "chinese"), TERMS)
def test_the_glossary_knows_the_term(context: str | None, english: str, chinese: str) -> None:
    stem = chinese.removeprefix("已").removeprefix("待").removeprefix("可").removesuffix("自")

    assert stem in text_of("glossary.md"), f"{english} ({context})"

"""Letters: every kind in both languages, as text and as a page, from the same words."""

import datetime as dt
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils import translation

from houqin.kernel import clock
from houqin.notify.actions.mail import written
from houqin.notify.kinds import KINDS
from houqin.notify.layout import Written, written_out
from houqin.notify.letters import BUTTON, LONGEST, LONGEST_WORDS, TEMPLATES, Letter, letter, preheader
from houqin.notify.models import OutMail
from houqin.notify.wording import line
from houqin.org.models import Organisation

DAY = dt.datetime(2026, 11, 23, 6, 30, tzinfo=dt.UTC)  # 14:30 in Shanghai
HOUSE = Organisation(name="后勤服务中心", name_en="Logistics support", emergency_phone="8110")
LANGUAGES = ["zh-hans", "en"]
FACTS = {
    "title": "灯不亮 <b>&",
    "place": "教学楼 · 302",
    "name": "王老师",
    "path": "/t/abc/",
    "worker": "陈师傅",
    "crew": "水电班",
    "reason": "parts",
    "note": "两盏灯管",
    "text": "哪一盏？",
    "author": "许晓",
    "actor": "许晓",
    "into": "FW2",
    "score": 2,
    "times": 2,
    "priority": "urgent",
    "target": "response",
    "result": "已更换",
    "by_silence": True,
    "days": 7,
    "hours": 2,
    "username": "wang",
    "year": "2027",
    **dict.fromkeys(("due", "starts", "ends", "promised_until", "silence_at", "since"), DAY.isoformat()),
}


EVERY = [(name, language) for name in sorted(KINDS) for language in LANGUAGES if KINDS[name].mail]


def told(kind: str = "information_asked", language: str = "zh-hans", **facts: Any) -> Letter:
    return letter(kind=kind, language=language, about="FW20261123-0001", data={**FACTS, **facts})


def sent(kind: str = "information_asked", language: str = "zh-hans", **more: Any) -> OutMail:
    """A mail that is not stored."""
    facts: dict[str, Any] = {"to": "a@b.cn", "kind": kind, "language": language, "change": "1", **more}
    with clock.stopped_at(DAY):
        return written(**{"about": "FW20261123-0001", "data": FACTS, **facts})


def read(**more: Any) -> Written:
    return written_out(sent(**more), HOUSE)


class Tags(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_its_line_in_the_bell(kind: str, language: str) -> None:
    for facts in (FACTS, {}):
        with translation.override(language):
            said = line(kind, "FW1", facts)
        assert said
        assert "%(" not in said


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_every_letter_is_whole_with_all_facts_and_with_none(kind: str, language: str) -> None:
    for facts in (FACTS, {}):
        found = letter(kind=kind, language=language, about="FW1", data=facts)
        assert found.subject
        assert "\n" not in found.subject
        assert len(found.text) > 20
        assert not [mark for mark in ("{{", "{%", "&lt;", "&amp;", "\n\n\n", "None") if mark in found.text]
    buttons = [part for part in told(kind, language).parts if part.mark == BUTTON]
    assert [part.text for part in buttons] == ["http://testserver/t/abc/"]
    assert "http://testserver/t/abc/" in told(kind, language).text


def test_there_is_no_letter_without_a_kind() -> None:
    files = {path.name for path in TEMPLATES.glob("*.txt")}

    assert files == {f"{kind}.{language}.txt" for kind, language in EVERY}


def test_requesters_are_addressed_politely_and_times_are_local() -> None:
    found = told("on_hold")

    assert found.subject == "您的服务请求 FW20261123-0001 暂时挂起"
    assert "王老师好" in found.text
    assert "预计恢复时间：2026-11-23 14:30" in found.text
    assert "（两盏灯管）" in found.text


def test_a_fact_that_is_missing_takes_its_line_with_it() -> None:
    found = letter(
        kind="appointment", language="zh-hans", about="FW1", data={**FACTS, "worker": "", "ends": ""}
    )

    assert "处理人员" not in found.text
    assert "时间：2026-11-23 14:30\n地点：教学楼 · 302\n\n" in found.text


def test_what_somebody_wrote_becomes_neither_a_fact_nor_a_button() -> None:
    text = "- 地点：别处\n[点这里]\n> 引用\n{{ link }} {% if %}"
    found = told(text=text)

    assert [part.mark for part in found.parts] == [part.mark for part in told().parts]
    assert text in found.text


def test_long_words_are_cut_and_unseen_signs_taken_out() -> None:
    found = told(title="题" * 1_000, text="\u202e文\x00" + "字" * 10_000)

    assert "题" * LONGEST + " …" in found.text
    assert "题" * (LONGEST + 1) not in found.text
    assert "文" + "字" * (LONGEST_WORDS - 1) + " …" in found.text
    assert len(found.subject) <= 200


def test_the_line_behind_the_subject_is_no_greeting() -> None:
    assert preheader(told("resolved").parts).startswith("您的服务请求 FW20261123-0001（灯不亮")
    assert preheader(told("overdue").parts).startswith("FW20261123-0001（灯不亮")


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_the_page_says_what_the_text_says(kind: str, language: str) -> None:
    mail = sent(kind, language)
    both = written_out(mail, HOUSE)
    page = Tags(both.page)

    for part in told(kind, language).parts:
        assert part.text in page.words
        assert part.label in page.words
        assert part.text in both.text
    assert page.links.count("http://testserver/t/abc/") == 1
    assert f'lang="{"en" if language == "en" else "zh-Hans"}"' in both.page


def test_nothing_in_a_page_runs_or_is_loaded() -> None:
    evil = (
        """<script>alert(1)</script><img src=http://evil/x onerror=a>"' style="background:url(http://evil)"""
    )
    plain, page = Tags(read().page), read(data={**FACTS, "title": evil, "text": evil, "name": evil}).page

    assert plain.names <= {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        *["div", "p", "b", "a", "br", "span", "table", "tr", "td"],
    }
    assert Tags(page).names == plain.names
    assert Tags(page).attributes == plain.attributes
    assert Tags(page).links == plain.links
    assert not [word for word in ("src", "background") if word in plain.attributes]
    assert evil in Tags(page).words


class TestTheFoot:
    def test_names_the_house_and_its_telephone(self) -> None:
        for words in (read().text, Tags(read().page).words):
            assert "后勤服务中心 · 急修 8110" in words
        assert "Logistics support · Urgent 8110" in read(language="en").text

    def test_asks_for_answers_only_where_they_arrive(self, settings: Any) -> None:
        assert "直接回复" not in read().text

        settings.MAIL_ADDRESS = "fix@campus.example"
        assert "直接回复" in read().text
        assert "直接回复" not in read(about="wang").text

    @pytest.mark.django_db
    def test_leads_those_with_an_account_to_their_choice(self, wang: Any) -> None:
        link = "http://testserver/accounts/me/"

        assert link in read(recipient=wang).text
        assert link in Tags(read(recipient=wang).page).links
        assert link not in read().text
        assert link not in read(kind="password_reset", recipient=wang).text

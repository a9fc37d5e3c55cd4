"""Reading mail as Chinese and other programs write it: character sets, names, files, quotations."""

import base64
from pathlib import Path

import pytest

from houqin.intake.charsets import header_text, parameters, text_of
from houqin.intake.markup import plain_text, safe_html
from houqin.intake.parsing import parsed
from houqin.intake.quoting import folded
from tests.data import shared
from tests.intake.letters import letter, multipart, part, word

SUBJECT = "三楼卫生间漏水，请尽快处理"
RARE = "𠮷家镕㛃"


class TestCharacterSets:
    @pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gbk", "gb18030", "GB2312", "x-gbk", '"gb2312"'])
    def test_a_body_in_the_set_it_names(self, charset: str) -> None:
        raw = SUBJECT.encode("utf-8" if charset == "utf-8" else "gb18030")

        assert parsed(letter(raw, charset=charset)).text == SUBJECT

    @pytest.mark.parametrize(
        ("declared", "real"),
        [
            ("utf-8", "gb18030"), ("us-ascii", "utf-8"), ("us-ascii", "gbk"), ("", "gbk"),
            ("iso-8859-1", "utf-8"), ("no-such-set", "gb18030"), ("x-unknown", "utf-8"), ("rot13", "utf-8"),
            ("base64", "utf-8"),
        ],
    )  # fmt: skip
    def test_a_body_in_another_set_than_it_names(self, declared: str, real: str) -> None:
        assert text_of(SUBJECT.encode(real), declared) == SUBJECT

    def test_rare_characters_of_names(self) -> None:
        assert text_of(RARE.encode("gb18030"), "gb2312") == RARE

    def test_of_other_countries(self) -> None:
        assert text_of("漏水嗎？".encode("big5"), "big5") == "漏水嗎？"
        assert text_of("고맙습니다".encode("cp949"), "ks_c_5601-1987") == "고맙습니다"
        assert text_of("Grüße".encode("iso-8859-1"), "iso-8859-1") == "Grüße"

    def test_bytes_of_no_set_are_still_text(self) -> None:
        assert text_of(bytes(range(256)))
        assert "\x00" not in text_of(b"a\x00b")

    @pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gbk", "gb18030"])
    @pytest.mark.parametrize("encoding", ["B", "Q"])
    def test_a_subject_in_encoded_words(self, charset: str, encoding: str) -> None:
        assert parsed(letter(subject=word(SUBJECT, charset, encoding))).subject == SUBJECT

    @pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
    def test_a_subject_cut_inside_a_character(self, charset: str) -> None:
        raw = SUBJECT.encode(charset)
        words = [
            f"=?{charset}?B?{base64.b64encode(raw[at : at + 5]).decode()}?=" for at in range(0, len(raw), 5)
        ]

        assert header_text("\r\n ".join(words)) == SUBJECT

    def test_a_subject_in_bare_bytes(self) -> None:
        raw = b"Subject: " + SUBJECT.encode("gbk") + b"\r\nFrom: a@b.cn\r\n\r\nx"

        assert parsed(raw).subject == SUBJECT

    @pytest.mark.parametrize(
        "value", ["=?utf-8?B?####?=", "=?no-set?B?5ryP?=", "=?utf-8?Q?=ZZ?=", "=?", "=?x?y?z?="]
    )
    def test_a_broken_word_raises_nothing(self, value: str) -> None:
        assert isinstance(header_text(value), str)


class TestNamesOfFiles:
    @pytest.mark.parametrize(
        "given",
        [
            "attachment; filename*=utf-8''%E7%8E%B0%E5%9C%BA%E7%85%A7%E7%89%87.jpg",
            "attachment; filename*=gb2312''%CF%D6%B3%A1%D5%D5%C6%AC.jpg",
            "a; filename*0*=utf-8''%E7%8E%B0%E5%9C%BA; filename*1*=%E7%85%A7%E7%89%87.jpg",
            f'attachment; filename="{word("现场照片.jpg", "gb2312")}"',
            f'attachment; filename="{word("现场照片.jpg", "utf-8", "Q")}"',
            'attachment; filename="现场照片.jpg"',
        ],
    )
    def test_are_read_however_they_are_written(self, given: str) -> None:
        assert parameters(given)["filename"] == "现场照片.jpg"

    def test_in_bare_gbk_are_read(self) -> None:
        head = 'Content-Disposition: attachment; filename="现场照片.jpg"'.encode("gbk")
        mail = parsed(multipart(part(b"x", "image/jpeg", head)))

        assert [one.name for one in mail.attached] == ["现场照片.jpg"]

    def test_may_be_missing_or_the_same_twice(self) -> None:
        head = b"Content-Disposition: attachment"
        named = head + b"; filename=a.pdf"
        mail = parsed(
            multipart(
                part(b"1", "application/pdf", head),
                part(b"2", "application/pdf", named),
                part(b"3", "application/pdf", named),
            )
        )  # fmt: skip

        assert [(one.name, one.content) for one in mail.attached] == [
            ("", b"1"),
            ("a.pdf", b"2"),
            ("a.pdf", b"3"),
        ]

    def test_of_uuencoded_files_are_taken_out_of_the_text(self) -> None:
        mail = parsed(letter("灯坏了\nbegin 644 a.txt\n#0V%T\n`\nend\n谢谢"))

        assert [(one.name, one.content) for one in mail.attached] == [("a.txt", b"Cat")]
        assert mail.text == "灯坏了\n谢谢"

    def test_of_tnef_are_known(self) -> None:
        assert parsed(multipart(part(b"x", "application/octet-stream; name=winmail.dat"))).attached[0].is_tnef


class TestStructure:
    @pytest.mark.parametrize("depth", [60, 2_000])
    def test_nested_deep(self, depth: int) -> None:
        heads = b"".join(
            b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level)
            for level in range(depth)
        )
        mail = parsed(b"From: a@b.cn\r\nSubject: x\r\n" + heads + b"Content-Type: text/plain\r\n\r\nhidden")

        assert mail.from_address == "a@b.cn"
        assert any(fault == "too_deep" or fault.startswith("unreadable") for fault in mail.faults)
        assert mail.text == "hidden" or depth > 60

    def test_a_thousand_parts(self) -> None:
        mail = parsed(multipart(*[part(b"x", "application/pdf; name=a.pdf")] * 1_000))

        assert "too_many_parts" in mail.faults
        assert len(mail.attached) < 250

    def test_the_sender_may_stand_elsewhere(self) -> None:
        assert parsed(letter(sender="", reply_to="a@b.cn")).from_address == "a@b.cn"
        assert parsed(letter(sender="=?utf-8?B?5byg5LiJ?= <a@b.cn>")).from_name == "张三"
        assert parsed(letter(sender="张三 a@b.cn")).from_address == "a@b.cn"

    def test_text_is_preferred_and_html_read_where_there_is_none(self) -> None:
        page = part("<p>灯<b>坏</b>了</p><p>谢谢</p>".encode(), "text/html; charset=utf-8")
        both = parsed(
            multipart(part("只看这里".encode(), "text/plain; charset=utf-8"), page, kind="alternative")
        )

        assert both.text == "只看这里"
        assert parsed(multipart(page)).text == "灯坏了\n\n谢谢"


SEPARATORS = [
    '------------------ 原始邮件 ------------------\n发件人: "后勤"<fix@campus.example>;\n发送时间: 今天',
    "------------------&nbsp;原始邮件&nbsp;------------------".replace("&nbsp;", "\xa0"),
    '------------------ Original ------------------\nFrom: "fix"<fix@campus.example>;',
    "---- 回复的原邮件 ----\n发件人\t后勤<fix@campus.example>",
    "-----原始邮件-----\n发件人:后勤 <fix@campus.example>",
    "-----Original Message-----\nFrom: Fix <fix@campus.example>",
    '在 2026-11-23 09:00:00，"后勤" <fix@campus.example> 写道：',
    "在 2026年11月23日，上午9:00，后勤 <fix@campus.example> 写道：\n\n> 您好",
    "后勤 <fix@campus.example> 于2026年11月23日周一 09:00写道：\n\n> 您好",
    'At 2026-11-23 09:00:00, "后勤" <fix@campus.example> wrote:',
    "On Mon, Nov 23, 2026 at 9:00 AM 后勤 <fix@campus.example>\nwrote:\n\n> Hello",
    "发件人： 后勤\n发送时间： 2026-11-23 09:00\n收件人： 小王\n主题： 漏水",
    "发件人: 后勤 <fix@campus.example>\n日期: 2026年11月23日 星期一 09:00\n收件人: 小王\n主题: 漏水",
    "________________________________\n发件人: 后勤\n发送时间: 2026年11月23日 9:00\n收件人: 小王\n主题: 漏水",
    "From: Fix\nSent: Monday, November 23, 2026 9:00 AM\nTo: Wang\nSubject: leak",
    "寄件者: 後勤\n日期: 2026年11月23日\n收件者: 小王\n主旨: 漏水",
    "--------- 转发的邮件信息 ---------\n发件人：后勤",
    "---------- Forwarded message ---------\nFrom: Fix <fix@campus.example>",
    "> 您好\n> 已收到",
]


class TestQuotations:
    @pytest.mark.parametrize("separator", SEPARATORS)
    def test_are_folded_and_not_lost(self, separator: str) -> None:
        text = f"还在漏，\n请再来看看。\n\n{separator}\n\n> 已收到您的服务请求\n"
        found = folded(text)

        assert found.said == "还在漏，\n请再来看看。"
        assert "已收到您的服务请求" in found.quoted
        assert "".join(one.text for one in found.parts) == text

    def test_answers_between_the_lines_stay(self) -> None:
        found = folded("小王写道 2026-11-23：\n> 几点来？\n三点\n> 带梯子吗？\n带\n")

        assert found.said == "三点\n带"

    @pytest.mark.parametrize(
        "text",
        [
            "发件人: 这三个字贴在门上\n请处理", "我在 302 写道：灯坏了", "On the third floor it is dark",
            "from: the door\nnothing", "--\n张三", "时间：上午\n地点：302\n内容：灯坏了", "",
        ],
    )  # fmt: skip
    def test_of_plain_words_nothing_is_folded(self, text: str) -> None:
        assert folded(text).quoted == ""

    def test_of_a_hostile_length_are_found_in_time(self) -> None:
        text = "\n".join(f"在 {'写道' * 60} 2026-11-23 <a@b.c" for _line in range(20_000))

        assert "".join(one.text for one in folded(text).parts) == text


def test_html_for_reading_neither_runs_nor_loads() -> None:
    shown = safe_html(
        '<img src=http://x/y.gif><img src="cid:p1"><img src="cid:p2"><a href="http://x">a</a>'
        "<iframe src=x></iframe>"
        '<div style="position:fixed" class=x id=y>t</div><base href=x><meta http-equiv=refresh>',
        {"p1": "/desk/requests/FW1/files/k/"},
    )

    assert shown.count("<img") == 3
    assert shown.count("src=") == 1
    for bad in ("http://x/y.gif", "style=", "class=", "id=", "iframe", "base", "meta", "cid:"):
        assert bad not in shown
    assert 'rel="noopener noreferrer nofollow"' in shown


def test_a_hostile_page_is_read_in_time() -> None:
    assert plain_text("<div>" * 50_000 + "x") == "x"
    assert plain_text("<![" * 10_000) is not None


MAILS = "interfaces/email"
REPLIES = ["html_replies/*.html", "standard_replies/*.eml"]


def test_every_mail_of_the_collection_is_read() -> None:
    found = sorted(shared(MAILS).rglob("*.eml"))
    mails = {path.name: parsed(path.read_bytes()) for path in found}

    assert len(mails) >= 40
    assert not {name for name, mail in mails.items() if any("unreadable" in fault for fault in mail.faults)}
    assert not {name for name, mail in mails.items() if "@" not in mail.from_address}
    assert mails["body_ks_c_5601-1987.eml"].text == "고맙습니다."
    assert [one.name for one in mails["gmail_with_attachment_ja.eml"].attached] == ["テスト.txt"]
    assert [one.name for one in mails["multiple_text_parts.eml"].attached] == [
        "1st.pdf",
        "2nd.pdf",
        "textfile.txt",
    ]
    assert mails["empty_text_part.eml"].text == "The html part."


@pytest.mark.parametrize("pattern", REPLIES)
def test_quotations_of_the_collection_are_folded(pattern: str) -> None:
    wrong = []
    for path in sorted((shared(MAILS) / "talon").glob(pattern)):
        text = _text(path)
        said = folded(text).said
        assert "".join(one.text for one in folded(text).parts) == text
        if not said.startswith(("Hello", "Hi. I am fine.")) or "How are you" in said or len(said) > 100:
            wrong.append(path.name)

    assert not wrong


def _text(path: Path) -> str:
    if path.suffix == ".eml":
        return parsed(path.read_bytes()).text
    return plain_text(path.read_text(encoding="utf-8", errors="replace"))


def test_plain_answers_of_the_collection_are_folded() -> None:
    folder = shared(MAILS) / "email-reply-parser"
    said = {path.name: folded(path.read_text()).said for path in sorted(folder.glob("*.txt"))}

    assert said["email_1_4.txt"] == "Awesome! I haven't had another problem with it."
    assert said["email_2_1.txt"] == "Outlook with a reply"
    assert said["email_2_2.txt"] == "Outlook with a reply directly above line"
    assert said["email_2_3.txt"] == "Outlook with a reply above headers using unusual format"
    assert said["email_headers_no_delimiter.txt"] == "And another reply!"
    assert said["email_gmail.txt"] == "This is a test for inbox replying to a github message."
    assert said["email_one_is_not_on.txt"].endswith("when I run...")
    assert said["pathological.txt"].endswith("get back to a computer.")
    assert said["greedy_on.txt"].startswith("On your remote host you can run:")
    for whole in ("correct_sig.txt", "email_1_5.txt", "email_iPhone.txt", "email_BlackBerry.txt"):
        assert said[whole] == (folder / whole).read_text().strip()

"""What somebody says in a mail, told from what the mail program repeats below it.

Nothing is lost: the parts of a text, put together again, are the text.
"""

import re
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

SEARCHED = 2_000
"""Lines in which separators are looked for; what comes behind is taken as it stands."""

_RULE = r"[ \t]*[-—_*=]{2,}[ \t\xa0]*"
_LATIN = r"(original message|original e-?mail|original|forwarded message|forwarded by.{0,200}|reply message)"
_HAN = (
    r"(原始邮件|原始信件|原邮件|回复的原邮件|回复的邮件|转发的?邮件( ?信息)?|转发邮件信息|邮件原件|邮件原文|"
    r"以下是转发的邮件|以下为原始邮件|原始郵件|轉寄郵件)"
)
_BANNER = re.compile(rf"^{_RULE}{_LATIN}(?:{_RULE})?$|^{_RULE}{_HAN}(?:{_RULE})?$", re.IGNORECASE)
_FORWARD = re.compile(r"^(begin forwarded message|以下是转发的邮件|开始转发的邮件)[:：]?\s*$", re.IGNORECASE)
_LINE = re.compile(r"^[ \t]*[-_]{5,}[ \t]*$")
_ENDINGS = (
    "wrote", "schrieb", "a écrit", "escribió", "ha scritto", "schreef",
    "写道", "寫道", "写到", "來信", "来信", "написал", "написала", "пишет",
)  # fmt: skip
_BEGINS = re.compile(r"^[>\s]*(on|le|am|el|il|op|at|在)(\s|\d)", re.IGNORECASE)
_WHO_OR_WHEN = re.compile(
    r"<[^<>\s]{1,200}@[^<>\s]{1,200}>|\d{4}[-/年.]\d\d?[-/月.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{4}|\d\d?:\d\d"
)
_LABEL = re.compile(
    r"""^[ \t>]*[*]{0,2}(?:
        (?P<who>from|发件人|寄件人|寄件者|發件人|von|de|от\ кого|от)
      | (?P<when>sent|date|发送时间|发送日期|日期|时间|傳送時間|寄件日期|日期時間|gesendet|дата|отправлено)
      | (?P<to>to|cc|收件人|抄送|收件者|副本|an|кому)
      | (?P<what>subject|主题|主旨|標題|主題|betreff|тема)
    )[ \t\xa0]*[*]{0,2}[ \t]*[:：][*]{0,2}""",
    re.IGNORECASE | re.VERBOSE,
)
_KINDS_FOR_A_BLOCK = 3
_BLOCK_LINES = 8
_ATTRIBUTION_LINES = 4
LONGEST_SENTENCE = 400


@dataclass(frozen=True)
class Part:
    """A stretch of a text, with its line ends."""

    text: str
    quoted: bool


@dataclass(frozen=True)
class Folded:
    """A text in its parts, in the order in which they stand."""

    parts: tuple[Part, ...]

    @property
    def said(self) -> str:
        """What the sender wrote."""
        return "".join(part.text for part in self.parts if not part.quoted).strip()

    @property
    def quoted(self) -> str:
        """What was repeated of other mails."""
        return "".join(part.text for part in self.parts if part.quoted).strip()


def folded(text: str) -> Folded:
    """Return the text in parts, said and quoted in turn; answers between quoted lines stay said."""
    lines = text.splitlines(keepends=True)
    marks = _marks(lines)
    runs = groupby(zip(lines, marks, strict=True), key=itemgetter(1))
    return Folded(tuple(Part("".join(line for line, _mark in run), quoted) for quoted, run in runs))


def _marks(lines: list[str]) -> list[bool]:
    """For each line whether it is quoted."""
    marks = [line.lstrip().startswith(">") for line in lines]
    at = 0
    while at < min(len(lines), SEARCHED):
        if marks[at] or not lines[at].strip():
            at += 1
        elif (length := _attribution(lines, at)) and _quotes_follow(lines, at + length):
            marks[at : at + length] = [True] * length
            at += length
        elif length or _separates(lines, at):
            marks[at:] = [True] * (len(lines) - at)
            break
        else:
            at += 1
    _close_gaps(lines, marks)
    return marks


def _attribution(lines: list[str], at: int) -> int:
    """How many lines a sentence such as “On Monday … wrote:” takes from here; 0 when there is none."""
    if not (_BEGINS.match(lines[at]) or _WHO_OR_WHEN.search(lines[at])):
        return 0
    joined = ""
    for length in range(1, min(_ATTRIBUTION_LINES, len(lines) - at) + 1):
        line = lines[at + length - 1].strip()
        if not line or (length > 1 and (line.startswith(">") or _BEGINS.match(line))):
            return 0
        joined = f"{joined} {line}".strip()
        if len(joined) > LONGEST_SENTENCE:
            return 0
        if _is_attribution(joined) or _leads_to_quotes(joined, lines, at + length):
            return length
    return 0


def _is_attribution(sentence: str) -> bool:
    if not sentence.rstrip(" :：\xa0").lower().endswith(_ENDINGS):
        return False
    return bool(_WHO_OR_WHEN.search(sentence) or _BEGINS.match(sentence))


def _leads_to_quotes(sentence: str, lines: list[str], at: int) -> bool:
    """In any language: it names somebody or a time, ends in a colon, and quoted lines follow."""
    return (
        sentence.endswith((":", "：")) and bool(_WHO_OR_WHEN.search(sentence)) and _quotes_follow(lines, at)
    )


def _quotes_follow(lines: list[str], at: int) -> bool:
    following = next((line for line in lines[at:] if line.strip()), "")
    return following.lstrip().startswith(">")


def _separates(lines: list[str], at: int) -> bool:
    line = lines[at].strip().replace("\xa0", " ")
    if _BANNER.match(line) or _FORWARD.match(line):
        return True
    if _LINE.match(line):
        following = next((one for one in range(at + 1, len(lines)) if lines[one].strip()), at)
        return following > at and _is_block(lines, following)
    return _is_block(lines, at)


def _is_block(lines: list[str], at: int) -> bool:
    """Tell whether a head of a mail begins here: sender, date, receiver, subject below each other."""
    if not _LABEL.match(lines[at]):
        return False
    kinds, looked = set(), 0
    for line in lines[at : at + 2 * _BLOCK_LINES]:
        if not line.strip():
            continue
        found = _LABEL.match(line)
        looked += 1
        if found and found.lastgroup:
            kinds.add(found.lastgroup)
        elif looked > _BLOCK_LINES:
            break
    return len(kinds) >= _KINDS_FOR_A_BLOCK


def _close_gaps(lines: list[str], marks: list[bool]) -> None:
    """Count blank lines between quoted ones among them."""
    last = -1
    for at, quoted in enumerate(marks):
        if not quoted:
            continue
        if last >= 0 and all(not lines[between].strip() for between in range(last + 1, at)):
            marks[last + 1 : at] = [True] * (at - last - 1)
        last = at

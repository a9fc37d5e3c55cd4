"""Codes that came together: each is taken in its order, and a wrong one takes no other along."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from houqin.kernel.errors import Refused

LEFT = "Scan-Left"
"""Header of the page after the end: how many of the last codes were not looked at. They come again."""
MOST_AT_ONCE = 50
"""Codes of one request; the page sends no more together (`MOST_AT_ONCE` in frontend/src/islands/scan.ts)."""


@dataclass(frozen=True)
class Said:
    """What the last scan came to: the largest words of the page."""

    tone: str
    title: str
    big: str = ""
    about: str = ""
    qty: str = ""
    unit: str = ""


class Sign(Exception):
    """A code asks for the end: to post, to write down, to finish."""


@dataclass(frozen=True, kw_only=True)
class Taking:
    """What a page of scanning knows so far. `doubt`: the last code was not taken."""

    doubt: bool = False

    def require_sure(self, text: str) -> None:
        """Pass unless a quantity would go to the item before the code that was not taken."""
        if self.doubt:
            raise Refused(
                _("“%(code)s” was not taken either: what came before it was not. Scan the item again.")
                % {"code": text}
            )


T = TypeVar("T", bound=Taking)


@dataclass(frozen=True)
class Batch(Generic[T]):
    """What several codes came to. After a `sign` the `left` last codes were not looked at."""

    asked: T
    said: Said | None = None
    wrong: tuple[str, ...] = ()
    sign: Sign | None = None
    left: int = 0


def codes_of(post: QueryDict) -> list[str]:
    """The codes of a request, in the order in which they were scanned."""
    return [text.strip() for text in "\n".join(post.getlist("scan")).split("\n") if text.strip()]


def told_by(answer: HttpResponse) -> QueryDict:
    """What the address tells to which an ended work led: what is `done`, how many codes are `left`."""
    address = answer.headers.get("HX-Redirect") or answer.headers.get("Location", "")
    return QueryDict(address.partition("?")[2])


def take(asked: T, codes: Sequence[str], one: Callable[[T, str], tuple[T, Said]]) -> Batch[T]:
    """Take codes one after the other; `one` takes a code, or raises `Refused` or a `Sign`.

    A wrong code changes nothing, and those after it count. What would end the work is not obeyed after
    a code in the same batch, or just before it, that the person cannot know to be wrong.
    """
    said: Said | None = None
    wrong: list[str] = []
    for at, text in enumerate(codes[:MOST_AT_ONCE], start=1):
        try:
            asked, said = one(asked, text)
            asked = replace(asked, doubt=False)
        except Sign as sign:
            if not wrong and not asked.doubt:
                return Batch(asked, sign=sign, left=len(codes) - at)
            wrong.append(
                _("Not ended: a code before it was not taken. Scan %(code)s again if all is well.")
                % {"code": text}
            )
            asked, said = replace(asked, doubt=False), None
        except Refused as refusal:
            wrong.append(str(refusal))
            asked, said = replace(asked, doubt=True), None
    if len(codes) > MOST_AT_ONCE:
        wrong.append(lost(codes[MOST_AT_ONCE:]))
    return Batch(asked, said, tuple(wrong))


def stopped(batch: Batch[T], codes: Sequence[str], title: str, refusal: Refused) -> Batch[T]:
    """The batch after its sign was refused: why, and which codes behind the sign were not looked at."""
    behind = codes[len(codes) - batch.left :]
    wrong = (*batch.wrong, lost(behind)) if behind else batch.wrong
    return replace(batch, said=Said("danger", title, about=str(refusal)), wrong=wrong, sign=None)


def lost(codes: Sequence[str]) -> str:
    """The sentence about codes that came and were not looked at."""
    sentence = ngettext(
        "%(codes)s came after it and was not taken: scan it again.",
        "%(codes)s came after it and were not taken: scan them again.",
        len(codes),
    )
    return sentence % {"codes": _(", ").join(codes)}

"""How each state looks: colour and icon. The word comes from the state itself.

Blue waits for a person, teal is being worked on, amber stopped with a reason, green is proven
done, a grey outline has ended.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from houqin.desk.models import RequestStatus
from houqin.web.ui.assets import icon
from houqin.work.models import Priority, WorkOrderStatus

Tone = Literal["brand", "danger", "warn", "ok", "info", "idle"]


@dataclass(frozen=True, slots=True)
class Look:
    """Colour and icon of one state; `ended` states are outlined."""

    tone: Tone
    icon: str
    ended: bool = False


LOOKS: dict[str, dict[str, Look]] = {
    "request": {
        "new": Look("info", "inbox"),
        "need_info": Look("warn", "message-question"),
        "accepted": Look("brand", "clipboard-check"),
        "in_progress": Look("brand", "tool"),
        "resolved": Look("info", "checklist"),
        "closed": Look("idle", "lock", ended=True),
        "rejected": Look("idle", "arrow-back-up", ended=True),
        "merged": Look("idle", "git-merge", ended=True),
        "withdrawn": Look("idle", "circle-x", ended=True),
    },
    "order": {
        "draft": Look("idle", "pencil", ended=True),
        "awaiting_approval": Look("info", "rubber-stamp"),
        "to_dispatch": Look("info", "user-question"),
        "dispatched": Look("info", "user-share"),
        "accepted": Look("brand", "user-check"),
        "on_site": Look("brand", "map-pin-check"),
        "in_progress": Look("brand", "tool"),
        "on_hold": Look("warn", "player-pause"),
        "completed": Look("info", "checklist"),
        "verified": Look("ok", "circle-check"),
        "closed": Look("idle", "lock", ended=True),
        "cancelled": Look("idle", "ban", ended=True),
    },
    "approval": {
        "waiting": Look("info", "rubber-stamp"),
        "approved": Look("ok", "circle-check"),
        "refused": Look("danger", "circle-x"),
        "recalled": Look("idle", "refresh", ended=True),
    },
    "approvalstep": {
        "pending": Look("idle", "circle-dashed", ended=True),
        "open": Look("info", "rubber-stamp"),
        "passed": Look("ok", "circle-check"),
        "stopped": Look("idle", "ban", ended=True),
    },
    "approvalseat": {
        "pending": Look("idle", "circle-dashed", ended=True),
        "waiting": Look("info", "user-question"),
        "agreed": Look("ok", "circle-check"),
        "refused": Look("danger", "circle-x"),
        "handed_on": Look("idle", "user-share", ended=True),
        "released": Look("idle", "circle", ended=True),
    },
    "stockdocument": {
        "draft": Look("idle", "pencil", ended=True),
        "submitted": Look("info", "rubber-stamp"),
        "posted": Look("ok", "circle-check"),
        "reversed": Look("idle", "arrow-back-up", ended=True),
        "dropped": Look("idle", "ban", ended=True),
    },
    "countsession": {
        "planned": Look("idle", "calendar-event"),
        "counting": Look("info", "scan"),
        "deciding": Look("warn", "rubber-stamp"),
        "done": Look("ok", "circle-check"),
        "cancelled": Look("idle", "ban", ended=True),
    },
    "stockperiod": {
        "open": Look("info", "lock-open"),
        "soft": Look("warn", "lock"),
        "closed": Look("ok", "lock"),
    },
    "lot": {
        "available": Look("ok", "circle-check"),
        "quarantine": Look("warn", "alert-triangle"),
        "blocked": Look("danger", "ban"),
    },
}
WORDS: dict[str, type[models.TextChoices]] = {"request": RequestStatus, "order": WorkOrderStatus}
_KIND_OF = {"servicerequest": "request", "workorder": "order"}
UNKNOWN = Look("idle", "circle-dashed")


@lru_cache(maxsize=512)
def _badge(kind: str, state: str, word: str, *, fill: bool) -> SafeString:
    look = LOOKS.get(kind, {}).get(state, UNKNOWN)
    classes = f"st c-{look.tone}{' end' if look.ended else ''}{' fill' if fill else ''}"
    return format_html('<span class="{}">{}{}</span>', classes, icon(look.icon), word)


def badge(row: models.Model | str, *, kind: str = "", fill: bool = False, note: str = "") -> SafeString:
    """The state of a row, or a state by its value and `kind`; `note` follows the word after a dot.

    A row of another domain shows its own word in grey until `LOOKS` knows its model's name.
    """
    if isinstance(row, models.Model):
        name = row._meta.model_name or ""
        kind = kind or _KIND_OF.get(name, name)
        state = str(row.status)  # type: ignore[attr-defined]
    else:
        state = str(row)
    known = kind in WORDS
    word = _word(kind, state, get_language() or "") if known else str(row.get_status_display())  # type: ignore[union-attr]
    return _badge(kind, state, f"{word} · {note}" if note else word, fill=fill)


@lru_cache(maxsize=128)
def _word(kind: str, state: str, _language: str) -> str:
    return str(WORDS[kind](state).label)


PRIORITY_BARS = {"planned": 1, "normal": 2, "urgent": 3, "critical": 4}


@lru_cache(maxsize=32)
def _priority(value: str, _language: str) -> SafeString:
    return format_html('<span class="pr pr-{}">{}</span>', PRIORITY_BARS[value], Priority(value).label)


def priority(value: str) -> SafeString:
    """Bars and the word of a priority; no colour, that belongs to the clock."""
    return _priority(str(value), get_language() or "")

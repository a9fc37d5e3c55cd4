"""Samples of the mail that goes out: every kind in both languages, as text and as a page."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from houqin.kernel import clock
from houqin.notify.actions.mail import written
from houqin.notify.kinds import KINDS
from houqin.notify.layout import written_out
from houqin.notify.models import OutMail
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of, requires
from houqin.web.setup.reach import require_everywhere

NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
"""What the page of a mail may do in its frame: be looked at."""

_WORDS: dict[str, dict[str, str]] = {
    "zh-hans": {
        "title": "三楼卫生间水龙头漏水",
        "place": "教学楼A · 三楼 · 302",
        "name": "王小明",
        "worker": "陈师傅",
        "crew": "水电班",
        "note": "阀芯已下单",
        "text": "请问漏水的是哪一个水龙头？靠窗还是靠门？",
        "author": "许晓",
        "actor": "许晓",
        "result": "已更换阀芯，试水正常。",
        "reason": "不在后勤服务范围内",
    },
    "en": {
        "title": "Tap in the washroom is dripping",
        "place": "Teaching building A · third floor · 302",
        "name": "Ann Wang",
        "worker": "Chen",
        "crew": "Water and electricity",
        "note": "the valve is ordered",
        "text": "Which tap is it, the one at the window or the one at the door?",
        "author": "Xu Xiao",
        "actor": "Xu Xiao",
        "result": "Valve replaced, no leak.",
        "reason": "not a matter of logistics support",
    },
}
_CODES: dict[str, dict[str, str]] = {
    "on_hold": {"reason": "parts"},
    "backup_failed": {"reason": "No space left on device"},
    "stock_unproven": {"count": "1", "reason": "I1 QT-0001 ZK: 9 / 10"},
}
"""Facts that mean something else in one kind."""

LANGUAGES = [("zh-hans", "中文"), ("en", "English")]


def chosen(request: HttpRequest) -> tuple[str, str]:
    """The kind and language that are asked for; the first and the reader's own without."""
    mailed = [name for name, kind in KINDS.items() if kind.mail]
    kind, language = request.GET.get("kind", ""), request.GET.get("language", "")
    own = "en" if request.LANGUAGE_CODE == "en" else "zh-hans"
    return kind if kind in mailed else mailed[0], language if language in _WORDS else own


@require_GET
@requires("system.manage")
def samples(request: HttpRequest) -> HttpResponse:
    """One kind of mail in one language, with made-up facts."""
    require_everywhere(person_of(request), "system.manage")
    kind, language = chosen(request)
    mail = _sample(kind, language)
    context = {
        "chapter": "setup",
        "kind": kind,
        "language": language,
        "kinds": [(name, one.label) for name, one in KINDS.items() if one.mail],
        "languages": LANGUAGES,
        "mail": mail,
        "text": written_out(mail, organisation()).text,
    }
    return render(request, "setup/letters.html", context)


@require_GET
@requires("system.manage")
def sample_page(request: HttpRequest) -> HttpResponse:
    """The page of that mail, alone in its frame."""
    require_everywhere(person_of(request), "system.manage")
    return framed(_sample(*chosen(request)))


def framed(mail: OutMail) -> HttpResponse:
    """Answer with the page of a mail, as a document in which nothing runs, loads or leads on."""
    answer = HttpResponse(written_out(mail, organisation()).page)
    answer.headers["Content-Security-Policy"] = NOTHING_RUNS
    return answer


def _sample(kind: str, language: str) -> OutMail:
    """A mail that is not stored."""
    known = KINDS[kind]
    now = clock.now()
    about = "FW20261123-0042" if not known.staff else "GD20261123-0042"
    facts: dict[str, Any] = {
        "due": now + dt.timedelta(hours=4),
        "starts": now + dt.timedelta(hours=2),
        "ends": now + dt.timedelta(hours=3),
        "promised_until": now + dt.timedelta(days=1),
        "silence_at": now + dt.timedelta(days=3),
        "since": now - dt.timedelta(days=1),
        "into": "FW20261123-0007",
        "priority": "urgent",
        "target": "resolution",
        "score": 2,
        "days": 7,
        "hours": 2,
        "username": "wang",
        "year": str(now.year + 1),
        "path": f"{settings.PUBLIC_URL}/t/f-0000000000000000000000/",
        **_WORDS[language],
        **_CODES.get(kind, {}),
    }
    return written(to="ann@example.com", kind=kind, language=language, change="", about=about, data=facts)

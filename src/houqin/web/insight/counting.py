"""Figures over many requests are counted in the background; what came of it is kept for some hours.

A short period is counted while somebody waits, anew at each look. What is kept belongs to one person
and to what that person's figures reach: with other rights it is counted anew.
"""

import datetime as dt
import json
import zlib
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.insight.scope import counted_for
from houqin.journal.actions import answers
from houqin.journal.models import StoredAnswer
from houqin.kernel import clock
from houqin.org.queries.organisation import organisation
from houqin.web.access import person_of
from houqin.web.insight.counts import COUNTS
from houqin.web.once import new_form_key

OWNER = "figures"
TASK = "insight.count"
AT_ONCE = 1_000
"""Requests that are counted while somebody waits."""

KEPT = dt.timedelta(hours=8)
PART = "counting"
"""The element of the waiting page that asks whether the figures are there."""


def figures(user: User, kind: str, query: QueryDict) -> dict[str, Any] | None:
    """What an address asks for, as plain values; None while it has to be counted in the background.

    `kept` among them says that it was counted before. What is counted at once is known as of `as_of` of
    the address, so that the list behind a figure counts the same; without it as of now.
    """
    if (found := kept(user, kind, query)) is not None:
        return found
    count = COUNTS[kind]
    if count.size(user, query) > AT_ONCE:
        return None
    return count.run(user, query)


def kept(user: User, kind: str, query: QueryDict) -> dict[str, Any] | None:
    """What was counted in the background in the last hours for this person and this address."""
    key = key_of(user, kind, query)
    try:
        answer = answers.remembered(owner=OWNER, key=key, digest=_digest(user))
    except answers.KeyReused:  # pragma: no cover - the key holds the person
        return None
    if answer is None or answer.stored_at <= clock.now() - KEPT:
        return None
    return {**json.loads(zlib.decompress(answer.body)), "kept": True}


def begin(user: User, kind: str, query: QueryDict) -> None:
    """Have it counted in the background, anew; a job that waits already is enough."""
    key = key_of(user, kind, query)
    StoredAnswer.objects.filter(owner=OWNER, key=key).delete()
    task = app.configure_task(TASK, queueing_lock=f"{TASK}:{key}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer(
            kind=kind, key=key, user_id=user.pk, query=query.urlencode(), language=get_language() or ""
        )


def run(kind: str, key: str, user_id: int, query: str) -> None:
    """Count and keep it. Who may not see figures any more, or others than then, gets nothing."""
    user, asked = User.objects.filter(pk=user_id, is_active=True).first(), QueryDict(query)
    if user is None or not may(user, "insight.view") or key_of(user, kind, asked) != key:
        return
    content = zlib.compress(json.dumps(COUNTS[kind].run(user, asked)).encode())
    with answers.once(owner=OWNER, key=key, digest=_digest(user), patience=1.0) as answer:
        if answer.known is None:
            answer.keep(status=200, body=content)


def state(user: User, kind: str, query: QueryDict) -> str:
    """`waits`, `failed`, `over` for what was counted and is no longer kept, or nothing before that."""
    jobs = ProcrastinateJob.objects.filter(task_name=TASK, args__key=key_of(user, kind, query))
    status = jobs.order_by("-pk").values_list("status", flat=True).first()
    if status in {"todo", "doing"}:
        return "waits"
    return {"failed": "failed", "succeeded": "over"}.get(status or "", "")


def waiting_page(request: HttpRequest, kind: str) -> HttpResponse:
    """The page that stands there while the figures are counted, or asks whether they shall be."""
    user, count = person_of(request), COUNTS[kind]
    context = {
        "chapter": "insight",
        "organisation": organisation(),
        "kind": kind,
        "title": count.title,
        "size": count.size(user, request.GET),
        "state": state(user, kind, request.GET),
        "query": request.GET.urlencode(),
        "form_key": new_form_key(),
    }
    part = "insight/counting.html#state" if getattr(request, "htmx", False) else "insight/counting.html"
    return render(request, part, context)


def asks_for_the_rest(request: HttpRequest) -> bool:
    """Whether the waiting page asks, which is to be left as soon as the figures are there."""
    return request.headers.get("HX-Target") == PART


def shown_anew() -> HttpResponse:
    """The answer that has the browser load the page again."""
    return HttpResponse(headers={"HX-Refresh": "true"})


def key_of(user: User, kind: str, query: QueryDict) -> str:
    """What tells one counting from another: the person, what they may see, and what was asked for."""
    among = counted_for(user)
    reach = "everything" if among is None else str(among.values("pk").query.sql_with_params())
    return answers.digest_of(str(user.pk), reach, kind, COUNTS[kind].subject(query))


def _digest(user: User) -> str:
    return answers.digest_of(str(user.pk))

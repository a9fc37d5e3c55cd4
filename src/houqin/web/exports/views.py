"""Taking a list away as a spreadsheet: a short one at once, a long one from the background."""

import secrets
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods
from procrastinate.contrib.django.models import ProcrastinateJob

from houqin.accounts.policies import may
from houqin.org.queries.organisation import organisation
from houqin.web.access import STAFF, person_of, requires
from houqin.web.exports import making, tasks
from houqin.web.exports.kinds import SHEETS
from houqin.web.exports.sheet import Sheet
from houqin.web.lists import capped
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to
from houqin.web.uploads import serve

AT_ONCE = 10_000
"""Rows that are written while somebody waits."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@requires(STAFF)
def start(request: HttpRequest, kind: str) -> HttpResponse:
    """The file; for more than `AT_ONCE` rows a page from which it is asked for."""
    user, sheet = person_of(request), SHEETS.get(kind)
    if sheet is None or not may(user, sheet.permission):
        raise Http404
    if request.method == "POST":
        return once(request, lambda: _deferred(request, kind))
    rows = capped(sheet.found(user, request.GET), most=AT_ONCE)
    if rows <= AT_ONCE:
        return _file(request, sheet)
    context = {"sheet": sheet, "form_key": new_form_key(), "most": AT_ONCE, "organisation": organisation()}
    return render(request, "exports/long.html", context)


@require_GET
@requires(STAFF)
def ready(request: HttpRequest, token: str) -> HttpResponse:
    """Whether the file is there yet; it is handed out at `…/file/`."""
    user = person_of(request)
    found = making.prepared(user, token)
    jobs = ProcrastinateJob.objects.filter(
        task_name="exports.write", args__token=token, args__user_id=user.pk
    )
    job = jobs.order_by("-pk").first()
    if found is None and job is None:
        raise Http404
    failed = found is None and job is not None and job.status not in {"todo", "doing", "succeeded"}
    context = {"found": found, "failed": failed, "token": token, "organisation": organisation()}
    template = "exports/ready.html#state" if getattr(request, "htmx", False) else "exports/ready.html"
    return render(request, template, context)


@require_GET
@requires(STAFF)
def file(request: HttpRequest, token: str) -> FileResponse:
    """The file of a long export, for who asked for it."""
    found = making.prepared(person_of(request), token)
    if found is None:
        raise Http404
    return serve(request, found)


def _deferred(request: HttpRequest, kind: str) -> HttpResponse:
    token = secrets.token_hex(16)
    tasks.write.defer(
        kind=kind,
        user_id=person_of(request).pk,
        query=request.GET.urlencode(),
        token=token,
        language=get_language() or "",
    )
    return go_to(request, "exports:ready", token)


def _file(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """The file, written now; its temporary copy is gone before the answer leaves."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        making.fill(path, sheet, user=person_of(request), query=request.GET)
        answer = HttpResponse(path.read_bytes(), content_type=XLSX)
    name = making.file_name(sheet)
    answer.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or ""
    )
    return answer

"""The state of the system, and its backups."""

import datetime as dt
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from houqin.flows.back_up import last_backup
from houqin.insight.installation import installation
from houqin.intake.queries.inbound import put_aside
from houqin.notify.queries.returns import suspended_count
from houqin.web.access import person_of, requires
from houqin.web.responses import go_to
from houqin.web.setup.reach import require_everywhere
from houqin.web.setup.tasks import BACK_UP, make_backup

BACKUPS_SHOWN = 20
LATE_SECONDS = 300
"""A job that has waited so long tells that no worker takes any."""

_NAMED = "houqin-%Y%m%d-%H%M%S.tar"
_BACKUP = re.compile(r"houqin-\d{8}-\d{6}\.tar")


@dataclass(frozen=True)
class Archive:
    """A backup on the disk: its size in bytes, and when it was made (its name says it in UTC)."""

    name: str
    size: int
    made_at: dt.datetime


@require_GET
@requires("system.manage")
def state(request: HttpRequest) -> HttpResponse:
    """How the installation stands, and what it should be looked after for."""
    require_everywhere(person_of(request), "system.manage")
    found = installation()
    disk = shutil.disk_usage(settings.DATA_DIR)
    job = ProcrastinateJob.objects.filter(task_name=BACK_UP).order_by("-pk").first()
    context = {
        "chapter": "setup",
        "found": found,
        "disk": disk,
        "disk_percent": round(100 * disk.used / disk.total),
        "late": (found.oldest_job_seconds or 0) > LATE_SECONDS,
        "waits_minutes": (found.oldest_job_seconds or 0) // 60,
        "backup": last_backup(),
        "archives": archives()[:BACKUPS_SHOWN],
        "running": job is not None and job.status in {"todo", "doing"},
        "failed": job is not None and job.status == "failed",
        "aside": put_aside(),
        "suspended": suspended_count(),
    }
    part = "setup/system.html#backups" if getattr(request, "htmx", False) else "setup/system.html"
    return render(request, part, context)


@require_POST
@requires("system.manage")
def back_up_now(request: HttpRequest) -> HttpResponse:
    """Ask for a backup; one that is waiting already is enough."""
    require_everywhere(person_of(request), "system.manage")
    with suppress(AlreadyEnqueued), transaction.atomic():
        make_backup.defer()
    said = _("The backup is being made. It appears below when it is done.")
    return go_to(request, "setup:system", said=said)


@require_GET
@requires("system.manage")
def download(request: HttpRequest, name: str) -> FileResponse:
    """A backup. It holds everything, the secret key as well."""
    require_everywhere(person_of(request), "system.manage")
    path = _folder() / name
    if not _BACKUP.fullmatch(name) or not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/x-tar")


def archives() -> list[Archive]:
    """Return the backups in the data folder, the newest first."""
    folder = _folder()
    found = [path for path in folder.iterdir() if _BACKUP.fullmatch(path.name)] if folder.is_dir() else []
    return [
        Archive(
            path.name, path.stat().st_size, dt.datetime.strptime(path.name, _NAMED).replace(tzinfo=dt.UTC)
        )
        for path in sorted(found, reverse=True)
    ]


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "backups"

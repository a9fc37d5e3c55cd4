"""How the installation stands: what is in it, and what waits."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import connection

import houqin
from houqin.accounts.models import User
from houqin.desk.models import ServiceRequest
from houqin.desk.models.requests import OPEN
from houqin.files.models import Attachment
from houqin.kernel import clock
from houqin.notify.queries.outbox import outbox_state
from houqin.org.models import Place
from houqin.org.queries.calendars import unconfirmed_year
from houqin.work.models import WorkOrder
from houqin.work.models.orders import FINISHED


@dataclass(frozen=True, kw_only=True)
class Installation:
    """Sizes in bytes, ages in seconds, instants in UTC. `unconfirmed_year` has unsettled holidays."""

    version: str
    data_folder: str
    database_version: str
    database_size: int
    embedded_database: bool
    people: int
    places: int
    requests: int
    open_requests: int
    work_orders: int
    open_work_orders: int
    attachments: int
    has_demonstration: bool
    jobs_waiting: int
    jobs_failed: int
    oldest_job_seconds: int | None
    workers: int
    mail_waiting: int
    mail_failed: int
    mail_server: bool
    unconfirmed_year: int | None

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return asdict(self)


def installation() -> Installation:
    """Return how things stand now. A worker counts while its last sign of life is younger than 30 s."""
    with connection.cursor() as cursor:
        cursor.execute(_DATABASE)
        version, size, waiting, failed, oldest, workers = cursor.fetchone()
    mail = outbox_state()
    return Installation(
        version=houqin.__version__,
        data_folder=str(settings.DATA_DIR),
        database_version=version,
        database_size=size,
        embedded_database=not settings.ENVIRONMENT.database_url,
        people=User.objects.count(),
        places=Place.objects.count(),
        requests=ServiceRequest.objects.count(),
        open_requests=ServiceRequest.objects.filter(status__in=sorted(OPEN)).count(),
        work_orders=WorkOrder.objects.count(),
        open_work_orders=WorkOrder.objects.exclude(status__in=sorted(FINISHED)).count(),
        attachments=Attachment.objects.count(),
        has_demonstration=User.objects.filter(is_demo=True).exists(),
        jobs_waiting=waiting,
        jobs_failed=failed,
        oldest_job_seconds=_age(oldest),
        workers=workers,
        mail_waiting=mail.waiting,
        mail_failed=mail.failed,
        mail_server=bool(settings.MAIL_URL),
        unconfirmed_year=unconfirmed_year(clock.today()),
    )


def _age(since: dt.datetime | None) -> int | None:
    return None if since is None else max(0, int((clock.now() - since).total_seconds()))


# A job is due once its time has come; the time it was last scheduled or deferred tells its age.
_DATABASE = """
    SELECT current_setting('server_version'), pg_database_size(current_database()),
           count(*) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())),
           count(*) FILTER (WHERE status = 'failed'),
           min(COALESCE(scheduled_at, (SELECT min(at) FROM procrastinate_events WHERE job_id = job.id)))
               FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())),
           (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds')
    FROM procrastinate_jobs AS job
"""

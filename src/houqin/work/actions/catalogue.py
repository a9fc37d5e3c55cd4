"""How work is done: standards and job types put in."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from houqin.work.models import JobType, ServiceStandard, StandardTarget


@transaction.atomic
def add_standard(
    *, code: str, name: str, name_en: str, targets: Iterable[Mapping[str, Any]]
) -> ServiceStandard:
    """A standard with its targets, the default one where there is none yet.

    A target names `priority` and `kind`, `minutes` or working `days`, `warn` minutes before, and
    `always` when it counts day and night.
    """
    first = not ServiceStandard.objects.filter(is_default=True).exists()
    standard = ServiceStandard.objects.create(code=code, name=name, name_en=name_en, is_default=first)
    StandardTarget.objects.bulk_create(
        StandardTarget(
            standard=standard,
            priority=target["priority"],
            kind=target["kind"],
            minutes=target.get("minutes"),
            working_days=target.get("days"),
            around_the_clock=target.get("always", False),
            warn_minutes=target["warn"],
        )
        for target in targets
    )
    return standard


@transaction.atomic
def add_job_type(**facts: Any) -> JobType:
    """A job type in use."""
    return JobType.objects.create(**facts)

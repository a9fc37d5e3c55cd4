"""How work is done: standards and job types put in."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from houqin.work.models import EscalationLevel, JobType, ServiceStandard, StandardTarget


@transaction.atomic
def add_standard(
    *,
    code: str,
    name: str,
    name_en: str,
    targets: Iterable[Mapping[str, Any]],
    levels: Iterable[Mapping[str, Any]] = (),
) -> ServiceStandard:
    """A standard with its targets and levels, the default one where there is none yet.

    Targets and levels are written as `target_of` and `level_of` read them.
    """
    first = not ServiceStandard.objects.filter(is_default=True).exists()
    standard = ServiceStandard.objects.create(code=code, name=name, name_en=name_en, is_default=first)
    StandardTarget.objects.bulk_create(target_of(standard, target) for target in targets)
    EscalationLevel.objects.bulk_create(level_of(standard, level) for level in levels)
    return standard


def target_of(standard: ServiceStandard, facts: Mapping[str, Any]) -> StandardTarget:
    """A target as it is written down: `priority` and `kind`, `minutes` or working `days`.

    `warn` are the minutes before, `always` means that it counts day and night.
    """
    return StandardTarget(
        standard=standard,
        priority=facts["priority"],
        kind=facts["kind"],
        minutes=facts.get("minutes"),
        working_days=facts.get("days"),
        around_the_clock=facts.get("always", False),
        warn_minutes=facts["warn"],
    )


def level_of(standard: ServiceStandard, facts: Mapping[str, Any]) -> EscalationLevel:
    """A level as it is written down: `kind` of target, number of the `level`, and whom it goes `to`.

    That is a role, or `leader` for the leader of the crew. `minutes` or working `days` are counted from
    the due time; `priority` and `always` may be left out.
    """
    leader = facts["to"] == EscalationLevel.Recipient.LEADER
    return EscalationLevel(
        standard=standard,
        kind=facts["kind"],
        priority=facts.get("priority", ""),
        number=facts["level"],
        minutes=facts.get("minutes"),
        working_days=facts.get("days"),
        around_the_clock=facts.get("always", False),
        recipient=EscalationLevel.Recipient.LEADER if leader else EscalationLevel.Recipient.ROLE,
        role="" if leader else facts["to"],
    )


@transaction.atomic
def add_job_type(**facts: Any) -> JobType:
    """A job type in use."""
    return JobType.objects.create(**facts)

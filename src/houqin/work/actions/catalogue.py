"""How work is done: standards and job types put in."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction

from houqin.work.models import EscalationLevel, JobType, ServiceStandard, StandardTarget
from houqin.work.policies import require_ladder

_LEVEL = ("minutes", "working_days", "around_the_clock", "recipient", "role", "person_id")


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
def set_levels(*, standard: ServiceStandard, levels: Collection[EscalationLevel]) -> None:
    """Let these be the levels of a standard; those that stay keep their row, the others go.

    Raises `Invalid` for a level that is there twice, or that comes before a lower one.
    """
    require_ladder(levels)
    kept = {_key(row): row for row in EscalationLevel.objects.filter(standard=standard)}
    for level in levels:
        old = kept.pop(_key(level), None)
        level.standard, level.pk = standard, old.pk if old is not None else None
        if old is None or any(getattr(old, name) != getattr(level, name) for name in _LEVEL):
            level.save(force_insert=old is None, force_update=old is not None)
    EscalationLevel.objects.filter(pk__in=[row.pk for row in kept.values()]).delete()


def _key(level: EscalationLevel) -> tuple[str, str, int]:
    return level.kind, level.priority, level.number


@transaction.atomic
def add_job_type(**facts: Any) -> JobType:
    """A job type in use."""
    return JobType.objects.create(**facts)

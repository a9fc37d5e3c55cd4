"""A standard that is only thought of, as it is written in a TOML file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from houqin.desk.models import Service
from houqin.desk.queries.promises import Promises, promise
from houqin.kernel.errors import Invalid
from houqin.kernel.service_clock import TargetKind
from houqin.kernel.working_time import WorkingCalendar
from houqin.org.models import Calendar
from houqin.org.queries.calendars import working_calendar
from houqin.work.models import HoldReason, Priority, ServiceStandard, StandardTarget
from houqin.work.models.standards import default_pausing

KNOWN = frozenset({"name", "calendar", "arrival_answers", "services", "targets"})
OF_A_TARGET = frozenset(
    {"priority", "kind", "minutes", "working_days", "end_of_day", "around_the_clock", "pausing_reasons"}
)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Targets by priority. `calendar` None leaves each place its own hours; no `services` means all."""

    name: str
    promises: dict[str, Promises]
    calendar: WorkingCalendar | None = None
    services: frozenset[str] = frozenset()


def proposal(facts: Mapping[str, Any]) -> Proposal:
    """Return the proposal that `facts` describe. Raises `Invalid` with what is wrong and what is known.

    `calendar` is the code of a calendar, `services` codes of services, `targets` tables with
    `priority`, `kind`, and `minutes` or `working_days`.
    """
    _refuse_unknown(facts, KNOWN)
    targets = facts.get("targets") or []
    if not targets:
        raise Invalid(_("The standard has no targets. Write at least one [[targets]] table."))
    promises: dict[str, Promises] = {}
    for row in (_row(target) for target in targets):
        of_priority = promises.setdefault(row.priority, {})
        if TargetKind(row.kind) in of_priority:
            raise Invalid(_("There are two targets for %(kind)s at %(priority)s.") % _named(row))
        answers = facts.get("arrival_answers") is True
        of_priority[TargetKind(row.kind)] = promise(row, arrival_answers=answers)
    return Proposal(
        name=str(facts.get("name", "")),
        promises=promises,
        calendar=_calendar(facts.get("calendar")),
        services=_services(facts.get("services") or []),
    )


def _row(facts: Any) -> StandardTarget:
    if not isinstance(facts, dict):
        raise Invalid(_("A target is a table: [[targets]]."))
    _refuse_unknown(facts, OF_A_TARGET)
    row = StandardTarget(**{"pausing_reasons": default_pausing(), **facts})
    known: dict[str, list[str]] = {
        "priority": list(Priority.values),
        "kind": [str(kind) for kind in TargetKind],
    }
    for name, values in known.items():
        if getattr(row, name) not in values:
            raise Invalid(_unknown(name, getattr(row, name), values))
    for reason in row.pausing_reasons:
        if reason not in HoldReason.values:
            raise Invalid(_unknown("pausing_reasons", reason, HoldReason.values))
    try:
        row.clean_fields(exclude=["standard"])
    except ValidationError as error:
        raise Invalid(
            _("The target %(kind)s at %(priority)s is not valid: %(what)s")
            % {**_named(row), "what": " ".join(error.messages)}
        ) from error
    if (row.minutes is None) == (row.working_days is None) or 0 in {row.minutes, row.working_days}:
        raise Invalid(
            _("The target %(kind)s at %(priority)s needs either minutes or working_days, more than 0.")
            % _named(row)
        )
    return row


def _named(row: StandardTarget) -> dict[str, str]:
    return {"kind": row.kind, "priority": row.priority}


def _calendar(code: Any) -> WorkingCalendar | None:
    if code is None:
        return None
    calendar = Calendar.objects.filter(code=code).first() if isinstance(code, str) else None
    if calendar is None:
        codes = Calendar.objects.order_by("code").values_list("code", flat=True)[:20]
        raise Invalid(_unknown("calendar", code, list(codes)))
    return working_calendar(calendar)


def _services(codes: Any) -> frozenset[str]:
    wanted = frozenset(str(code) for code in codes) if isinstance(codes, list) else frozenset({str(codes)})
    unknown = wanted - set(Service.objects.filter(code__in=wanted).values_list("code", flat=True))
    if unknown:
        codes = Service.objects.order_by("code").values_list("code", flat=True)[:20]
        raise Invalid(_unknown("services", min(unknown), list(codes)))
    return wanted


def _refuse_unknown(facts: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = sorted(facts.keys() - known)
    if unknown:
        raise Invalid(
            _("%(name)s is not known here. Known are: %(known)s.")
            % {"name": unknown[0], "known": ", ".join(sorted(known))}
        )


def _unknown(name: str, value: object, known: list[str]) -> str:
    return _("There is no %(value)s for %(name)s. Known are: %(known)s.") % {
        "value": value,
        "name": name,
        "known": ", ".join(known),
    }


def facts_of(standard: ServiceStandard) -> dict[str, Any]:
    """A stored standard as the facts that `proposal` reads. Two statements."""
    calendar = {"calendar": standard.calendar.code} if standard.calendar else {}
    return {
        "name": str(standard),
        **calendar,
        "arrival_answers": standard.arrival_answers,
        "targets": [_facts_of(row) for row in standard.targets.order_by("priority", "kind")],
    }


def as_toml(facts: Mapping[str, Any]) -> str:
    """The facts as a TOML file that `houqin report replay --standard` takes."""
    targets = facts.get("targets") or []
    lines = [f"{name} = {_value(value)}" for name, value in facts.items() if name != "targets"]
    for target in targets:
        lines += ["", "[[targets]]", *(f"{name} = {_value(value)}" for name, value in target.items())]
    return "\n".join(lines) + "\n"


def _facts_of(row: StandardTarget) -> dict[str, Any]:
    amount = {"minutes": row.minutes} if row.minutes is not None else {"working_days": row.working_days}
    return {
        "priority": row.priority,
        "kind": row.kind,
        **amount,
        "end_of_day": row.end_of_day,
        "around_the_clock": row.around_the_clock,
        "pausing_reasons": list(row.pausing_reasons),
    }


def _value(value: Any) -> str:
    """A value as TOML writes it: its strings, numbers and flags are those of JSON."""
    return json.dumps(value, ensure_ascii=False)

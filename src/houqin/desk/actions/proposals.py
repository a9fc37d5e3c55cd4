"""What the rules proposed for a request: kept when it comes in, and judged by what people then do."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.desk.actions import moving
from houqin.desk.models import ProposalField, RequestEvent, ServiceRequest, TriageProposal, Verdict
from houqin.desk.queries.triage import YES, Names, Said
from houqin.kernel.errors import Missing, StaleState

NO = "no"
"""The value of danger that a person has taken back."""

_RAISED = "impact_raised"
F = ProposalField


def keep(
    *,
    request: ServiceRequest,
    said: Iterable[Said],
    applied: Collection[str],
    before: Mapping[str, tuple[str, Names]],
    at: dt.datetime,
) -> list[TriageProposal]:
    """Store what the rules said of a new request; `applied` are the fields that hold at once.

    `before` is the value (with its names) that each field has without them. What says nothing new
    is no proposal.
    """
    rows = []
    for one in said:
        was, called = before[one.field]
        if was == one.value:
            continue
        names = {code: names for code, names in ((was, called), (one.value, one.names)) if names}
        rows.append(
            TriageProposal(
                request=request,
                rule_id=one.known.row.pk,
                at=at,
                field=one.field,
                value=one.value,
                before=was,
                because=one.known.because(one.fit),
                applied=one.field in applied,
                called=names,
            )
        )
    return TriageProposal.objects.bulk_create(rows) if rows else []


def confirm(*, request: ServiceRequest, by: User | None, at: dt.datetime) -> None:
    """Judge what nobody has judged by how it stands: a person has taken the locked request on so.

    A machine confirms nothing, and an impact that the number of people has raised is nobody's word.
    """
    if by is None:
        return
    unjudged = TriageProposal.objects.filter(request=request, verdict=Verdict.OPEN)
    if request.affected > 1 and RequestEvent.objects.filter(request=request, kind=_RAISED).exists():
        unjudged = unjudged.exclude(field=F.IMPACT)
    if rows := list(unjudged):
        _judge(rows, values_of(request, ProposalField.values), named(request), by=by, at=at)


def judge(*, request: ServiceRequest, changed: Collection[str], by: User | None, at: dt.datetime) -> None:
    """Record against the proposals for a locked request what a person has put there instead, or the same.

    `changed` are fields of the request; those that nothing is proposed for do not matter.
    """
    fields = _fields(changed)
    if by is None or not fields:
        return
    if rows := list(TriageProposal.objects.filter(request=request, field__in=fields)):
        _judge(rows, values_of(request, changed), named(request), by=by, at=at)


@transaction.atomic
def leave(
    *,
    request_id: int,
    proposal_ids: Collection[int],
    by: User,
    version: int | None = None,
    at: dt.datetime | None = None,
) -> ServiceRequest:
    """The request, with proposals that a person does not want. Raises what `waiting` raises."""
    request = moving.lock(request_id, version=version)
    when = moving.instant(request, at)
    for proposal in waiting(request, proposal_ids):
        _settle(proposal, Verdict.PASSED, by=by, at=when)
    return request


def waiting(request: ServiceRequest, proposal_ids: Collection[int]) -> list[TriageProposal]:
    """The proposals of a locked request that wait for a person.

    Raises `Missing` for one that is not of this request, `StaleState` for one that was judged.
    """
    found = list(TriageProposal.objects.filter(request=request, pk__in=proposal_ids).select_related("rule"))
    if not found or len(found) != len(set(proposal_ids)):
        raise Missing(_("There is no such proposal."))
    if not all(proposal.is_open for proposal in found):
        raise StaleState(_("This proposal has been decided meanwhile. Reload the page."))
    return found


def accept(
    *, request: ServiceRequest, proposals: Iterable[TriageProposal], by: User, at: dt.datetime
) -> None:
    """Count proposals for a locked request as accepted, where that has not been done yet."""
    keys = [proposal.pk for proposal in proposals]
    for proposal in TriageProposal.objects.filter(request=request, pk__in=keys).exclude(
        verdict=Verdict.ACCEPTED
    ):
        _settle(proposal, Verdict.ACCEPTED, by=by, at=at)


def values_of(request: ServiceRequest, changed: Collection[str]) -> dict[str, str]:
    """What stands in the fields of proposals that are among those `changed`, as codes.

    A request without a service says its category instead.
    """
    values = {
        F.CATEGORY: request.category.code,
        F.SERVICE: request.service.code if request.service else request.category.code,
        F.URGENCY: request.urgency,
        F.IMPACT: request.impact,
        F.SAFETY: YES if request.safety else NO,
        F.CREW: request.crew.code if request.crew else "",
    }
    return {field: values[F(field)] for field in _fields(changed)}


def named(request: ServiceRequest) -> dict[str, Names]:
    """The names of what a request may have been corrected to, by code."""
    rows = [row for row in (request.category, request.service, request.crew) if row]
    return {row.code: [row.name, row.name_en] for row in rows}


def _fields(changed: Collection[str]) -> list[str]:
    """The fields of proposals that are touched; another category is another service too."""
    touched = {*changed, *([F.SERVICE] if F.CATEGORY in changed else [])}
    return [field for field in ProposalField.values if field in touched]


def _judge(
    rows: Iterable[TriageProposal],
    now: Mapping[str, str],
    called: Mapping[str, Names],
    *,
    by: User,
    at: dt.datetime,
) -> None:
    for proposal in rows:
        value = now[proposal.field]
        if value == proposal.value:
            _settle(proposal, Verdict.ACCEPTED, by=by, at=at)
        elif value == proposal.before and not proposal.applied:
            _settle(proposal, Verdict.PASSED, by=by, at=at)
        else:
            _settle(proposal, Verdict.CORRECTED, by=by, at=at, instead=value, called=called)


def _settle(
    proposal: TriageProposal,
    verdict: str,
    *,
    by: User,
    at: dt.datetime,
    instead: str = "",
    called: Mapping[str, Names] | None = None,
) -> None:
    proposal.verdict, proposal.corrected_to = verdict, instead
    proposal.settled_by, proposal.settled_at = by, at
    if called and instead in called:
        proposal.called = {**proposal.called, instead: called[instead]}
    proposal.save(update_fields=["verdict", "corrected_to", "settled_by", "settled_at", "called"])

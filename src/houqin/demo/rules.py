"""The triage rules of the campus, and what they said of the year's requests and people made of it."""

import random
from collections.abc import Iterable
from typing import Any

from houqin.demo.campus import PREFIX
from houqin.demo.stories import Story
from houqin.demo.texts import read
from houqin.demo.world import World
from houqin.desk.models import (
    Category,
    Channel,
    ProposalField,
    RequestEvent,
    RequestStatus,
    Service,
    TriageProposal,
    TriageRule,
    Verdict,
)
from houqin.desk.queries.triage import RuleBook, Said, case_of, rule_book
from houqin.flows.starter.reading import rules

F, V = ProposalField, Verdict
KIND = (F.CATEGORY, F.SERVICE)
CHOSEN_WRONG = 0.08
"""How many of the others were reported under 其他, though a rule knew better."""


def lay_down(world: World) -> RuleBook:
    """Make the usual rules for the campus and read them. Where the house has its own they are not in use."""
    data = read("rules")
    others = TriageRule.objects.count()
    services = {code: offer.service for code, offer in world.catalogue.offers.items()}
    made = [
        _rule(facts, data, services, position) for position, facts in enumerate(rules(), start=1 + others)
    ]
    for rule in made:
        rule.active = not others
    TriageRule.objects.bulk_create(made)
    ours = {rule.pk for rule in made}
    return RuleBook({pk: known for pk, known in rule_book(also_unused=True).known.items() if pk in ours})


def judge(world: World, book: RuleBook, stories: Iterable[Story]) -> None:
    """Tell what the rules said of each request, and what the desk made of it when it took the request on.

    Chance is drawn apart, so that the year is the same with and without the rules.
    """
    rng = random.Random(len(book.known))  # noqa: S311 - chance for a demonstration, no secret
    reasons: dict[str, list[str]] = read("rules")["reasons"]
    other = world.catalogue.offers["QH-S-OTHER"].service
    for story in stories:
        request = story.request
        by_mail = request.channel == Channel.EMAIL
        chosen = (None, None) if by_mail else (request.category_id, request.service_id)
        said = book.said(book.ask(case_of(request, hours=world.hours, chosen=chosen)))
        if by_mail:
            _tell_mail(story, said, rng.choice(reasons["kind"]))
        elif rng.random() < CHOSEN_WRONG:
            _tell_wrong_choice(story, said, other, rng.choice(reasons["taken"]))
        else:
            _tell_chosen(story, said)


def _rule(
    facts: dict[str, Any], data: dict[str, Any], services: dict[str, Service], position: int
) -> TriageRule:
    service = services.get(data["services"].get(facts["code"], ""))
    category = Category.objects.get(code=data["category"]) if "category" in facts else None
    return TriageRule(
        code=f"{PREFIX}R-{facts['code']}"[:30],
        name=facts["name"],
        name_en=facts["name_en"],
        position=position,
        mode=facts["mode"],
        stops=facts.get("stop", False),
        when_any=facts.get("any", []),
        when_all=facts.get("all", []),
        when_none=facts.get("none", []),
        when_unknown=facts.get("unknown", False),
        then_service=service,
        then_category=category,
        then_urgency=facts.get("urgency", ""),
        then_impact=facts.get("impact", ""),
        then_safety=facts.get("safety", False),
    )


def _tell_mail(story: Story, said: list[Said], reason: str) -> None:
    """A mail is what the first rule says, until the desk finds that it is something else."""
    service, category = story.offer.service, story.offer.service.category
    accepted = _accepted(story)
    for one in said:
        if one.field not in KIND:
            continue
        truth = service.code if one.field == F.SERVICE else category.code
        if one.value == truth:
            _add(story, one, "", applied=True, verdict=V.ACCEPTED, by=accepted)
        elif accepted is not None:
            event = _corrected(story, accepted, reason, one)
            right = service if one.field == F.SERVICE else category
            _add(story, one, "", applied=True, verdict=V.CORRECTED, by=event, instead=right)
    _tell_chosen(story, [one for one in said if one.field not in KIND])


def _tell_wrong_choice(story: Story, said: list[Said], other: Service, reason: str) -> None:
    """Somebody chose 其他, a rule proposed what it was, and the desk took that over."""
    accepted = _accepted(story)
    for one in said:
        if accepted is not None and one.field == F.SERVICE and one.value == story.offer.service.code:
            rule = one.known.row.name if reason.endswith("：") else ""
            event = _corrected(story, accepted, f"{reason}{rule}", one, was=other)
            _add(story, one, other.code, applied=False, verdict=V.ACCEPTED, by=event, was=other)


def _tell_chosen(story: Story, said: list[Said]) -> None:
    """What the requester chose stays; what a rule says beside it is proposed.

    Of urgencies only what asks to hurry: the year deals them out by chance.
    """
    request, service = story.request, story.offer.service
    before = {F.CATEGORY: service.category.code, F.SERVICE: service.code, F.URGENCY: request.urgency}
    accepted = _accepted(story)
    was = _first_urgency(story)
    for one in said:
        elsewhere = one.field == F.SERVICE and one.known.row.then_service.category_id != service.category_id  # type: ignore[union-attr]
        if elsewhere and accepted is not None:
            _add(story, one, before[F.SERVICE], applied=False, verdict=V.PASSED, by=accepted, was=service)
        elif one.field == F.URGENCY and was != one.value and not one.applies:
            taken = V.ACCEPTED if request.urgency == one.value else V.PASSED
            _add(story, one, was, applied=False, verdict=taken, by=accepted)
        elif elsewhere:
            _add(story, one, before[F.SERVICE], applied=False, verdict=V.OPEN, by=None, was=service)


def _first_urgency(story: Story) -> str:
    """The urgency it was reported with."""
    for event in story.events:
        if event.kind == "corrected" and "urgency" in event.data["changes"]:
            return str(event.data["changes"]["urgency"][0])
    return story.request.urgency


def _accepted(story: Story) -> RequestEvent | None:
    """When somebody of the desk took it on first."""
    for event in story.events:
        if event.to_status == RequestStatus.ACCEPTED and event.kind == "accepted" and event.actor_id:
            return event
    return None


def _corrected(
    story: Story, accepted: RequestEvent, reason: str, one: Said, *, was: Service | None = None
) -> RequestEvent:
    """The correction right before the request was taken on, by who did that."""
    service = story.offer.service
    said = one.known.row.then_service
    old = was or said
    category = old.category if old else one.known.row.then_category
    pairs: dict[str, tuple[Category | Service | None, Category | Service]] = {
        "category": (category, service.category),
        "service": (old, service),
    }
    changes = {
        name: [row.code if row else "" for row in pair] for name, pair in pairs.items() if pair[0] != pair[1]
    }
    rows = [row for pair in pairs.values() for row in pair if row]
    before = [event for event in story.events if event.at <= accepted.at and event is not accepted]
    last = max(event.at for event in before)
    at = (last + (accepted.at - last) // 2).replace(microsecond=0)
    event = RequestEvent(
        at=max(at, last),
        actor_id=accepted.actor_id,
        actor_name=accepted.actor_name,
        kind="corrected",
        reason=reason,
        data={"changes": changes, "called": {row.code: [row.name, row.name_en] for row in rows}},
        recorded_at=max(at, last),
    )
    story.events.insert(story.events.index(accepted), event)
    return event


def _add(
    story: Story,
    one: Said,
    before: str,
    *,
    applied: bool,
    verdict: str,
    by: RequestEvent | None,
    was: Service | None = None,
    instead: Category | Service | None = None,
) -> None:
    """One proposal; nobody has judged it where there is no event `by` which that was done."""
    named = {one.value: one.names} | {row.code: [row.name, row.name_en] for row in (was, instead) if row}
    story.proposals.append(
        TriageProposal(
            rule_id=one.known.row.pk,
            at=story.request.opened_at,
            field=one.field,
            value=one.value,
            before=before,
            because=one.known.because(one.fit),
            applied=applied,
            called={code: names for code, names in named.items() if names},
            verdict=verdict if by else V.OPEN,
            corrected_to=instead.code if instead and by else "",
            settled_at=by.at if by else None,
            settled_by_id=by.actor_id if by else None,
        )
    )

"""What is offered on the campus: standards, job types, failure codes, categories and services."""

from dataclasses import dataclass, field
from typing import Any

from houqin.demo.campus import Campus
from houqin.demo.people import Crowd, Squad
from houqin.demo.texts import read
from houqin.desk.models import Category, Service
from houqin.work.actions.catalogue import level_of, target_of
from houqin.work.models import (
    EscalationLevel,
    FailureCode,
    JobType,
    PartnerStandard,
    ServiceStandard,
    StandardTarget,
)

TEXTS = ("texts_water", "texts_building", "texts_media")
EVEN = [1.0] * 12
"""A service asked for alike in every month."""

Chain = tuple[FailureCode, FailureCode, FailureCode]


@dataclass
class Offer:
    """A service with everything the year is told by: who does it, how often and where, in which words."""

    service: Service
    job: JobType
    squad: Squad
    weight: float
    season: list[float]
    spots: dict[str, float]
    hours: str
    reports: list[list[str]]
    english: list[list[str]]
    done: list[str]
    chains: list[Chain]
    samples: list[list[str]]


@dataclass
class Catalogue:
    """Standards and offers by code; targets, levels and what contractors promised, for the clocks."""

    standards: dict[str, ServiceStandard]
    default: ServiceStandard
    targets: list[StandardTarget]
    levels: list[EscalationLevel]
    agreed: list[PartnerStandard]
    offers: dict[str, Offer] = field(default_factory=dict)


def stock(campus: Campus, crowd: Crowd) -> Catalogue:
    """Make all of it. No standard is the house's default: its own requests must not come to depend on it."""
    standards = _standards(campus)
    catalogue = Catalogue(
        standards, standards["QH-STD"], _targets(standards), _levels(standards), _contracts(standards, crowd)
    )
    StandardTarget.objects.bulk_create(catalogue.targets)
    EscalationLevel.objects.bulk_create(catalogue.levels)
    PartnerStandard.objects.bulk_create(catalogue.agreed)
    jobs, samples = _jobs(crowd, standards)
    codes = _codes(crowd)
    data = read("catalogue")
    categories = {
        facts["code"]: Category(position=number, **facts) for number, facts in enumerate(data["categories"])
    }
    Category.objects.bulk_create(categories.values())
    texts = {code: words for name in TEXTS for code, words in read(name).items()}
    for number, facts in enumerate(data["services"]):
        job = jobs[facts["job_type"]]
        service = _service(facts, categories[facts["category"]], job, number)
        words = texts[facts["code"]]
        catalogue.offers[service.code] = Offer(
            service=service,
            job=job,
            squad=crowd.squads[job.crew.code] if job.crew else next(iter(crowd.squads.values())),
            weight=facts["weight"],
            season=facts.get("season", EVEN),
            spots=facts["spots"],
            hours=facts.get("hours", "all"),
            reports=words["reports"],
            english=words["english"],
            done=words["done"],
            chains=[
                (codes[problem], codes[cause], codes[remedy]) for problem, cause, remedy in words["codes"]
            ],
            samples=samples[job.code],
        )
    Service.objects.bulk_create(offer.service for offer in catalogue.offers.values())
    return catalogue


def _standards(campus: Campus) -> dict[str, ServiceStandard]:
    made = {
        facts["code"]: ServiceStandard(
            code=facts["code"],
            name=facts["name"],
            name_en=facts["name_en"],
            calendar=campus.calendars.get(facts.get("calendar", "")),
        )
        for facts in read("standards")["standards"]
    }
    ServiceStandard.objects.bulk_create(made.values())
    return made


def _targets(standards: dict[str, ServiceStandard]) -> list[StandardTarget]:
    made = []
    for facts in read("standards")["standards"]:
        for target in facts["targets"]:
            row = target_of(standards[facts["code"]], target)
            row.pausing_reasons = facts.get("pausing", row.pausing_reasons)
            made.append(row)
    return made


def _levels(standards: dict[str, ServiceStandard]) -> list[EscalationLevel]:
    return [
        level_of(standards[facts["code"]], level)
        for facts in read("standards")["standards"]
        for level in facts["levels"]
    ]


def _contracts(standards: dict[str, ServiceStandard], crowd: Crowd) -> list[PartnerStandard]:
    return [
        PartnerStandard(
            partner=crowd.squads[facts["crew"]].crew.partner,
            standard=standards[facts["standard"]],
            since=facts["since"],
        )
        for facts in read("standards")["contracts"]
    ]


def _jobs(
    crowd: Crowd, standards: dict[str, ServiceStandard]
) -> tuple[dict[str, JobType], dict[str, list[list[str]]]]:
    """The job types, and what is usually answered to each line of their checklists."""
    jobs, samples = {}, {}
    for facts in read("jobs")["job_types"]:
        crew = crowd.squads[facts["crew"]].crew
        # Whatever names no standard is held to the campus one, also where the house has another default.
        jobs[facts["code"]] = JobType(
            code=facts["code"],
            name=facts["name"],
            name_en=facts["name_en"],
            kind=facts.get("kind", "corrective"),
            trade=crowd.trades[facts["trade"]],
            crew=crew,
            standard=standards[facts.get("standard", "QH-STD")],
            asks_arrival=facts.get("arrival", True),
            needs_codes=facts.get("codes", False),
            needs_approval=facts.get("approval", False),
            leader_verifies=facts.get("verifies", False),
            dispatch_mode=facts.get("mode", "claim"),
            offer_minutes=facts.get("offer"),
            estimated_minutes=facts["minutes"],
            steps=[_step(step) for step in facts.get("steps", [])],
        )
        samples[facts["code"]] = [
            step[4] if len(step) == _WITH_ANSWERS else [] for step in facts.get("steps", [])
        ]
    JobType.objects.bulk_create(jobs.values())
    return jobs, samples


_WITH_ANSWERS = 5


def _step(step: list[Any]) -> dict[str, Any]:
    text, text_en, kind, required, *answers = step
    choices = answers[0] if kind == "choice" else []
    return {"text": text, "text_en": text_en, "kind": kind, "required": required, "choices": choices}


def _codes(crowd: Crowd) -> dict[str, FailureCode]:
    made: dict[str, FailureCode] = {}
    for facts in read("jobs")["codes"]:
        for part in FailureCode.Part.values:
            for position, (code, name, name_en) in enumerate(facts[part]):
                made[code] = FailureCode(
                    part=part,
                    code=code,
                    name=name,
                    name_en=name_en,
                    trade=crowd.trades[facts["trade"]],
                    position=position,
                )
    FailureCode.objects.bulk_create(made.values())
    return made


def _service(facts: dict[str, Any], category: Category, job: JobType, position: int) -> Service:
    made = Service(
        code=facts["code"],
        name=facts["name"],
        name_en=facts["name_en"],
        category=category,
        job_type=job,
        default_urgency=facts.get("urgency", "normal"),
        default_impact=facts.get("impact", "room"),
        safety=facts.get("safety", False),
        is_fallback=facts.get("fallback", False),
        questions=facts.get("questions", []),
        position=position,
    )
    made.set_search(made.code, made.name, made.name_en, category.name, category.name_en)
    return made

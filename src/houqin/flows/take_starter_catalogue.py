"""A new installation takes the starter catalogue, so that something can be reported.

Writes: staffing (trades, kinds of shift), work (a standard, job types), desk (categories, services, triage
rules).
Locks: that of the order of the rules.
"""

from typing import Any

from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.desk.actions.catalogue import add_category, add_service
from houqin.desk.models import Category, Service, TriageRule
from houqin.flows.starter.reading import catalogue
from houqin.flows.take_starter_rules import add_starter_rules
from houqin.kernel.errors import NotPermitted, Refused
from houqin.kernel.flow import flow
from houqin.staffing.actions.crews import create_trade
from houqin.staffing.models import ShiftKind, Trade
from houqin.work.actions.catalogue import add_job_type, add_standard
from houqin.work.models import JobType, ServiceStandard


@flow
def take_starter_catalogue(*, by: User) -> int:
    """How many services can be asked for now; all of it may be changed afterwards.

    What stands under the same code already is left as it is. The four-level standard becomes the
    default one where there is none. Raises `Refused` where categories are in use already, and
    `NotPermitted` for who may not set up the catalogue.
    """
    if not may(by, "catalogue.manage"):
        raise NotPermitted(_("Only those who set up the catalogue may do this."))
    if Category.objects.filter(active=True).exists():
        raise Refused(_("There is a catalogue already."))
    starter = catalogue()
    trades = _trades(starter["trades"], by)
    standard = _standard(starter["standard"])
    jobs = {facts["code"]: _job_type(facts, trades, standard) for facts in starter["job_types"]}
    for position, facts in enumerate(starter["categories"]):
        category = add_category(**_only(facts, "code", "name", "name_en", "icon"), position=position)
        for place, service in enumerate(facts["services"]):
            _service(service, category, jobs, place)
    _shifts(starter["shifts"])
    if not TriageRule.objects.exists():
        add_starter_rules()
    return Service.objects.filter(active=True).count()


def _trades(rows: list[dict[str, Any]], by: User) -> dict[str, Trade]:
    known = Trade.objects.in_bulk([facts["code"] for facts in rows], field_name="code")
    for facts in rows:
        if facts["code"] not in known:
            known[facts["code"]] = create_trade(**_only(facts, "code", "name", "name_en"), by=by)
    return known


def _shifts(rows: list[dict[str, Any]]) -> None:
    for facts in rows:
        ShiftKind.objects.get_or_create(code=facts["code"], defaults=facts)


def _standard(facts: dict[str, Any]) -> ServiceStandard:
    known = ServiceStandard.objects.filter(code=facts["code"]).first()
    return known or add_standard(**_only(facts, "code", "name", "name_en", "targets", "levels"))


def _job_type(facts: dict[str, Any], trades: dict[str, Trade], standard: ServiceStandard) -> JobType:
    known = JobType.objects.filter(code=facts["code"]).first()
    return known or add_job_type(
        **_only(facts, "code", "name", "name_en"),
        kind=facts.get("kind", "corrective"),
        trade=trades.get(facts.get("trade", "")),
        standard=standard,
        asks_arrival=facts.get("arrival", True),
        estimated_minutes=facts["minutes"],
        steps=[
            dict(zip(("text", "text_en", "kind", "required"), step, strict=True), choices=[])
            for step in facts.get("steps", [])
        ],
    )


def _service(facts: dict[str, Any], category: Category, jobs: dict[str, JobType], position: int) -> None:
    if Service.objects.filter(code=facts["code"]).exists():
        return
    add_service(
        **_only(facts, "code", "name", "name_en"),
        category=category,
        job_type=jobs[facts["job_type"]],
        default_urgency=facts.get("urgency", "normal"),
        default_impact=facts.get("impact", "room"),
        safety=facts.get("safety", False),
        is_fallback=facts.get("fallback", False),
        position=position,
    )


def _only(facts: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: facts[name] for name in names}

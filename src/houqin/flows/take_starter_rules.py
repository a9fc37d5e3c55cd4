"""An installation takes the usual triage rules, as far as its catalogue has what they speak of.

Writes: desk (triage rules). Locks: that of the order of the rules.
"""

from typing import Any

from django.utils.translation import gettext as _

from houqin.accounts.models import User
from houqin.accounts.policies import may
from houqin.desk.actions import triage_rules
from houqin.desk.models import Category, Service, TriageRule
from houqin.flows.starter.reading import rules
from houqin.kernel.errors import NotPermitted, Refused
from houqin.kernel.flow import flow


@flow
def take_starter_rules(*, by: User) -> int:
    """How many rules are asked now; all of them may be changed afterwards.

    Raises `Refused` where there are rules already, and `NotPermitted` for who may not set up the
    catalogue.
    """
    if not may(by, "catalogue.manage"):
        raise NotPermitted(_("Only those who set up the catalogue may do this."))
    if TriageRule.objects.exists():
        raise Refused(_("There are triage rules already."))
    return add_starter_rules()


def add_starter_rules() -> int:
    """Add the rules that have something to say here, behind those there are; how many there are now.

    One that speaks of a service or category the house does not have keeps what else it says.
    """
    services = Service.objects.in_bulk(field_name="code")
    categories = Category.objects.in_bulk(field_name="code")
    for facts in rules():
        then = _then(facts, services, categories)
        if any(then.values()):
            triage_rules.add(
                code=facts["code"],
                name=facts["name"],
                name_en=facts["name_en"],
                mode=facts["mode"],
                stops=facts.get("stop", False),
                when_any=facts.get("any", []),
                when_all=facts.get("all", []),
                when_none=facts.get("none", []),
                when_unknown=facts.get("unknown", False),
                **then,
            )
    return TriageRule.objects.filter(active=True).count()


def _then(
    facts: dict[str, Any], services: dict[Any, Service], categories: dict[Any, Category]
) -> dict[str, Any]:
    return {
        "then_service": services.get(facts.get("service")),
        "then_category": categories.get(facts.get("category")),
        "then_urgency": facts.get("urgency", ""),
        "then_impact": facts.get("impact", ""),
        "then_safety": facts.get("safety", False),
    }

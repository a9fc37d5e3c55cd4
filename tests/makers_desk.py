"""Makers of the service desk: categories, services, requests in a state, as the actions leave them."""

from itertools import count
from typing import Any

from houqin.accounts.models import User
from houqin.desk.actions import progress, triage
from houqin.desk.actions.requests import Report, open_request
from houqin.desk.models import Category, Service, ServiceRequest
from houqin.work.models import Priority, ServiceStandard
from tests.makers import make_job_type, make_standard

_serial = count(1)

# Response, arrival and restoration of the shipped example; critical counts day and night.
EXAMPLE: dict[str, list[dict[str, Any]]] = {
    Priority.CRITICAL: [{"minutes": 5}, {"minutes": 15}, {"minutes": 240}],
    Priority.URGENT: [{"minutes": 15}, {"minutes": 120}, {"minutes": 1_440}],
    Priority.NORMAL: [{"minutes": 30}, {"minutes": 480}, {"working_days": 3}],
    Priority.PLANNED: [{"working_days": 1}, {}, {"working_days": 7}],
}


def make_example_standard(**facts: Any) -> ServiceStandard:
    """The standard that ships as an example, used where nothing else is named."""
    targets = [
        {"priority": priority, "kind": kind, "around_the_clock": priority == Priority.CRITICAL, **promise}
        for priority, promises in EXAMPLE.items()
        for kind, promise in zip(("response", "arrival", "resolution"), promises, strict=True)
        if promise
    ]
    return make_standard(*targets, **{"is_default": True, **facts})


def make_category(name: str = "水", **facts: Any) -> Category:
    return Category.objects.create(**{"code": f"K{next(_serial):04d}", "name": name, **facts})


def make_service(name: str = "漏水", **facts: Any) -> Service:
    """A service with a category and a job type of its own, the category's fallback."""
    facts.setdefault("category", None)
    facts.setdefault("job_type", None)
    facts["category"] = facts["category"] or make_category()
    facts["job_type"] = facts["job_type"] or make_job_type(name)
    made = Service(**{"code": f"V{next(_serial):04d}", "name": name, "is_fallback": True, **facts})
    made.set_search(made.code, made.name, made.name_en)
    made.save()
    return made


def make_request(*, by: User | None = None, **facts: Any) -> ServiceRequest:
    """A request as it comes in; `service=`, `place=`, `requester=` and so on may be objects."""
    facts.setdefault("service", None)
    if not facts["service"] and "category" not in facts:
        facts["service"] = make_service()
    for name in ("service", "category", "place", "requester", "department"):
        if facts.get(name) is not None:
            facts[f"{name}_id"] = facts[name].pk
        facts.pop(name, None)
    report = Report(**{"channel": "web", "description": "卫生间水管漏水", **facts})
    return open_request(report=report, by=by)


def accepted_request(*, by: User | None = None, **facts: Any) -> ServiceRequest:
    """A request the desk has taken on."""
    return triage.accept(request_id=make_request(**facts).pk, by=by)


def resolved_request(*, by: User | None = None, **facts: Any) -> ServiceRequest:
    """A request the desk has settled without a work order."""
    return progress.resolve(request_id=accepted_request(by=by, **facts).pk, by=by, result="已处理")


def closed_request(*, by: User | None = None, **facts: Any) -> ServiceRequest:
    """A request that was settled and accepted."""
    return progress.close(request_id=resolved_request(by=by, **facts).pk, by=by)

"""Which role may do what. One table, read by the policies, the pages, the API and the docs."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from houqin.accounts.models import Role

PERMISSIONS: dict[str, Promise] = {
    "desk.view": _("see requests"),
    "desk.triage": _("accept, correct, ask, reject and merge requests"),
    "desk.register": _("register a request for somebody else"),
    "desk.message": _("write to the requester and leave notes"),
    "desk.follow_up": _("make follow-up calls after bad ratings"),
    "intake.calls": _("report telephone calls by the API"),
    "work.view": _("see work orders"),
    "work.raise": _("raise work orders"),
    "work.dispatch": _("assign, reassign and schedule work orders"),
    "work.perform": _("accept and carry out work orders"),
    "work.verify": _("verify completed work"),
    "work.approve": _("approve work orders before dispatch"),
    "work.cancel": _("void work orders"),
    "work.amend": _("amend closed work orders"),
    "insight.view": _("see figures and reports"),
    "people.see_phones": _("see phone numbers unmasked"),
    "org.manage": _("set up places, departments, partners, calendars and QR labels"),
    "catalogue.manage": _("set up services, categories, job types and priorities"),
    "standards.manage": _("set up service standards"),
    "staffing.manage": _("set up crews, trades, licences and how people work"),
    "staffing.plan": _("plan shifts and leave"),
    "staffing.view": _("see who works when"),
    "stock.see": _("see items, what is in the stores and what moved"),
    "stock.see_value": _("see what stock is worth and what goods have cost"),
    "stock.move": _("receive, issue, return and transfer goods"),
    "stock.count": _("count stock and end counts"),
    "stock.close": _("close the months of the stores' books"),
    "stock.manage": _("set up items, units, stores and their locations"),
    "people.manage": _("invite people, give roles, end sessions"),
    "system.manage": _("see the outbox, back-ups, demonstration data and the state of the system"),
    "approvals.view": _("see all approvals"),
    "approvals.manage": _("set up who must agree, and ask somebody where nobody is left"),
    "journal.view": _("read the history of changes"),
}

_ALL_VIEWS = {"desk.view", "work.view", "insight.view"}

ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    Role.REQUESTER: frozenset(),
    Role.TECHNICIAN: frozenset(
        {"work.perform", "work.view", "desk.message", "people.see_phones", "staffing.view"}
    ),
    Role.DISPATCHER: frozenset(
        {
            "desk.view",
            "desk.triage",
            "desk.register",
            "desk.message",
            "desk.follow_up",
            "intake.calls",
            "work.view",
            "work.raise",
            "work.dispatch",
            "work.verify",
            "work.cancel",
            "people.see_phones",
            "staffing.view",
        }
    ),
    Role.CREW_LEADER: frozenset(
        {
            "work.view",
            "work.dispatch",
            "work.perform",
            "work.verify",
            "desk.message",
            "people.see_phones",
            "staffing.view",
            "staffing.plan",
        }
    ),
    Role.STOREKEEPER: frozenset(
        {"work.view", "stock.see", "stock.see_value", "stock.move", "stock.count", "stock.manage"}
    ),
    Role.ACCOUNTANT: frozenset(
        {"insight.view", "stock.see", "stock.see_value", "stock.count", "stock.close", "approvals.view"}
    ),
    Role.MANAGER: frozenset(
        {
            *_ALL_VIEWS,
            "desk.follow_up",
            "desk.message",
            "work.approve",
            "work.verify",
            "work.amend",
            "approvals.view",
            "people.see_phones",
            "staffing.view",
            "stock.see",
            "stock.see_value",
            "journal.view",
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            *_ALL_VIEWS,
            "org.manage",
            "catalogue.manage",
            "standards.manage",
            "staffing.manage",
            "staffing.plan",
            "staffing.view",
            "stock.see",
            "stock.manage",
            "people.manage",
            "system.manage",
            "approvals.view",
            "approvals.manage",
            "intake.calls",
            "people.see_phones",
            "journal.view",
        }
    ),
    Role.AUDITOR: frozenset(
        {*_ALL_VIEWS, "staffing.view", "stock.see", "stock.see_value", "approvals.view", "journal.view"}
    ),
}

# Rights that come with a crew: what such a role sees of work orders is its own crews' work.
CREW_BOUND = frozenset({Role.TECHNICIAN, Role.CREW_LEADER})

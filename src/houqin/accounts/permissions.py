"""Which role may do what. One table, read by the policies, the pages, the API and the docs."""

from houqin.accounts.models import Role

PERMISSIONS: dict[str, str] = {
    "desk.view": "see requests",
    "desk.triage": "accept, correct, ask, reject and merge requests",
    "desk.register": "register a request for somebody else",
    "desk.message": "write to the requester and leave notes",
    "desk.follow_up": "make follow-up calls after bad ratings",
    "work.view": "see work orders",
    "work.raise": "raise work orders",
    "work.dispatch": "assign, reassign and schedule work orders",
    "work.perform": "accept and carry out work orders",
    "work.verify": "verify completed work",
    "work.approve": "approve work orders before dispatch",
    "work.cancel": "void work orders",
    "work.amend": "amend closed work orders",
    "insight.view": "see figures and reports",
    "people.see_phones": "see phone numbers unmasked",
    "org.manage": "set up places, departments, partners, calendars and QR labels",
    "catalogue.manage": "set up services, categories, job types and priorities",
    "standards.manage": "set up service standards",
    "staffing.manage": "set up crews and trades",
    "people.manage": "invite people, give roles, end sessions",
    "system.manage": "see the outbox, back-ups, demonstration data and the state of the system",
    "journal.view": "read the history of changes",
}

_ALL_VIEWS = {"desk.view", "work.view", "insight.view"}

ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    Role.REQUESTER: frozenset(),
    Role.TECHNICIAN: frozenset({"work.perform", "work.view", "desk.message", "people.see_phones"}),
    Role.DISPATCHER: frozenset(
        {
            "desk.view",
            "desk.triage",
            "desk.register",
            "desk.message",
            "desk.follow_up",
            "work.view",
            "work.raise",
            "work.dispatch",
            "work.verify",
            "work.cancel",
            "people.see_phones",
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
        }
    ),
    Role.STOREKEEPER: frozenset({"work.view"}),
    Role.ACCOUNTANT: frozenset({"insight.view"}),
    Role.MANAGER: frozenset(
        {
            *_ALL_VIEWS,
            "desk.follow_up",
            "desk.message",
            "work.approve",
            "work.verify",
            "work.amend",
            "people.see_phones",
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
            "people.manage",
            "system.manage",
            "people.see_phones",
            "journal.view",
        }
    ),
    Role.AUDITOR: frozenset({*_ALL_VIEWS, "journal.view"}),
}

# Rights that come with a crew: what such a role sees of work orders is its own crews' work.
CREW_BOUND = frozenset({Role.TECHNICIAN, Role.CREW_LEADER})

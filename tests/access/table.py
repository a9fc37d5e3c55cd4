"""Who may open what: one line for each address. The expectation, written apart from the code.

`who` is PUBLIC, SIGNED_IN, STAFF (any role beyond requester), or the roles. `about` says what the
address is about: a thing that has an owner (request, order, link, follower, code, one of the people
of a crew and what is kept of them) or nothing of that kind.
"""

from dataclasses import dataclass

PUBLIC = "public"
SIGNED_IN = "signed_in"
REQUESTER, TECHNICIAN, DISPATCHER, LEADER = "requester", "technician", "dispatcher", "crew_leader"
STOREKEEPER, ACCOUNTANT, MANAGER, ADMIN, AUDITOR = (
    "storekeeper",
    "accountant",
    "manager",
    "administrator",
    "auditor",
)
STAFF = frozenset({TECHNICIAN, DISPATCHER, LEADER, STOREKEEPER, ACCOUNTANT, MANAGER, ADMIN, AUDITOR})

SEES_REQUESTS = frozenset({DISPATCHER, MANAGER, ADMIN, AUDITOR})
SEES_ORDERS = STAFF - {ACCOUNTANT}
WRITES = frozenset({DISPATCHER, MANAGER, TECHNICIAN, LEADER})
WORKS = frozenset({TECHNICIAN, LEADER})
FIGURES = frozenset({ACCOUNTANT, MANAGER, ADMIN, AUDITOR})
READS_HISTORY = frozenset({MANAGER, ADMIN, AUDITOR})
CALLS_BACK = frozenset({DISPATCHER, MANAGER})
DESK = frozenset({DISPATCHER})
SETS_UP = frozenset({ADMIN})
SEES_ROSTERS = frozenset({TECHNICIAN, DISPATCHER, LEADER, MANAGER, ADMIN, AUDITOR})
PLANS = frozenset({LEADER, ADMIN})
SEES_STOCK = frozenset({STOREKEEPER, ACCOUNTANT, MANAGER, ADMIN, AUDITOR})
SEES_STOCK_VALUE = SEES_STOCK - {ADMIN}
KEEPS = frozenset({STOREKEEPER})
COUNTS = frozenset({STOREKEEPER, ACCOUNTANT})

Who = str | frozenset[str]


@dataclass(frozen=True)
class Page:
    """What is expected of one address."""

    who: Who
    about: str = ""


def _all(who: Who, names: str, about: str = "") -> dict[str, Page]:
    return {name: Page(who, about) for name in names.split()}


PAGES: dict[str, Page] = {
    **_all(PUBLIC, "home public:report public:places accounts:welcome accounts:link accounts:open_link"),
    **_all(PUBLIC, "account_login account_logout account_reset_password mfa_authenticate set_language"),
    **_all(PUBLIC, "ui:preferences accounts:restore accounts:restoring"),
    **_all(PUBLIC, "public:scan", "code"),
    **_all(PUBLIC, "public:track public:file public:act", "link"),
    **_all(PUBLIC, "public:known"),
    **_all(PUBLIC, "public:following public:following_file public:following_act", "follower"),
    **_all(
        SIGNED_IN, "public:mine accounts:me accounts:mail accounts:end_session accounts:end_other_sessions"
    ),
    **_all(SIGNED_IN, "account_reauthenticate account_change_password mfa_index mfa_reauthenticate"),
    **_all(
        SIGNED_IN, "mfa_activate_totp mfa_deactivate_totp mfa_view_recovery_codes mfa_generate_recovery_codes"
    ),
    **_all(STAFF, "accounts:make_token accounts:revoke_token exports:start exports:ready exports:file"),
    **_all(WORKS, "jobs:today jobs:offers jobs:scan jobs:duty"),
    **_all(
        WORKS,
        "jobs:hold jobs:complete jobs:send_back jobs:helper jobs:write jobs:checklist jobs:time "
        "jobs:act jobs:part_plan jobs:part_take jobs:part_return jobs:part_drop",
        "order",
    ),
    **_all(SEES_ORDERS, "jobs:job jobs:file jobs:parts", "order"),
    **_all(SEES_REQUESTS, "desk:queue"),
    **_all(SEES_REQUESTS, "desk:panel", "request"),
    **_all(SEES_REQUESTS | WRITES, "desk:request desk:file desk:step", "request"),
    **_all(WRITES, "desk:write", "request"),
    **_all(DESK | {LEADER}, "desk:dispatch", "request"),
    **_all(DESK, "desk:phone desk:phone_caller desk:phone_about desk:phone_known desk:phone_ringing"),
    **_all(DESK, "desk:phone_lines desk:places work:new"),
    **_all(DESK, "desk:phone_known_too", "request"),
    **_all(DESK, "desk:phone_take desk:phone_nothing desk:call_back", "call"),
    **_all(SEES_REQUESTS, "desk:calls"),
    **_all(DESK | SETS_UP, "desk:calls_refused"),
    **_all(CALLS_BACK, "desk:follow_ups desk:follow_up"),
    **_all(SEES_ORDERS, "work:orders"),
    **_all(SEES_ORDERS, "work:order work:slip work:file work:step", "order"),
    **_all(FIGURES, "insight:overview insight:export insight:waiting insight:waiting_export"),
    **_all(FIGURES, "insight:replay insight:replay_standard insight:count"),
    **_all(FIGURES & SEES_REQUESTS, "insight:ratings insight:waiting_requests insight:replay_requests"),
    **_all(DESK, "desk:proposals", "request"),
    **_all(FIGURES, "insight:triage"),
    **_all(SETS_UP, "setup:triage setup:triage_new setup:triage_rule setup:triage_try setup:triage_past"),
    **_all(SETS_UP, "setup:triage_move setup:triage_delete setup:triage_starter"),
    **_all(
        SETS_UP,
        "setup:start setup:organisation setup:matrix setup:standards setup:standard_new setup:standard",
    ),
    **_all(SETS_UP, "setup:dispatch"),
    **_all(READS_HISTORY | KEEPS, "setup:start"),
    **_all(SETS_UP, "setup:register setup:new setup:edit setup:delete"),
    **_all(
        SETS_UP,
        "setup:approval_rules setup:approval_rule_new setup:approval_rule setup:approval_starter",
    ),
    **_all(SETS_UP | KEEPS, "storeroom:items storeroom:item_new storeroom:stores storeroom:store_new"),
    **_all(SETS_UP | KEEPS, "storeroom:levels storeroom:level_new storeroom:labels storeroom:labels_print"),
    **_all(SETS_UP | KEEPS, "storeroom:item storeroom:packing_set storeroom:packing_drop", "item"),
    **_all(SETS_UP | KEEPS, "storeroom:barcode_add storeroom:barcode_drop", "item"),
    **_all(SETS_UP | KEEPS, "storeroom:store storeroom:locations_new", "store"),
    **_all(SETS_UP | KEEPS, "storeroom:location", "shelf"),
    **_all(SETS_UP | KEEPS, "storeroom:level storeroom:level_drop", "level"),
    **_all(
        SETS_UP, "setup:people setup:person_new setup:person setup:give_role setup:withdraw_role setup:invite"
    ),
    **_all(SETS_UP, "setup:end_account setup:reopen_account setup:end_sessions setup:set_crews"),
    **_all(PLANS, "setup:import setup:import_template", "import"),
    **_all(PLANS, "setup:import_preview setup:import_wrong"),
    **_all(SETS_UP, "setup:places setup:place_new setup:place setup:places_inside setup:place_new_in"),
    **_all(SETS_UP, "setup:place_move setup:place_fill setup:place_out setup:place_in"),
    **_all(SETS_UP, "setup:qr setup:qr_make setup:qr_blank setup:qr_print setup:qr_label setup:qr_unlink"),
    **_all(SETS_UP, "setup:qr_retire ui:gallery"),
    **_all(
        SETS_UP,
        "setup:holidays setup:holiday_year setup:holiday_fill setup:holiday_confirm setup:holiday_day",
    ),
    **_all(SETS_UP, "setup:holiday_clear setup:holiday_file setup:holiday_take"),
    **_all(SETS_UP, "setup:outbox setup:mail setup:mail_again setup:system setup:back_up setup:backup"),
    **_all(SETS_UP, "setup:letters setup:letter_page setup:mail_page setup:returns setup:returning"),
    **_all(SETS_UP, "setup:return_rule setup:lift"),
    **_all(SETS_UP, "setup:demonstration setup:take_catalogue setup:roles"),
    **_all(DESK | SETS_UP, "setup:intake setup:intake_message setup:intake_raw setup:intake_again"),
    **_all(READS_HISTORY, "setup:history"),
    **_all(SEES_ROSTERS, "staffing:week staffing:licences"),
    **_all(SEES_ROSTERS, "staffing:person", "staff"),
    **_all(PLANS, "staffing:pattern staffing:copy staffing:clear"),
    **_all(PLANS, "staffing:day staffing:rest staffing:duty staffing:leave_new", "staff"),
    **_all(PLANS, "staffing:remove_shift", "shift"),
    **_all(PLANS, "staffing:leave staffing:leave_cancel", "leave"),
    **_all(SETS_UP, "staffing:licence_new staffing:terms staffing:add_place staffing:remove_place", "staff"),
    **_all(SETS_UP, "staffing:licence staffing:licence_renew staffing:licence_end", "licence"),
    **_all(SETS_UP, "staffing:licence_strike", "licence"),
    **_all(SIGNED_IN, "approvals:inbox approvals:approval approvals:step approvals:away approvals:away_end"),
    **_all(SEES_STOCK, "stores:home stores:stock stores:expiring stores:documents"),
    **_all(SEES_STOCK, "stores:item", "item"),
    **_all(SEES_STOCK_VALUE, "stores:balance stores:consumption"),
    **_all(SEES_STOCK_VALUE, "stores:layer", "layer"),
    **_all(SEES_STOCK, "stores:document stores:slip stores:slip_pdf", "stock document"),
    **_all(KEEPS, "stores:reverse", "stock document"),
    **_all(SEES_STOCK_VALUE, "stores:months"),
    **_all(SEES_STOCK_VALUE, "stores:month", "month"),
    **_all(frozenset({ACCOUNTANT}), "stores:month_step", "month"),
    **_all(SEES_STOCK, "stores:lot", "lot"),
    **_all(KEEPS, "stores:lot_step", "lot"),
    **_all(KEEPS, "stores:write_off", "item"),
    **_all(SEES_STOCK, "stores:counts"),
    **_all(COUNTS, "stores:count_new"),
    **_all(SEES_STOCK, "stores:count stores:count_sheet", "count"),
    **_all(COUNTS, "stores:counting stores:count_finish stores:count_cancel stores:count_line", "count"),
    **_all(KEEPS, "stores:receive stores:put_away stores:issue stores:return stores:transfer"),
    **_all(SIGNED_IN, "notify:inbox notify:follow notify:read_all search:find"),
}

EXEMPT: dict[str, str] = {}
"""Addresses without a line, each with its reason; at most ten."""

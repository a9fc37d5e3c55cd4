"""Which right each operation asks for: one table, read by the routes, the access tests and the docs.

`SIGNED_IN` means any valid token, `STAFF` any role beyond requester; of several rights one is
enough. Whether the person may do it with this very object is asked of the domain's policy.
"""

from houqin.accounts import policies
from houqin.accounts.models import User
from houqin.accounts.permissions import PERMISSIONS

SIGNED_IN = "signed_in"
STAFF = "staff"

_WORK = ("work.perform", "work.dispatch")
_TRIAGE = ("desk.triage",)
_RULES = ("catalogue.manage", "desk.triage")
_CREWS = ("work.view", "staffing.manage")

NEEDS: dict[str, tuple[str, ...]] = {
    # requests
    "list_requests": (SIGNED_IN,),
    "get_request": (SIGNED_IN,),
    "create_request": (SIGNED_IN,),
    "get_request_timeline": (SIGNED_IN,),
    "add_request_attachment": (SIGNED_IN,),
    "get_request_attachment": (SIGNED_IN,),
    "accept_request": _TRIAGE,
    "correct_request": _TRIAGE,
    "ask_requester": _TRIAGE,
    "answer_question": (SIGNED_IN,),
    "reject_request": _TRIAGE,
    "merge_request": _TRIAGE,
    "promise_request": _TRIAGE,
    "resolve_request": _TRIAGE,
    "withdraw_request": (SIGNED_IN,),
    "chase_request": (SIGNED_IN,),
    "write_request_message": (SIGNED_IN,),
    "write_request_note": ("desk.message",),
    "accept_request_result": (SIGNED_IN,),
    "refuse_request_result": (SIGNED_IN,),
    "reopen_request": (SIGNED_IN,),
    "rate_request": (SIGNED_IN,),
    # known faults
    "list_similar_requests": (SIGNED_IN,),
    "follow_request": (SIGNED_IN,),
    "list_following": (SIGNED_IN,),
    "write_as_a_follower": (SIGNED_IN,),
    "rate_as_a_follower": (SIGNED_IN,),
    "leave_followed": (SIGNED_IN,),
    "list_followers": ("desk.view",),
    # work orders
    "list_work_orders": ("work.view",),
    "get_work_order": ("work.view",),
    "create_work_order": ("work.raise",),
    "get_work_order_timeline": ("work.view",),
    "list_candidates": ("work.dispatch", "insight.view"),
    "list_decisions": ("work.dispatch", "insight.view"),
    "list_work_order_steps": ("work.view",),
    "answer_work_order_steps": _WORK,
    "list_time_entries": ("work.view",),
    "enter_time": _WORK,
    "correct_time": _WORK,
    "remove_time": _WORK,
    "begin_time": ("work.perform",),
    "end_time": ("work.perform",),
    "add_work_order_attachment": _WORK,
    "get_work_order_attachment": ("work.view",),
    "write_work_order_note": _WORK,
    "add_work_order_helper": _WORK,
    "remove_work_order_helper": _WORK,
    "submit_work_order": ("work.dispatch",),
    "approve_work_order": ("work.approve",),
    "refuse_work_order_approval": ("work.approve",),
    "assign_work_order": ("work.dispatch",),
    "schedule_work_order": ("work.dispatch",),
    "claim_work_order": ("work.perform",),
    "accept_work_order": _WORK,
    "arrive_at_work_order": _WORK,
    "start_work_order": _WORK,
    "hold_work_order": _WORK,
    "resume_work_order": _WORK,
    "send_back_work_order": _WORK,
    "complete_work_order": _WORK,
    "verify_work_order": ("work.verify",),
    "reject_work_order": ("work.verify",),
    "cancel_work_order": ("work.cancel",),
    "amend_work_order": ("work.amend",),
    # places
    "list_places": (SIGNED_IN,),
    "get_place_tree": (SIGNED_IN,),
    "get_place": (SIGNED_IN,),
    "create_place": ("org.manage",),
    "change_place": ("org.manage",),
    "move_place": ("org.manage",),
    # people
    "list_people": (SIGNED_IN,),
    "get_person": (SIGNED_IN,),
    "create_person": ("people.manage",),
    "change_person": ("people.manage",),
    "deactivate_person": ("people.manage",),
    "reactivate_person": ("people.manage",),
    "invite_person": ("people.manage",),
    "give_role": ("people.manage",),
    "withdraw_role": ("people.manage",),
    # crews and trades
    "list_crews": _CREWS,
    "get_crew": _CREWS,
    "create_crew": ("staffing.manage",),
    "change_crew": ("staffing.manage",),
    "join_crew": ("staffing.manage",),
    "leave_crew": ("staffing.manage",),
    "list_trades": (STAFF,),
    "create_trade": ("staffing.manage",),
    # shifts, leave, licences, terms
    "list_shifts": ("staffing.view",),
    "plan_shift": ("staffing.plan",),
    "remove_shift": ("staffing.plan",),
    "list_absences": ("staffing.view",),
    "enter_absence": ("staffing.plan",),
    "cancel_absence": ("staffing.plan",),
    "list_licences": ("staffing.view",),
    "grant_licence": ("staffing.manage",),
    "get_terms": ("staffing.view",),
    "set_terms": ("staffing.manage",),
    "turn_duty": ("work.perform", "staffing.plan"),
    # services
    "list_categories": (SIGNED_IN,),
    "get_category": (SIGNED_IN,),
    "create_category": ("catalogue.manage",),
    "change_category": ("catalogue.manage",),
    "list_services": (SIGNED_IN,),
    "get_service": (SIGNED_IN,),
    "create_service": ("catalogue.manage",),
    "change_service": ("catalogue.manage",),
    "list_job_types": (STAFF,),
    "get_job_type": (STAFF,),
    "create_job_type": ("catalogue.manage",),
    "change_job_type": ("catalogue.manage",),
    "list_failure_codes": (STAFF,),
    # calendars
    "list_calendars": (STAFF,),
    "get_calendar": (STAFF,),
    "create_calendar": ("org.manage",),
    "change_calendar": ("org.manage",),
    "list_calendar_days": (STAFF,),
    "set_calendar_day": ("org.manage",),
    "clear_calendar_day": ("org.manage",),
    "get_holidays": (STAFF,),
    "fill_holidays": ("org.manage",),
    "confirm_holidays": ("org.manage",),
    # standards
    "list_standards": (STAFF,),
    "get_standard": (STAFF,),
    "create_standard": ("standards.manage",),
    "change_standard": ("standards.manage",),
    # triage rules
    "list_triage_rules": _RULES,
    "try_triage_rules": _RULES,
    # mail that came in
    "list_inbound_messages": ("system.manage", "desk.triage"),
    # telephone calls
    "report_call": ("intake.calls",),
    "list_calls": ("desk.view",),
    # stores
    "list_warehouses": ("stock.see",),
    "list_items": ("stock.see",),
    "get_item": ("stock.see",),
    "list_lots": ("stock.see",),
    "get_lot": ("stock.see",),
    "list_stock": ("stock.see",),
    "list_stock_balances": ("stock.see",),
    "list_stock_documents": ("stock.see",),
    "get_stock_document": ("stock.see",),
    "receive_stock": ("stock.move",),
    "issue_stock": ("stock.move",),
    "return_stock": ("stock.move",),
    "transfer_stock": ("stock.move",),
    "write_off_stock": ("stock.move",),
    "reverse_stock_document": ("stock.move",),
    "list_counts": ("stock.see",),
    "get_count": ("stock.see",),
    "write_count_figure": ("stock.count",),
    "list_cost_entries": ("stock.see_value",),
    # the rest
    "create_attachment": (SIGNED_IN,),
    "get_attachment": (SIGNED_IN,),
    "list_tokens": (SIGNED_IN,),
    "create_token": (SIGNED_IN,),
    "revoke_token": (SIGNED_IN,),
    "get_service_levels": ("insight.view",),
    "get_time_owners": ("insight.view",),
}

SCOPED = {"report_call": "calls"}
"""Operations that a token of just that scope may use, too."""

WRITES_NOTHING = frozenset({"try_triage_rules"})
"""Operations that are asked by POST and only read: a token without the scope `write` may call them."""

UNDIVIDED = frozenset({"people.manage", "system.manage"})
"""Rights that count only where they hold everywhere: who gives roles could give themselves the whole."""


def may_call(user: User, operation: str) -> bool:
    """Tell whether the person holds anywhere what the operation asks for."""
    needed = NEEDS[operation]
    if SIGNED_IN in needed:
        return True
    if STAFF in needed and policies.is_staff(user):
        return True
    return any(_holds(user, permission) for permission in needed if permission in PERMISSIONS)


def _holds(user: User, permission: str) -> bool:
    if permission in UNDIVIDED:
        return policies.scope(user, permission).everywhere
    return policies.may(user, permission)

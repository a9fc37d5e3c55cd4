"""Who must agree: rules, what was asked, its steps and seats, and who stands in for whom."""

from houqin.approvals.models.asked import (
    APPROVAL_MOVES,
    SEAT_MOVES,
    STEP_MOVES,
    Approval,
    ApprovalEvent,
    ApprovalSeat,
    ApprovalStatus,
    ApprovalStep,
    SeatStatus,
    StepStatus,
)
from houqin.approvals.models.rules import ApprovalRule, Delegation, Mode

__all__ = [
    "APPROVAL_MOVES",
    "SEAT_MOVES",
    "STEP_MOVES",
    "Approval",
    "ApprovalEvent",
    "ApprovalRule",
    "ApprovalSeat",
    "ApprovalStatus",
    "ApprovalStep",
    "Delegation",
    "Mode",
    "SeatStatus",
    "StepStatus",
]

"""What comes in from outside: mail as it came, and telephone calls."""

from houqin.intake.models.calls import (
    CALL_MOVES,
    CHANNEL,
    Call,
    CallEvent,
    CallOutcome,
    CallStatus,
    Direction,
    MutedLine,
    PhoneLine,
    RefusedCallReport,
)
from houqin.intake.models.inbound import TIED, InboundMessage, Outcome, Via

__all__ = [
    "CALL_MOVES",
    "CHANNEL",
    "TIED",
    "Call",
    "CallEvent",
    "CallOutcome",
    "CallStatus",
    "Direction",
    "InboundMessage",
    "MutedLine",
    "Outcome",
    "PhoneLine",
    "RefusedCallReport",
    "Via",
]

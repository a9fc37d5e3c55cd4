"""The service desk: what people may ask for, what they asked, what was said and how it was rated."""

from houqin.desk.models.catalogue import Category, Impact, PriorityRule, Service, Urgency
from houqin.desk.models.following import Follower, KnownFaultRules
from houqin.desk.models.records import (
    FollowUp,
    Message,
    Rating,
    RequestAttachment,
    RequestEvent,
    RequestOrder,
)
from houqin.desk.models.requests import (
    REQUEST_MOVES,
    Channel,
    RequestStatus,
    ServiceRequest,
)
from houqin.desk.models.triage import (
    ContactKind,
    ProposalField,
    RuleHours,
    RuleMode,
    TriageProposal,
    TriageRule,
    Verdict,
)

__all__ = [
    "REQUEST_MOVES",
    "Category",
    "Channel",
    "ContactKind",
    "FollowUp",
    "Follower",
    "Impact",
    "KnownFaultRules",
    "Message",
    "PriorityRule",
    "ProposalField",
    "Rating",
    "RequestAttachment",
    "RequestEvent",
    "RequestOrder",
    "RequestStatus",
    "RuleHours",
    "RuleMode",
    "Service",
    "ServiceRequest",
    "TriageProposal",
    "TriageRule",
    "Urgency",
    "Verdict",
]

"""The service desk: what people may ask for, what they asked, what was said and how it was rated."""

from houqin.desk.models.catalogue import Category, Impact, PriorityRule, Service, Urgency
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

__all__ = [
    "REQUEST_MOVES",
    "Category",
    "Channel",
    "FollowUp",
    "Impact",
    "Message",
    "PriorityRule",
    "Rating",
    "RequestAttachment",
    "RequestEvent",
    "RequestOrder",
    "RequestStatus",
    "Service",
    "ServiceRequest",
    "Urgency",
]

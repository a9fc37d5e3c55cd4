"""The unit of execution: job types, service standards and work orders."""

from houqin.work.models.dispatch import DispatchDecision, DispatchRules, Offer, RotationTurn
from houqin.work.models.orders import (
    WORK_ORDER_MOVES,
    HoldReason,
    OrderResult,
    WorkOrder,
    WorkOrderStatus,
)
from houqin.work.models.partners import PartnerClock, PartnerStandard
from houqin.work.models.parts import OrderPart
from houqin.work.models.records import (
    OrderAttachment,
    OrderEvent,
    OrderStep,
    OrderWorker,
    TimeEntry,
)
from houqin.work.models.standards import (
    Alarm,
    EscalationLevel,
    Priority,
    ServiceStandard,
    StandardTarget,
    TargetKind,
)
from houqin.work.models.types import (
    BY_RULE,
    DispatchMode,
    FailureCode,
    JobLicence,
    JobType,
    WorkKind,
)

__all__ = [
    "BY_RULE",
    "WORK_ORDER_MOVES",
    "Alarm",
    "DispatchDecision",
    "DispatchMode",
    "DispatchRules",
    "EscalationLevel",
    "FailureCode",
    "HoldReason",
    "JobLicence",
    "JobType",
    "Offer",
    "OrderAttachment",
    "OrderEvent",
    "OrderPart",
    "OrderResult",
    "OrderStep",
    "OrderWorker",
    "PartnerClock",
    "PartnerStandard",
    "Priority",
    "RotationTurn",
    "ServiceStandard",
    "StandardTarget",
    "TargetKind",
    "TimeEntry",
    "WorkKind",
    "WorkOrder",
    "WorkOrderStatus",
]

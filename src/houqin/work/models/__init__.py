"""The unit of execution: job types, service standards and work orders."""

from houqin.work.models.orders import (
    WORK_ORDER_MOVES,
    HoldReason,
    OrderResult,
    WorkOrder,
    WorkOrderStatus,
)
from houqin.work.models.partners import PartnerClock, PartnerStandard
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
from houqin.work.models.types import FailureCode, JobType, WorkKind

__all__ = [
    "WORK_ORDER_MOVES",
    "Alarm",
    "EscalationLevel",
    "FailureCode",
    "HoldReason",
    "JobType",
    "OrderAttachment",
    "OrderEvent",
    "OrderResult",
    "OrderStep",
    "OrderWorker",
    "PartnerClock",
    "PartnerStandard",
    "Priority",
    "ServiceStandard",
    "StandardTarget",
    "TargetKind",
    "TimeEntry",
    "WorkKind",
    "WorkOrder",
    "WorkOrderStatus",
]

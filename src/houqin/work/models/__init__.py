"""The unit of execution: job types, service standards and work orders."""

from houqin.work.models.orders import (
    WORK_ORDER_MOVES,
    HoldReason,
    OrderResult,
    WorkOrder,
    WorkOrderStatus,
)
from houqin.work.models.records import (
    OrderAttachment,
    OrderEvent,
    OrderStep,
    OrderWorker,
    TimeEntry,
)
from houqin.work.models.standards import (
    Alarm,
    Priority,
    ServiceStandard,
    StandardTarget,
    TargetKind,
)
from houqin.work.models.types import FailureCode, JobType, WorkKind

__all__ = [
    "WORK_ORDER_MOVES",
    "Alarm",
    "FailureCode",
    "HoldReason",
    "JobType",
    "OrderAttachment",
    "OrderEvent",
    "OrderResult",
    "OrderStep",
    "OrderWorker",
    "Priority",
    "ServiceStandard",
    "StandardTarget",
    "TargetKind",
    "TimeEntry",
    "WorkKind",
    "WorkOrder",
    "WorkOrderStatus",
]

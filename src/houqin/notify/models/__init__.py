"""Messages to people: notices inside houqin and mail."""

from houqin.notify.models.messages import Notice, OutMail
from houqin.notify.models.preferences import Unwanted
from houqin.notify.models.returns import ReturnedMail, ReturningAddress, ReturnRule

__all__ = ["Notice", "OutMail", "ReturnRule", "ReturnedMail", "ReturningAddress", "Unwanted"]

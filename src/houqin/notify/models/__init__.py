"""Messages to people: notices inside houqin and mail."""

from houqin.notify.models.messages import Notice, OutMail
from houqin.notify.models.preferences import Unwanted

__all__ = ["Notice", "OutMail", "Unwanted"]

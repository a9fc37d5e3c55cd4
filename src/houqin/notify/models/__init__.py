"""Messages to people: notices inside houqin and mail."""

from houqin.notify.models.messages import Notice, OutMail

__all__ = ["Notice", "OutMail"]

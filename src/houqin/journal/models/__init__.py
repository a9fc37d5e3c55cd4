"""What happened, the numbers handed out, and answers kept for repeated calls."""

from houqin.journal.models.events import EventBase
from houqin.journal.models.history import History
from houqin.journal.models.idempotency import StoredAnswer
from houqin.journal.models.numbers import NumberCounter

__all__ = ["EventBase", "History", "NumberCounter", "StoredAnswer"]

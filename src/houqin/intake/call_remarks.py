"""What was odd about a telephone call: a sentence for each code, in the language in force."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WITHHELD = "withheld"
UNREADABLE = "unreadable"
UNKNOWN_QUEUE = "unknown_queue"
NO_QUEUE = "no_queue"
NO_RINGING = "no_ringing"
CLOCK_OFF = "clock_off"
REVERSED = "reversed"
NO_END = "no_end"

REMARKS: dict[str, Promise] = {
    WITHHELD: _("The caller's number is not shown."),
    UNREADABLE: _("What came as the number is none; it is kept as it came."),
    UNKNOWN_QUEUE: _("No line has this name; the call rings for everybody who answers for the whole."),
    NO_QUEUE: _("The report names no line; the call rings for everybody who answers for the whole."),
    NO_RINGING: _("Nothing was told of its ringing before."),
    CLOCK_OFF: _("The clock of the telephone system is ahead of ours; our time was taken."),
    REVERSED: _("By the times told it was over before it began; it is taken to have no length."),
    NO_END: _("Nothing was told of its end; it was ended here."),
}


def worded(code: str) -> str:
    """The sentence of a code; the code itself where a later release gave it."""
    return str(REMARKS.get(code, code))

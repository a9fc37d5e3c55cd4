"""Why a mail became what it became: a sentence for each code, in the language in force."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

REASONS: dict[str, Promise] = {
    "seen_before": _("The same mail came in before."),
    "own_mail": _("It is mail of our own (%(sign)s)."),
    "automatic": _("A machine wrote it (%(sign)s), and it belongs to no request."),
    "automatic_note": _("A machine wrote it (%(sign)s); it is kept as a note."),
    "undelivered": _("It reports mail that was not delivered (%(sign)s), and it belongs to no request."),
    "undelivered_note": _("It reports that our mail was not delivered (%(sign)s); it is kept as a note."),
    "answer": _("An answer of the requester (%(how)s)."),
    "answer_to_merged": _("An answer on %(about)s, which goes on as %(number)s."),
    "answer_of_follower": _("An answer of somebody who follows %(number)s (%(how)s)."),
    "same_text_again": _("The same text as in the mail before it; kept as a message."),
    "staff_answer": _("An answer of %(person)s to the requester (%(how)s)."),
    "staff_unproven": _("It names %(person)s as sender but does not answer a mail to them; kept as a note."),
    "staff_on_order": _("An answer of %(person)s on work order %(about)s; kept as a note."),
    "new": _("A new report."),
    "new_of_stranger": _("It refers to %(about)s, but its sender does not belong to that request."),
    "new_forged": _("The signature in the address it was sent to is false."),
    "new_of_other": _("It refers to a request of another installation."),
    "new_order_alone": _("It refers to work order %(about)s, which no request stands behind."),
    "storm": _("This sender wrote more than %(most)s mails in one thread within an hour."),
    "too_large": _("The mail has %(size)s MB; at most %(most)s MB are taken."),
    "no_sender": _("It names no sender to whom an answer could go."),
    "empty": _("It says nothing and holds no file that can be kept."),
    "unreadable": _("It could not be read."),
    "refused": _("A rule refused it: %(sentence)s"),
    "failed": _("It could not be dealt with after %(tries)s tries; the log tells why."),
}

SIGNS: dict[str, Promise] = {
    "Subject": pgettext_lazy("sign of a mail", "subject line"),
    "From": pgettext_lazy("sign of a mail", "sender"),
    "References": pgettext_lazy("sign of a mail", "thread"),
    "In-Reply-To": pgettext_lazy("sign of a mail", "answers our mail"),
    "address": pgettext_lazy("sign of a mail", "signed address"),
    "subject": pgettext_lazy("sign of a mail", "number in the subject"),
    "report": pgettext_lazy("sign of a mail", "report on delivery"),
}
"""Signs in words; other headers are named as they are."""

HELD_BACK: dict[str, Promise] = {
    "tnef": _("wrapped by Outlook (winmail.dat)"),
    "file_not_accepted": _("not an accepted kind of file"),
    "file_too_large": _("too large"),
    "too_many": _("too many files"),
    "empty": _("empty"),
    "invalid": _("damaged or empty"),
}

FAULTS: dict[str, Promise] = {
    "unreadable": _("Its parts cannot be told apart; only its head was read."),
    "no_head": _("Not even its head could be read."),
    "no_from": _("It names no sender."),
    "no_date": _("It has no date, or none that can be read."),
    "no_id": _("It has no Message-ID."),
    "too_deep": _("Its parts are nested very deep."),
    "too_many_parts": _("It has very many parts; the last ones were not looked into and are in its source."),
}
"""What was wrong with the mail itself."""


def worded(code: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence of a reason; the code itself where a later release gave it."""
    sentence = REASONS.get(code)
    if sentence is None:
        return code
    known: defaultdict[str, Any] = defaultdict(lambda: pgettext("left out", "–"))
    known.update(facts)
    for name in ("sign", "how"):
        known[name] = SIGNS.get(str(facts.get(name)), known[name])
    return str(sentence) % known


def held_back(code: str) -> str:
    """Return why a file was held back."""
    return str(HELD_BACK.get(code, code))


def faulty(codes: Iterable[str]) -> list[str]:
    """Return a sentence for each thing that was wrong with a mail."""
    return [str(FAULTS.get(code.partition(":")[0], code)) for code in codes]

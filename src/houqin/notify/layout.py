"""A stored mail as it goes out: its plain text and its page, both with the same foot.

The foot is written when the mail is sent, with the name and the telephone of that day.
"""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from django.conf import settings
from django.template import Context, Engine
from django.utils import translation
from django.utils.translation import gettext as _

from houqin.notify.kinds import KINDS
from houqin.notify.letters import Part, chosen_language, preheader
from houqin.notify.models import OutMail
from houqin.notify.origin import is_number, service_address
from houqin.org.models import Organisation

PREFERENCES = "/accounts/me/"


@dataclass(frozen=True)
class Written:
    """A mail's two readings; without parts, as older mails are, it has no page."""

    text: str
    page: str


def written_out(mail: OutMail, house: Organisation) -> Written:
    """Return a mail in its own language as it is sent: all words escaped, nothing loaded from anywhere."""
    language = chosen_language(mail.language)
    with translation.override(language):
        foot = _foot(mail, house)
        page = _page(mail, house, foot, language) if mail.parts else ""
    told = [f"{words}\n{link}" if link else words for words, link in foot]
    return Written("\n".join([f"{mail.text.rstrip()}\n", "-- ", *told, ""]), page)


def preferences_link(mail: OutMail) -> str:
    """Return where the reader chooses to get no such mail; empty where there is no choice."""
    kind = KINDS.get(mail.kind)
    if kind is None or mail.recipient_id is None or not (kind.mail and kind.in_app):
        return ""
    return f"{settings.PUBLIC_URL}{PREFERENCES}"


def _foot(mail: OutMail, house: Organisation) -> list[tuple[str, str]]:
    """Lines of the foot, each with its link or without one."""
    found: list[tuple[str, str]] = []
    if service_address() and is_number(mail.about):
        found.append((_("Answer this mail to add to %(number)s.") % {"number": mail.about}, ""))
    if house.emergency_phone:
        phone = {"phone": house.emergency_phone}
        found.append((f"{house} · {_('Urgent %(phone)s') % phone}", ""))
    else:
        found.append((str(house), ""))
    if link := preferences_link(mail):
        found.append((_("Choose which messages come by mail"), link))
    return found


def _page(mail: OutMail, house: Organisation, foot: list[tuple[str, str]], language: str) -> str:
    parts = [Part(*one) for one in mail.parts]
    groups = [{"mark": mark, "parts": list(run)} for mark, run in groupby(parts, attrgetter("mark"))]
    facts = {
        "lang": "en" if language == "en" else "zh-Hans",
        "subject": mail.subject,
        "about": mail.about if is_number(mail.about) else "",
        "preheader": preheader(tuple(parts)),
        "house": str(house),
        "groups": groups,
        "foot": foot,
    }
    return _ENGINE.get_template("page.html").render(Context(facts))


_ENGINE = Engine(
    dirs=[str(Path(__file__).parent / "templates" / "notify")],
    libraries={"i18n": "django.templatetags.i18n"},
    debug=False,
)

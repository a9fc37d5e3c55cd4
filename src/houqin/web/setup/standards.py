"""What the set-up pages do beyond showing a form: the start page's groups, and saving a standard."""

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.accounts import policies
from houqin.flows.refresh_clocks import refresh_open
from houqin.web.setup.forms import StandardForm, TargetForm
from houqin.web.setup.levels import LevelForms
from houqin.web.setup.reach import UNDIVIDED
from houqin.web.setup.registers import REGISTERS
from houqin.work.actions.catalogue import set_levels
from houqin.work.models import ServiceStandard, StandardTarget
from houqin.work.models.standards import default_pausing

Text = str | Promise


@dataclass(frozen=True)
class Link:
    """One page of the set-up."""

    permission: str
    url: str
    icon: str
    title: Text
    about: Text


def _pages() -> list[tuple[Text, list[Link]]]:
    def page(permission: str, name: str, icon: str, title: Text, about: Text) -> Link:
        return Link(permission, reverse(name if ":" in name else f"setup:{name}"), icon, title, about)

    def register(key: str) -> Link:
        found = REGISTERS[key]
        return Link(
            found.permission, reverse("setup:register", args=[key]), found.icon, found.many, found.about
        )

    return [
        (
            _("Organisation and places"),
            [
                page(
                    "org.manage",
                    "organisation",
                    "building",
                    _("Organisation"),
                    _("Name, emergency phone, rules."),
                ),
                page(
                    "org.manage",
                    "places",
                    "map-pin",
                    _("Places"),
                    _("Sites, buildings, floors and rooms; import from Excel."),
                ),
                page("org.manage", "qr", "qrcode", _("QR labels"), _("Make, print, link and retire labels.")),
                register("departments"),
                register("partners"),
                register("phone-lines"),
                register("calendars"),
                page(
                    "org.manage",
                    "holidays",
                    "calendar-event",
                    _("Public holidays"),
                    _("Holidays and make-up workdays by year."),
                ),
            ],
        ),
        (
            _("Services and standards"),
            [
                register("categories"),
                register("services"),
                register("job-types"),
                register("failure-codes"),
                page(
                    "catalogue.manage",
                    "matrix",
                    "grid-dots",
                    _("Priority matrix"),
                    _("Which priority follows from urgency and impact."),
                ),
                page(
                    "catalogue.manage",
                    "triage",
                    "list-check",
                    _("Triage rules"),
                    _("What a report probably is, by its words, its door, its place and its time."),
                ),
                page(
                    "catalogue.manage",
                    "dispatch",
                    "user-share",
                    pgettext_lazy("setup", "Dispatch"),
                    _("How long offers stand, and what counts for the best score."),
                ),
                page(
                    "standards.manage",
                    "standards",
                    "clock",
                    _("Service standards"),
                    _("What is promised for each priority, and who is told when it is not kept."),
                ),
                register("partner-standards"),
                register("labour-rates"),
            ],
        ),
        (
            _("People"),
            [
                page(
                    "people.manage",
                    "people",
                    "users",
                    _("People and roles"),
                    _("Invite, give roles, reset passwords; import from Excel."),
                ),
                register("crews"),
                register("trades"),
                register("licences"),
                register("shifts"),
            ],
        ),
        (
            pgettext_lazy("chapter", "Stores"),
            [
                page(
                    "stock.manage",
                    "storeroom:items",
                    "packages",
                    _("Items"),
                    _("What the stores keep, its packings and barcodes; import from Excel."),
                ),
                register("item-categories"),
                register("units"),
                page(
                    "stock.manage",
                    "storeroom:stores",
                    "building-warehouse",
                    pgettext_lazy("set-up", "Stores and locations"),
                    _("Stores, sub-stores and their shelves; opening stock from Excel."),
                ),
                page(
                    "stock.manage",
                    "storeroom:levels",
                    "arrow-bar-to-down",
                    _("Minimum and order"),
                    _("How much of an item a store should have, and when it is ordered again."),
                ),
                page(
                    "stock.manage",
                    "storeroom:labels",
                    "qrcode",
                    pgettext_lazy("stores", "Labels"),
                    _("QR labels for items, lots and locations, which scanning reads."),
                ),
                page(
                    "approvals.manage",
                    "approval_rules",
                    "rubber-stamp",
                    _("Approval rules"),
                    _("Who must agree to write-offs and count differences, by amount and department."),
                ),
            ],
        ),
        (
            _("System"),
            [
                page(
                    "system.manage", "outbox", "mail", _("Outbox"), _("Mail that waits, was sent or failed.")
                ),
                page(
                    "system.manage",
                    "letters",
                    "file-text",
                    _("Mail samples"),
                    _("What each kind of mail says, in both languages."),
                ),
                page(
                    "system.manage",
                    "intake",
                    "inbox",
                    _("Mail intake"),
                    _("Mail that came in, and what became of it."),
                ),
                page(
                    "system.manage",
                    "returns",
                    "mail-opened",
                    _("Returned mail"),
                    _("Addresses that our mail does not reach."),
                ),
                page(
                    "system.manage",
                    "system",
                    "server",
                    _("State of the system"),
                    _("Version, back-ups, jobs, demonstration data."),
                ),
                page(
                    "journal.view",
                    "history",
                    "history",
                    _("History of changes"),
                    _("Who changed what, kept by the database."),
                ),
            ],
        ),
    ]


def groups(user: policies.Person) -> list[tuple[Text, list[Link]]]:
    """The pages a person may open, by topic; empty topics are left out."""
    allowed = [
        (title, [link for link in links if _may_open(user, link.permission)]) for title, links in _pages()
    ]
    return [(title, links) for title, links in allowed if links]


def _may_open(user: policies.Person, permission: str) -> bool:
    held = policies.scope(user, permission)
    return held.everywhere if permission in UNDIVIDED else bool(held)


def pausing_of(standard: ServiceStandard) -> list[str]:
    """The hold reasons that pause the standard's clocks: those of its first target."""
    first = standard.targets.first() if standard.pk else None
    return first.pausing_reasons if first else default_pausing()


@transaction.atomic
def save(
    form: StandardForm, targets: dict[tuple[str, str], TargetForm], reasons: list[str], levels: LevelForms
) -> int:
    """Store a standard with its targets and levels; return how many open requests have other due times."""
    standard = form.instance
    if form.cleaned_data["is_default"]:
        ServiceStandard.objects.filter(is_default=True).exclude(pk=standard.pk).update(is_default=False)
    standard.version += 1 if standard.pk else 0
    standard = form.save()
    for (priority, kind), target in targets.items():
        if not target.given:
            StandardTarget.objects.filter(standard=standard, priority=priority, kind=kind).delete()
            continue
        values = {**target.cleaned_data, "pausing_reasons": reasons}
        values["warn_minutes"] = values["warn_minutes"] or 0
        StandardTarget.objects.update_or_create(
            standard=standard, priority=priority, kind=kind, defaults=values
        )
    set_levels(standard=standard, levels=levels.levels())
    return refresh_open(standard_id=standard.pk)

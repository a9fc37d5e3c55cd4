"""The registers an administrator keeps, as data: what is listed, by which form it is edited, who may."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.forms import ModelForm
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from houqin.desk.models import Category, Service
from houqin.flows.refresh_clocks import refresh_partner
from houqin.intake.models import PhoneLine
from houqin.inventory.models import ItemCategory, Unit
from houqin.org.models import Calendar, Department, Partner
from houqin.staffing.models import Crew, LabourRate, LicenceKind, ShiftKind, Trade
from houqin.web.setup import forms
from houqin.web.setup.contractors import PartnerStandardForm
from houqin.web.setup.goods import ItemCategoryForm, UnitForm
from houqin.work.models import FailureCode, JobType, PartnerStandard

Text = str | Promise


@dataclass(frozen=True)
class Column:
    """A column of a list: its heading and how a row fills it."""

    title: Text
    value: Callable[[Any], Any]
    css: str = ""

    @property
    def lead(self) -> bool:
        """True for what a row is called: it stands first on a phone."""
        return self.value is str

    @property
    def plain(self) -> bool:
        """True where a phone needs no heading beside the value."""
        return self.lead or "id" in self.css.split()


@dataclass(frozen=True)
class Register:
    """A kind of reference data."""

    key: str
    many: Text
    new: Text
    permission: str
    icon: str
    model: type[Model]
    form: type[ModelForm[Any]]
    columns: tuple[Column, ...]
    about: Text
    related: tuple[str, ...] = ()
    searched: bool = False
    plain_search: tuple[str, ...] = field(
        default=("code__icontains", "name__icontains", "name_en__icontains")
    )
    afterwards: Callable[[Any], object] = lambda _row: None
    """What follows from a row that was kept or has gone."""


def _code() -> Column:
    return Column(_("code"), lambda row: row.code, "w-l id")


def _active() -> Column:
    return Column(_("in use"), lambda row: _("yes") if row.active else _("no"), "w-s")


REGISTERS = {
    register.key: register
    for register in (
        Register(
            "departments",
            _("Departments"),
            _("New department"),
            "org.manage",
            "sitemap",
            Department,
            forms.DepartmentForm,
            (_code(), Column(_("name"), str), Column(_("part of"), lambda row: row.parent or "—"), _active()),
            _("What requesters belong to and figures are told apart by."),
            related=("parent",),
            searched=True,
        ),
        Register(
            "partners",
            _("Partners"),
            _("New partner"),
            "org.manage",
            "building-store",
            Partner,
            forms.PartnerForm,
            (
                _code(),
                Column(_("name"), str),
                Column(_("contact person"), lambda row: row.contact or "—"),
                Column(_("phone"), lambda row: row.phone or "—", "w-xl"),
                _active(),
            ),
            _("Contractors and suppliers."),
            searched=True,
        ),
        Register(
            "phone-lines",
            _("Phone lines"),
            _("New phone line"),
            "org.manage",
            "phone",
            PhoneLine,
            forms.PhoneLineForm,
            (
                Column(pgettext_lazy("phone", "queue or number"), lambda row: row.code, "w-l id"),
                Column(_("name"), str),
                Column(pgettext_lazy("phone", "rings for the desks of"), lambda row: row.place or _("all")),
                _active(),
            ),
            _("The queues and lines of the telephone system that ring at the desk."),
            related=("place",),
        ),
        Register(
            "calendars",
            _("Working calendars"),
            _("New calendar"),
            "org.manage",
            "calendar",
            Calendar,
            forms.CalendarForm,
            (_code(), Column(_("name"), str), Column(_("time zone"), lambda row: row.time_zone)),
            _("When clocks run: weekly hours, public holidays and make-up workdays."),
        ),
        Register(
            "categories",
            _("Categories"),
            _("New category"),
            "catalogue.manage",
            "layout-grid",
            Category,
            forms.CategoryForm,
            (
                _code(),
                Column(_("name"), str),
                Column(_("position in the list"), lambda row: row.position, "w-m n"),
                _active(),
            ),
            _("The tiles a requester chooses from."),
        ),
        Register(
            "services",
            _("Services"),
            _("New service"),
            "catalogue.manage",
            "list-details",
            Service,
            forms.ServiceForm,
            (
                _code(),
                Column(_("name"), str),
                Column(_("category"), lambda row: row.category),
                Column(_("job type"), lambda row: row.job_type or "—"),
                _active(),
            ),
            _("What people may ask for, what is asked of them, and which job follows."),
            related=("category", "job_type"),
            searched=True,
        ),
        Register(
            "job-types",
            _("Job types"),
            _("New job type"),
            "catalogue.manage",
            "tool",
            JobType,
            forms.JobTypeForm,
            (
                _code(),
                Column(_("name"), str),
                Column(_("usual crew"), lambda row: row.crew or "—"),
                Column(_("service standard"), lambda row: row.standard or "—"),
                _active(),
            ),
            _("How a kind of work is done: crew, standard, checklist, what completing asks for."),
            related=("crew", "standard"),
        ),
        Register(
            "failure-codes",
            _("Failure codes"),
            _("New failure code"),
            "catalogue.manage",
            "tags",
            FailureCode,
            forms.FailureCodeForm,
            (
                Column(_("part"), lambda row: row.get_part_display(), "w-l"),
                _code(),
                Column(_("name"), str),
                Column(_("trade"), lambda row: row.trade or "—"),
                _active(),
            ),
            _("Problem, cause and remedy: the chips a technician completes with."),
            related=("trade",),
        ),
        Register(
            "trades",
            _("Trades"),
            _("New trade"),
            "staffing.manage",
            "hammer",
            Trade,
            forms.TradeForm,
            (_code(), Column(_("name"), str)),
            _("The crafts of the technicians."),
        ),
        Register(
            "crews",
            _("Crews"),
            _("New crew"),
            "staffing.manage",
            "users-group",
            Crew,
            forms.CrewForm,
            (
                _code(),
                Column(_("name"), str),
                Column(_("leader"), lambda row: row.leader or "—"),
                Column(_("company, for a contractor"), lambda row: row.partner or "—"),
                _active(),
            ),
            _("Groups that take work together."),
            related=("leader", "partner"),
        ),
        Register(
            "shifts",
            pgettext_lazy("kinds", "Shifts"),
            _("New kind of shift"),
            "staffing.manage",
            "calendar-time",
            ShiftKind,
            forms.ShiftKindForm,
            (
                _code(),
                Column(_("name"), str),
                Column(_("hours"), lambda row: f"{row.begins:%H:%M}–{row.ends:%H:%M}", "w-l num"),
                _active(),
            ),
            _("Early, late, night: what a roster is planned with."),
        ),
        Register(
            "licences",
            _("Kinds of licence"),
            _("New kind of licence"),
            "staffing.manage",
            "id-badge",
            LicenceKind,
            forms.LicenceKindForm,
            (_code(), Column(_("name"), str), _active()),
            _("Papers without which certain work is not given to anybody."),
        ),
        Register(
            "labour-rates",
            _("Labour rates"),
            _("New labour rate"),
            "staffing.manage",
            "coins",
            LabourRate,
            forms.LabourRateForm,
            (
                Column(_("trade"), lambda row: row.trade or pgettext("trades", "all others")),
                Column(_("yuan an hour"), lambda row: row.hourly, "w-l"),
                Column(_("since"), lambda row: row.since, "w-l"),
            ),
            _("What an hour of work is charged with on work orders, by trade and from a day on."),
            related=("trade",),
            plain_search=("trade__name__icontains", "trade__name_en__icontains"),
        ),
        Register(
            "partner-standards",
            _("Contractors' standards"),
            _("New contractor's standard"),
            "standards.manage",
            "clock-check",
            PartnerStandard,
            PartnerStandardForm,
            (
                Column(pgettext_lazy("company", "contractor"), lambda row: row.partner),
                Column(_("service standard"), lambda row: row.standard),
                Column(_("job type"), lambda row: row.job_type or pgettext("job types", "all")),
                Column(_("since"), lambda row: row.since, "w-l"),
                Column(_("until"), lambda row: row.until or "—", "w-l"),
            ),
            _("What contractors have promised, from when an order is given to them."),
            related=("partner", "standard", "job_type"),
            plain_search=(
                "partner__name__icontains",
                "partner__name_en__icontains",
                "partner__code__icontains",
            ),
            afterwards=lambda row: refresh_partner(partner_id=row.partner_id),
        ),
        Register(
            "item-categories",
            _("Item categories"),
            _("New item category"),
            "stock.manage",
            "hierarchy",
            ItemCategory,
            ItemCategoryForm,
            (_code(), Column(_("name"), str), Column(_("part of"), lambda row: row.parent or "—"), _active()),
            _("Kinds of goods, one within another, by which lists are narrowed."),
            related=("parent",),
        ),
        Register(
            "units",
            pgettext_lazy("measure", "Units"),
            _("New unit"),
            "stock.manage",
            "ruler",
            Unit,
            UnitForm,
            (
                _code(),
                Column(_("name"), str),
                Column(_("whole numbers only"), lambda row: _("yes") if row.integral else _("no"), "w-xl"),
            ),
            _("What goods are counted in; how many of one make another is said of each item."),
        ),
    )
}

"""Rules of who must agree, and who stands in for somebody who is away."""

from decimal import Decimal

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.accounts.models import Role


class Mode(models.TextChoices):
    """How many of a step's people must agree."""

    ANY = "any", pgettext_lazy("approval", "any one of them")
    ALL = "all", pgettext_lazy("approval", "all of them")


@pghistory.track()
class ApprovalRule(models.Model):
    """Between two amounts, things of a kind need a role or a person at a step; several rows make one step.

    `from_amount` counts, `below_amount` does not any more; without it there is no end. Rows of a department
    stand in place of the general rows of the same step.
    """

    kind = models.CharField(pgettext_lazy("approval", "what"), max_length=20)
    department = models.ForeignKey(
        "org.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("only for this department"),
    )
    from_amount = models.DecimalField(_("from this amount on"), max_digits=16, decimal_places=2, default=0)
    below_amount = models.DecimalField(
        _("below this amount"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    position = models.PositiveSmallIntegerField(pgettext_lazy("approval", "step"), default=1)
    mode = models.CharField(
        pgettext_lazy("approval", "who must agree"), max_length=3, choices=Mode.choices, default=Mode.ANY
    )
    role = models.CharField(_("role"), max_length=15, choices=Role.choices, blank=True)
    person = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    active = models.BooleanField(_("in use"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["kind", "position", "from_amount", "pk"]
        constraints = [
            models.CheckConstraint(
                name="approval_rule_names_a_role_or_a_person",
                condition=Q(person__isnull=False, role="") | Q(person__isnull=True) & ~Q(role=""),
            ),
            models.CheckConstraint(name="approval_rule_role_known", condition=Q(role__in=[*Role.values, ""])),
            models.CheckConstraint(name="approval_rule_mode_known", condition=Q(mode__in=Mode.values)),
            models.CheckConstraint(name="approval_rule_steps_begin_at_one", condition=Q(position__gte=1)),
            models.CheckConstraint(name="approval_rule_amount_not_negative", condition=Q(from_amount__gte=0)),
            models.CheckConstraint(
                name="approval_rule_ends_above_where_it_begins",
                condition=Q(below_amount__isnull=True) | Q(below_amount__gt=F("from_amount")),
            ),
            models.UniqueConstraint(
                name="approval_rule_once",
                fields=["kind", "department", "position", "from_amount", "role", "person"],
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.position} {self.from_amount}"

    def reaches(self, amount: Decimal) -> bool:
        """True for something worth `amount` yuan."""
        return self.from_amount <= amount and (self.below_amount is None or amount < self.below_amount)


@pghistory.track()
class Delegation(models.Model):
    """From one day to another, both included, `to` is asked in place of `person`."""

    person = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="delegations")
    to = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("approval", "who stands in"),
    )
    first = models.DateField(pgettext_lazy("approval", "from"))
    last = models.DateField(pgettext_lazy("approval", "up to and including"))
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("entered"))

    class Meta:
        ordering = ["-first", "-pk"]
        constraints = [
            models.CheckConstraint(name="delegation_is_to_somebody_else", condition=~Q(person=F("to"))),
            models.CheckConstraint(
                name="delegation_ends_not_before_it_begins", condition=Q(last__gte=F("first"))
            ),
            ExclusionConstraint(
                name="delegation_to_one_person_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (Func(F("first"), F("last"), Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}→{self.to_id} {self.first}–{self.last}"

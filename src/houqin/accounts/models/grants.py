"""Roles as grants, each valid everywhere or within a place subtree or a department."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is here for. What a role may do is in `accounts.permissions`."""

    REQUESTER = "requester", _("requester")
    TECHNICIAN = "technician", _("technician")
    DISPATCHER = "dispatcher", _("dispatcher")
    CREW_LEADER = "crew_leader", _("crew leader")
    STOREKEEPER = "storekeeper", _("storekeeper")
    ACCOUNTANT = "accountant", _("accountant")
    MANAGER = "manager", _("manager")
    ADMINISTRATOR = "administrator", _("administrator")
    AUDITOR = "auditor", _("auditor")


@pghistory.track()
class Grant(models.Model):
    """`user` has `role` everywhere, below `place`, or in `department`."""

    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="grants", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=15, choices=Role.choices)
    place = models.ForeignKey(
        "org.Place", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("only at this place")
    )
    department = models.ForeignKey(
        "org.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("only for this department"),
    )
    given_at = models.DateTimeField(_("given"), auto_now_add=True)
    given_by = models.CharField(_("given by"), max_length=150, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="grant_role_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="grant_has_one_scope", condition=Q(place__isnull=True) | Q(department__isnull=True)
            ),
            models.UniqueConstraint(
                name="grant_once", fields=["user", "role", "place", "department"], nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        where = self.place or self.department
        return f"{self.get_role_display()} · {where}" if where else str(self.get_role_display())

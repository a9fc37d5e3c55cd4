"""Cost centres, and the ledger of what was spent on what."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.kernel.bilingual import in_language


@pghistory.track()
class CostCentre(models.Model):
    """Who bears a cost: usually a department."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    department = models.ForeignKey(
        "org.Department", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("department")
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class Element(models.TextChoices):
    """What was spent (cost element)."""

    MATERIAL = "material", pgettext_lazy("cost", "material")
    LABOUR = "labour", pgettext_lazy("cost", "labour")
    SERVICE = "service", pgettext_lazy("cost", "service")
    ENERGY = "energy", pgettext_lazy("cost", "energy")
    OVERHEAD = "overhead", pgettext_lazy("cost", "overhead")


class CostEntry(models.Model):
    """An amount in yuan spent on a cost object; negative when it came back. Only appended.

    `cost_object` quotes what it was spent on: the number of a work order, the code of a department.
    `source` quotes the document it follows from.
    """

    cost_object = models.CharField(_("spent on"), max_length=40)
    element = models.CharField(_("cost element"), max_length=8, choices=Element.choices)
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2)
    at = models.DateTimeField(_("counts on"))
    source = models.CharField(_("from"), max_length=40)
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    posted_at = models.DateTimeField(_("posted"))
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["cost_object", "id"], name="cost_entry_object"),
            models.Index(fields=["at", "id"], name="cost_entry_at"),
            models.Index(fields=["source"], name="cost_entry_source"),
        ]
        constraints = [
            models.CheckConstraint(name="cost_entry_element_known", condition=Q(element__in=Element.values)),
            models.CheckConstraint(name="cost_entry_is_something", condition=~Q(amount=0)),
            models.CheckConstraint(
                name="cost_entry_names_object_and_source", condition=~Q(cost_object="") & ~Q(source="")
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="cost_entry_is_only_appended", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cost_object} {self.element} {self.amount}"

"""Forms of the units and the item categories of the stores."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from houqin.inventory.actions.kinds import keep_category, keep_unit
from houqin.inventory.models import ItemCategory, Unit


class UnitForm(forms.ModelForm[Unit]):
    """A unit of measure."""

    class Meta:
        """Which columns it edits."""

        model = Unit
        fields = ("code", "name", "name_en", "integral")
        help_texts: ClassVar = {"integral": _("Pieces and boxes, but not metres and kilograms.")}

    def save(self, commit: bool = True) -> Unit:  # noqa: ARG002, FBT001, FBT002
        """Store it by its action."""
        return keep_unit(self.instance)


class ItemCategoryForm(forms.ModelForm[ItemCategory]):
    """An item category, within another or not."""

    class Meta:
        """Which columns it edits."""

        model = ItemCategory
        fields = ("code", "name", "name_en", "parent", "active")

    def save(self, commit: bool = True) -> ItemCategory:  # noqa: ARG002, FBT001, FBT002
        """Store it by its action."""
        return keep_category(self.instance)

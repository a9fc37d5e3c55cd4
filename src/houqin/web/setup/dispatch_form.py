"""What the page of the rules of dispatch asks."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from houqin.work.models import DispatchRules


class DispatchForm(forms.ModelForm[DispatchRules]):
    """The rules of the house for dispatch."""

    class Meta:
        """Its columns, in the order of the page."""

        model = DispatchRules
        fields = (
            "default_mode",
            "offer_minutes",
            "critical_offer_minutes",
            "experience_months",
            "weight_load",
            "weight_slack",
            "weight_travel",
            "weight_experience",
            "weight_trade",
        )
        help_texts = {"weight_load": _("How much each part counts for the best score, 0 to 100.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name.startswith("weight_"):
                field.validators.append(MaxValueValidator(100))
            elif name.endswith("_minutes"):
                field.validators.append(MinValueValidator(1))

    def clean(self) -> dict[str, Any]:
        """Refuse weights under which nothing counts."""
        cleaned: dict[str, Any] = super().clean() or {}
        weights = [value for name, value in cleaned.items() if name.startswith("weight_")]
        if not self.errors and not any(weights):
            self.add_error("weight_load", _("Something must count: give one part a weight above 0."))
        return cleaned

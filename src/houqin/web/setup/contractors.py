"""The form of what contractors are held to."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.org.models import Partner
from houqin.work.models import PartnerStandard


class PartnerStandardForm(forms.ModelForm[PartnerStandard]):
    """What a contractor is held to; whose it is stays."""

    class Meta:
        """Which columns it edits."""

        model = PartnerStandard
        fields = ("partner", "standard", "job_type", "since", "until")
        widgets: ClassVar = {
            "since": forms.DateInput(attrs={"type": "date"}),
            "until": forms.DateInput(attrs={"type": "date"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contractors = Partner.objects.filter(is_contractor=True).defer("search_text", "search_grams")
        self.fields["partner"].queryset = contractors  # type: ignore[attr-defined]
        self.fields["partner"].disabled = self.instance.pk is not None
        self.fields["job_type"].empty_label = pgettext_lazy("job types", "all")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse days on which something else holds already."""
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("This is before the first day."))
        elif since and cleaned.get("partner"):
            others = PartnerStandard.objects.filter(
                Q(until__isnull=True) | Q(until__gte=since),
                partner=cleaned["partner"],
                job_type=cleaned.get("job_type"),
            ).exclude(pk=self.instance.pk)
            other = others.filter(since__lte=until).first() if until else others.first()
            if other is not None:
                self.add_error(
                    "since",
                    _("On these days “%(standard)s” holds already. End it first.")
                    % {"standard": other.standard},
                )
        return cleaned

"""The form of the rules for known faults, which stands under the priority matrix."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from houqin.desk.models import KnownFaultRules


class KnownFaultForm(forms.ModelForm[KnownFaultRules]):
    """From how many people on a fault has a greater impact, and which faults count as the same."""

    hours = forms.IntegerField(
        label=_("Hours for which an open fault is shown"), min_value=1, max_value=2_160
    )
    similarity = forms.IntegerField(
        label=_("Least likeness of two descriptions, in percent"),
        min_value=1,
        max_value=100,
        help_text=_("45 is usual; a higher number shows fewer faults. It holds where both say something."),
    )
    room_from = forms.IntegerField(
        label=_("People from which it affects a room"), min_value=2, max_value=10_000
    )
    building_from = forms.IntegerField(
        label=_("People from which it affects a building"), min_value=2, max_value=10_000
    )

    class Meta:
        """The fields, in the order in which they are read."""

        model = KnownFaultRules
        fields = ("hours", "similarity", "room_from", "building_from")

    def clean(self) -> dict[str, Any]:
        """A building takes at least as many people as a room."""
        cleaned: dict[str, Any] = super().clean() or {}
        room, building = cleaned.get("room_from"), cleaned.get("building_from")
        if room and building and building < room:
            self.add_error(
                "building_from",
                forms.ValidationError(
                    _("A building takes at least as many people as a room: %(room)s or more."),
                    params={"room": room},
                ),
            )
        return cleaned

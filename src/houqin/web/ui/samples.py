"""Made-up contents for the gallery, so that every component can be looked at in every state."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.desk.models import RequestStatus
from houqin.kernel import clock
from houqin.web.ui import clocks
from houqin.web.ui.steps import steps
from houqin.work.models import Priority, WorkOrderStatus


class SampleForm(forms.Form):
    """One field of each kind."""

    item = forms.CharField(
        label=gettext_lazy("Item code"), help_text=gettext_lazy("Angle valve DN15, 46 in stock"), initial="SD-2003"
    )
    quantity = forms.DecimalField(label=gettext_lazy("Quantity"), max_digits=8, decimal_places=2, max_value=40)
    receiver = forms.CharField(
        label=gettext_lazy("Received by"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Name, work number or initials")}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of work"),
        choices=[("fault", gettext_lazy("Repair")), ("plan", gettext_lazy("Upkeep"))],
    )
    remarks = forms.CharField(label=gettext_lazy("Remarks"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    told = forms.BooleanField(label=gettext_lazy("The requester has been told"), required=False)


class SampleReport(forms.Form):
    """Choices as tiles, segments and chips, and photos."""

    category = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"),
        widget=forms.RadioSelect,
        choices=[
            ("water", gettext_lazy("Water")),
            ("air", gettext_lazy("Cooling")),
            ("door", gettext_lazy("Doors")),
            ("net", gettext_lazy("Network")),
            ("light", gettext_lazy("Lights")),
            ("other", gettext_lazy("Other")),
        ],
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("How urgent is it?"),
        widget=forms.RadioSelect,
        choices=[
            ("low", gettext_lazy("Can wait")),
            ("normal", gettext_lazy("Normal")),
            ("high", gettext_lazy("Urgent")),
        ],
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Why does it wait?"),
        widget=forms.RadioSelect,
        choices=[
            ("parts", gettext_lazy("Parts")),
            ("access", gettext_lazy("No access")),
            ("requester", gettext_lazy("Appointment")),
            ("weather", gettext_lazy("Weather")),
        ],
    )
    photos = forms.FileField(label=gettext_lazy("Photos"), required=False)


CATEGORY_ICONS = {
    "water": "droplet",
    "air": "snowflake",
    "door": "door",
    "net": "wifi",
    "light": "bulb",
    "other": "dots",
}


def _clocks(now: dt.datetime) -> list[tuple[clocks.Clock, str]]:
    minutes = dt.timedelta(minutes=1)
    return [
        (clocks.running(now + 130 * minutes), _("early")),
        (clocks.running(now + 12 * minutes), _("soon: a quarter or 15 min left")),
        (clocks.running(now - 18 * minutes), _("over")),
        (clocks.paused(_("parts until tomorrow")), _("paused")),
        (clocks.met(9), _("in time")),
        (clocks.missed(22), _("too late")),
        (clocks.provisional(now + dt.timedelta(days=42)), _("calendar of that year not confirmed")),
        (clocks.scheduled(now + dt.timedelta(days=1)), _("appointment")),
    ]


def _chart() -> dict[str, Any]:
    weeks = ["9-07", "9-14", "9-21", "9-28", "10-05", "10-12", "10-19", "10-26"]
    return {
        "categories": weeks,
        "series": [
            {"name": _("Received"), "look": "hollow", "values": [312, 298, 335, 341, 132, 328, 352, 371]},
            {"name": _("Finished"), "look": "brand", "values": [305, 301, 322, 338, 128, 319, 331, 360]},
        ],
    }


def context() -> dict[str, Any]:
    """What `ui/gallery.html` shows; nothing of it is stored."""
    now = clock.now()
    wrong = SampleForm({"item": "SD-2003", "quantity": "60", "kind": "fault", "told": "on"})
    due = [
        clocks.running(now + dt.timedelta(minutes=10)),
        clocks.running(now - dt.timedelta(minutes=6)),
        clocks.running(now + dt.timedelta(hours=3)),
    ]
    places = [_("Teaching building A · 302"), _("Dormitory 1 · 217"), _("Dormitory 3 · 412")]
    return {
        "request_states": RequestStatus.values,
        "order_states": WorkOrderStatus.values,
        "priorities": list(reversed(Priority.values)),
        "clocks": _clocks(now),
        "steps": steps(
            [_("accepted"), _("being repaired"), _("to be checked"), _("done")],
            at=1,
            icons=["clipboard-check", "tool", "checklist", "check"],
        ),
        "owners": [
            {"tone": "brand", "percent": 62, "label": _("us, 45 min")},
            {"tone": "warn", "percent": 26, "label": _("parts, 19 min")},
            {"tone": "info", "percent": 12, "label": _("requester, 9 min")},
        ],
        "rows": [
            {"number": number, "place": place, "state": state, "clock": reading, "priority": priority}
            for number, place, state, reading, priority in zip(
                ("0042", "0036", "0034"),
                places,
                ("new", "new", "accepted"),
                due,
                ("urgent", "critical", "normal"),
                strict=True,
            )
        ],
        "job_clock": due[1],
        "form": wrong,
        "empty_form": SampleForm(),
        "report": SampleReport({"category": "air", "urgency": "normal", "reason": "parts"}),
        "category_icons": CATEGORY_ICONS,
        "chart": _chart(),
        "now": now,
        "organisation": _("Logistics support"),
    }

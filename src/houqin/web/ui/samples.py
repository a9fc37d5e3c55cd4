"""Made-up contents for the gallery, so that every component can be looked at in every state."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from houqin.desk.models import RequestStatus
from houqin.kernel import clock
from houqin.web.ui import clocks
from houqin.web.ui.steps import steps
from houqin.work.models import Priority, WorkOrderStatus


class SampleForm(forms.Form):
    """One field of each kind."""

    item = forms.CharField(
        label=pgettext_lazy("sample", "Item code"),
        help_text=pgettext_lazy("sample", "Angle valve DN15, 46 in stock"),
        initial="SD-2003",
    )
    quantity = forms.DecimalField(
        label=pgettext_lazy("sample", "Quantity"), max_digits=8, decimal_places=2, max_value=40
    )
    receiver = forms.CharField(
        label=pgettext_lazy("sample", "Received by"),
        required=False,
        widget=forms.TextInput(
            attrs={"placeholder": pgettext_lazy("sample", "Name, work number or initials")}
        ),
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("sample", "Kind of work"),
        choices=[("fault", pgettext_lazy("sample", "Repair")), ("plan", pgettext_lazy("sample", "Upkeep"))],
    )
    remarks = forms.CharField(
        label=pgettext_lazy("sample", "Remarks"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    told = forms.BooleanField(label=pgettext_lazy("sample", "The requester has been told"), required=False)


class SampleReport(forms.Form):
    """Choices as tiles, segments and chips, and photos."""

    category = forms.ChoiceField(
        label=pgettext_lazy("sample", "What is wrong?"),
        widget=forms.RadioSelect,
        choices=[
            ("water", pgettext_lazy("sample", "Water")),
            ("air", pgettext_lazy("sample", "Cooling")),
            ("door", pgettext_lazy("sample", "Doors")),
            ("net", pgettext_lazy("sample", "Network")),
            ("light", pgettext_lazy("sample", "Lights")),
            ("other", pgettext_lazy("sample", "Other")),
        ],
    )
    urgency = forms.ChoiceField(
        label=pgettext_lazy("sample", "How urgent is it?"),
        widget=forms.RadioSelect,
        choices=[
            ("low", pgettext_lazy("sample", "Can wait")),
            ("normal", pgettext_lazy("sample", "Normal")),
            ("high", pgettext_lazy("sample", "Urgent")),
        ],
    )
    reason = forms.ChoiceField(
        label=pgettext_lazy("sample", "Why does it wait?"),
        widget=forms.RadioSelect,
        choices=[
            ("parts", pgettext_lazy("sample", "Parts")),
            ("access", pgettext_lazy("sample", "No access")),
            ("requester", pgettext_lazy("sample", "Appointment")),
            ("weather", pgettext_lazy("sample", "Weather")),
        ],
    )
    photos = forms.FileField(label=pgettext_lazy("sample", "Photos"), required=False)


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
        (clocks.running(now + 130 * minutes), pgettext("sample", "early")),
        (clocks.running(now + 12 * minutes), pgettext("sample", "soon: a quarter or 15 min left")),
        (clocks.running(now - 18 * minutes), pgettext("sample", "over")),
        (clocks.paused(pgettext("sample", "parts until tomorrow")), pgettext("sample", "paused")),
        (clocks.met(9), pgettext("sample", "in time")),
        (clocks.missed(22), pgettext("sample", "too late")),
        (
            clocks.provisional(now + dt.timedelta(days=42)),
            pgettext("sample", "calendar of that year not confirmed"),
        ),
        (clocks.scheduled(now + dt.timedelta(days=1)), pgettext("sample", "appointment")),
    ]


def _chart() -> dict[str, Any]:
    weeks = ["9-07", "9-14", "9-21", "9-28", "10-05", "10-12", "10-19", "10-26"]
    return {
        "categories": weeks,
        "series": [
            {
                "name": pgettext("sample", "Received"),
                "look": "hollow",
                "values": [312, 298, 335, 341, 132, 328, 352, 371],
            },
            {
                "name": pgettext("sample", "Finished"),
                "look": "brand",
                "values": [305, 301, 322, 338, 128, 319, 331, 360],
            },
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
    places = [
        pgettext("sample", "Teaching building A · 302"),
        pgettext("sample", "Dormitory 1 · 217"),
        pgettext("sample", "Dormitory 3 · 412"),
    ]
    return {
        "request_states": RequestStatus.values,
        "order_states": WorkOrderStatus.values,
        "priorities": list(reversed(Priority.values)),
        "clocks": _clocks(now),
        "steps": steps(
            [
                pgettext("sample", "accepted"),
                pgettext("sample", "being repaired"),
                pgettext("sample", "to be checked"),
                pgettext("sample", "done"),
            ],
            at=1,
            icons=["clipboard-check", "tool", "checklist", "check"],
        ),
        "owners": [
            {"tone": "brand", "percent": 62, "label": pgettext("sample", "us, 45 min")},
            {"tone": "warn", "percent": 26, "label": pgettext("sample", "parts, 19 min")},
            {"tone": "info", "percent": 12, "label": pgettext("sample", "requester, 9 min")},
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
        "organisation": pgettext("sample", "Logistics support"),
    }

"""The rules of who must agree: their list, one of them, and who would be asked."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from houqin.accounts.models import Grant, Role, User
from houqin.approvals.actions import rules
from houqin.approvals.kinds import KINDS
from houqin.approvals.models import ApprovalRule, Mode
from houqin.approvals.queries.trials import Tried, try_rules
from houqin.kernel.errors import Refused
from houqin.org.models import Department
from houqin.web.access import person_of, requires
from houqin.web.once import new_form_key, once
from houqin.web.responses import go_to, refused, refused_back

RIGHT = "approvals.manage"


def _kinds() -> list[tuple[str, Any]]:
    return [(key, kind.label) for key, kind in KINDS.items()]


def _amount(label: Any, *, required: bool = True, **more: Any) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label, min_value=0, max_digits=16, decimal_places=2, required=required, widget=widget, **more
    )


class PersonField(forms.ModelChoiceField[User]):
    """Somebody with a role beyond requester, with their department."""

    def label_from_instance(self, obj: Any) -> str:
        """`赵会计 · 财务处`."""
        return f"{obj} · {obj.department}" if obj.department else str(obj)


def _people() -> Any:
    roles = Grant.objects.exclude(role=Role.REQUESTER).values("user")
    found = User.objects.filter(is_active=True, partner__isnull=True, pk__in=roles)
    return found.select_related("department").order_by("pinyin_key", "pk")


class RuleForm(forms.Form):
    """A rule."""

    kind = forms.ChoiceField(label=pgettext_lazy("approval", "what"))
    department = forms.ModelChoiceField(
        label=gettext_lazy("only for this department"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=pgettext_lazy("departments", "all"),
        help_text=gettext_lazy("Takes the place of the general rules of the same step."),
    )
    from_amount = _amount(gettext_lazy("from this amount on"), initial=0)
    below_amount = _amount(
        gettext_lazy("below this amount"), required=False, help_text=gettext_lazy("Empty: without end.")
    )
    position = forms.IntegerField(
        label=pgettext_lazy("approval", "step"),
        min_value=1,
        max_value=rules.MOST_STEPS,
        initial=1,
        help_text=gettext_lazy("Steps follow one another. Rules of one step are asked at once."),
    )
    mode = forms.ChoiceField(
        label=pgettext_lazy("approval", "who must agree"),
        choices=Mode.choices,
        initial=Mode.ANY,
        widget=forms.RadioSelect,
    )
    role = forms.ChoiceField(label=gettext_lazy("role"), required=False)
    person = PersonField(
        label=gettext_lazy("or this person"),
        queryset=User.objects.none(),
        required=False,
        empty_label=pgettext_lazy("approval rule", "nobody by name"),
    )
    active = forms.BooleanField(label=gettext_lazy("in use"), required=False, initial=True)

    def __init__(self, data: Any = None, *, rule: ApprovalRule | None = None) -> None:
        initial = {name: getattr(rule, name) for name in self.base_fields} if rule else {}
        super().__init__(data, initial=initial)
        nobody = ("", pgettext_lazy("approval rule", "no role"))
        roles = [choice for choice in Role.choices if choice[0] != Role.REQUESTER]
        self.fields["kind"].choices = _kinds()  # type: ignore[attr-defined]
        self.fields["role"].choices = [nobody, *roles]  # type: ignore[attr-defined]
        known = Q(active=True) | Q(pk=rule.department_id if rule else None)
        departments = Department.objects.filter(known).defer("search_text", "search_grams")
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
        self.fields["person"].queryset = _people()  # type: ignore[attr-defined]


class TrialForm(forms.Form):
    """Something that somebody might put before others."""

    kind = forms.ChoiceField(label=pgettext_lazy("approval", "what"))
    amount = _amount(gettext_lazy("amount, ￥"), initial="3500.00")
    department = forms.ModelChoiceField(
        label=gettext_lazy("department"),
        queryset=Department.objects.filter(active=True).defer("search_text", "search_grams"),
        required=False,
        empty_label="—",
    )
    asker = PersonField(label=gettext_lazy("asked by"), queryset=User.objects.none())

    def __init__(self, data: Any = None, *, by: User) -> None:
        super().__init__(data)
        self.fields["kind"].choices = _kinds()  # type: ignore[attr-defined]
        self.fields["asker"].queryset = _people()  # type: ignore[attr-defined]
        self.fields["asker"].initial = by.pk


@require_GET
@requires(RIGHT)
def rule_list(request: HttpRequest) -> HttpResponse:
    """The rules by kind and step; `?kind=&amount=` tells who would be asked."""
    asked = "amount" in request.GET
    form = TrialForm(request.GET if asked else None, by=person_of(request))
    tried: Tried | None = None
    if asked and form.is_valid():
        tried = try_rules(**form.cleaned_data)
    rows = ApprovalRule.objects.select_related("department", "person")
    groups = [
        (kind.label, [row for row in rows if row.kind == key], Role(kind.role).label)
        for key, kind in KINDS.items()
    ]
    context = {
        "chapter": "setup",
        "groups": groups,
        "none": not rows,
        "form": form,
        "tried": tried,
        "form_key": new_form_key(),
    }
    return render(request, "setup/approval_rules.html", context)


@require_http_methods(["GET", "POST"])
@requires(RIGHT)
def rule_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One rule, new or existing."""
    rule = get_object_or_404(ApprovalRule, pk=pk) if pk else None
    form = RuleForm(request.POST or None, rule=rule)

    def keep() -> HttpResponse:
        if rule is None:
            rules.enter_rule(**form.cleaned_data)
        else:
            rules.change_rule(rule_id=rule.pk, **form.cleaned_data)
        said = _("Saved. What is asked already keeps its people.")
        return go_to(request, "setup:approval_rules", said=said)

    if request.method == "POST" and form.is_valid():
        try:
            return once(request, keep)
        except Refused as refusal:
            refused(form, refusal)
    context = {
        "chapter": "setup",
        "rule": rule,
        "form": form,
        "form_key": request.POST.get("form_key") or new_form_key(),
    }
    return render(request, "setup/approval_rule.html", context, status=422 if form.errors else 200)


@require_POST
@requires(RIGHT)
def take_starter(request: HttpRequest) -> HttpResponse:
    """Take the usual rules where there are none."""

    def effect() -> HttpResponse:
        said = _("%(count)d rules hold now. Look through them and change what does not fit.")
        count = rules.add_starter_rules()
        return go_to(request, "setup:approval_rules", said=said % {"count": count})

    try:
        return once(request, effect)
    except Refused as refusal:
        return refused_back(request, refusal, "setup:approval_rules")

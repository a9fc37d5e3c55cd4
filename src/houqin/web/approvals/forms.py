"""What deciding asks; the fields are the arguments of `decide_approval` and `delegate`."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.accounts.models import Grant, Role, User
from houqin.approvals.models import StepStatus
from houqin.web.fields import text_field
from houqin.web.steps import StepForm, VersionedForm

NOTE = 200


class AgreeForm(VersionedForm):
    """A remark, where there is one."""

    note = text_field(_("Remark"), rows=2, required=False, most=NOTE)


class RefuseForm(VersionedForm):
    """Why, and whether an earlier step begins again."""

    note = text_field(_("Reason"), most=NOTE)
    step = forms.TypedChoiceField(
        label=pgettext_lazy("approval", "Goes back to"), coerce=int, empty_value=None, required=False
    )

    def prepare(self) -> None:
        """Offer the earlier steps, where there are any."""
        super().prepare()
        passed = self.about.steps.filter(status=StepStatus.PASSED).values_list("position", flat=True)
        first: list[tuple[str, Any]] = [("", pgettext_lazy("approval", "who asked"))]
        choices = first + [(str(at), _("step %(n)s") % {"n": at}) for at in passed]
        self.fields["step"].choices = choices  # type: ignore[attr-defined]
        if not passed:
            del self.fields["step"]


class PersonField(forms.ModelChoiceField[User]):
    """Somebody who may sign in, with their department."""

    def label_from_instance(self, obj: Any) -> str:
        """`赵会计 · 财务处`."""
        return f"{obj} · {obj.department}" if obj.department else str(obj)


class WhoForm(VersionedForm):
    """Whom it is given to, and why."""

    to = PersonField(label=pgettext_lazy("approval", "Whom"), queryset=User.objects.none())
    note = text_field(_("Remark"), rows=2, required=False, most=NOTE)

    def prepare(self) -> None:
        """Offer everybody but oneself and who asked."""
        super().prepare()
        self.fields["to"].queryset = colleagues(self.by).exclude(pk=self.about.asked_by_id)  # type: ignore[attr-defined]


class RecallForm(StepForm):
    """Nothing but whether it is meant."""


class AwayForm(forms.Form):
    """Who stands in, and when."""

    to = PersonField(label=pgettext_lazy("approval", "Who stands in"), queryset=User.objects.none())
    first = forms.DateField(
        label=_("first day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: Any = None, *, person: User) -> None:
        super().__init__(data)
        self.fields["to"].queryset = colleagues(person)  # type: ignore[attr-defined]


def colleagues(person: User) -> QuerySet[User]:
    """Who may be asked instead of a person: people of the house with a role beyond requester."""
    roles = Grant.objects.exclude(role=Role.REQUESTER).values("user")
    found = User.objects.filter(is_active=True, partner__isnull=True, pk__in=roles).exclude(pk=person.pk)
    return found.select_related("department").order_by("pinyin_key", "pk")

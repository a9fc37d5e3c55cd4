"""Forms about oneself: password, preferences, tokens."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from houqin.accounts.models import User
from houqin.accounts.models.people import Language
from houqin.accounts.policies import may
from houqin.notify.queries.bell import mail_choices

_OLD = {"autocomplete": "current-password"}
_NEW = {"autocomplete": "new-password"}


class ForgottenForm(forms.Form):
    """Who forgot the password."""

    login = forms.CharField(
        label=_("User name or e-mail"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class NewPasswordForm(forms.Form):
    """A new password, typed twice; the rules of the profile stand beside it."""

    password = forms.CharField(
        label=_("New password"), strip=False, widget=forms.PasswordInput(attrs={**_NEW})
    )
    again = forms.CharField(
        label=_("The new password again"), strip=False, widget=forms.PasswordInput(attrs={**_NEW})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        found = super().clean() or {}
        if found.get("password") and found.get("again") and found["password"] != found["again"]:
            self.add_error("again", _("The two passwords are not the same."))
        return found


class ChangePasswordForm(NewPasswordForm):
    """The old password and a new one."""

    old = forms.CharField(label=_("Old password"), strip=False, widget=forms.PasswordInput(attrs={**_OLD}))
    field_order = ("old", "password", "again")


class WelcomeForm(NewPasswordForm):
    """The first administrator of an empty installation."""

    organisation_name = forms.CharField(label=_("Name of the department or organisation"), max_length=80)
    full_name = forms.CharField(
        label=_("Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        help_text=_("A work number, a mobile number or a short name."),
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    email = forms.EmailField(
        label=_("E-mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    starter = forms.BooleanField(
        label=_("Begin with a usual catalogue"),
        required=False,
        initial=True,
        help_text=_("Categories, services and a standard of four levels. All of it can be changed."),
    )
    field_order = (
        "organisation_name", "full_name", "username", "email", "language", "password", "again", "starter",
    )  # fmt: skip


class PreferencesForm(forms.Form):
    """What a person decides about themselves."""

    phone = forms.CharField(
        label=_("Phone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    quiet_from = forms.TimeField(
        label=_("Quiet from"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        required=False,
        help_text=_("Mails wait until then; what is urgent comes at once."),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )

    def clean(self) -> dict[str, Any]:
        """Quiet hours have two ends."""
        found = super().clean() or {}
        start, end = found.get("quiet_from"), found.get("quiet_until")
        if not self.errors and (start is None) != (end is None):
            self.add_error("quiet_until" if end is None else "quiet_from", _("Give both times, or neither."))
        return found


class MailForm(forms.Form):
    """Which kinds of messages come by mail, too."""

    kinds = forms.MultipleChoiceField(
        label=_("What comes by mail"),
        help_text=_("The bell shows everything. Links to sign in always come."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = mail_choices(person)
        self.fields["kinds"].choices = [(one.kind, one.label) for one in choices]  # type: ignore[attr-defined]
        self.fields["kinds"].initial = [one.kind for one in choices if one.wanted]


class TokenForm(forms.Form):
    """A token for a program."""

    READ, WRITE, CALLS = "read", "write", "calls"

    name = forms.CharField(label=_("What is it for?"), max_length=80)
    scope = forms.ChoiceField(
        label=_("It may"),
        choices=((READ, pgettext_lazy("token", "read")), (WRITE, pgettext_lazy("token", "read and write"))),
        widget=forms.RadioSelect,
    )
    days = forms.TypedChoiceField(
        label=_("It ends"),
        coerce=int,
        choices=((30, _("in 30 days")), (90, _("in 90 days")), (365, _("in a year"))),
        initial=90,
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may(person, "intake.calls"):
            field = self.fields["scope"]
            field.choices = [*field.choices, (self.CALLS, pgettext("token", "report calls only"))]  # type: ignore[attr-defined]

"""Password rules of the profile `mlps2` that Django does not bring."""

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from houqin.accounts.models import PastPassword, User

REMEMBERED = 5
CLASSES = 3


class ThreeOfFourClasses:
    """Three of: small letters, capital letters, digits, other signs."""

    def validate(self, password: str, user: User | None = None) -> None:  # noqa: ARG002
        """Raise `ValidationError` when fewer than three classes are used."""
        used = [
            any(c.islower() for c in password),
            any(c.isupper() for c in password),
            any(c.isdigit() for c in password),
            any(not c.isalnum() for c in password),
        ]
        if sum(used) < CLASSES:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        """Return the rule as a sentence."""
        return _("Use at least three of: small letters, capital letters, digits, other signs.")


class NotOneOfTheLastFive:
    """Not one of the last five passwords."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise `ValidationError` when the password was used recently."""
        if user is None or user.pk is None:
            return
        earlier = [
            user.password,
            *PastPassword.objects.filter(user=user).values_list("hash", flat=True)[:REMEMBERED],
        ]
        if any(hash_ and check_password(password, hash_) for hash_ in earlier):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def get_help_text(self) -> str:
        """Return the rule as a sentence."""
        return _("Choose a password you have not used the last five times.")

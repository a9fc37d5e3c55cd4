"""Password rules: those of the profile `mlps2` that Django does not bring, and Django's own in our words."""

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from houqin.accounts.models import PastPassword, User

REMEMBERED = 5
CLASSES = 3


class LongEnough(MinimumLengthValidator):
    """At least `min_length` signs."""

    def get_error_message(self) -> str:
        """Return what is wrong."""
        return self.get_help_text()

    def get_help_text(self) -> str:
        """Return the rule as a sentence."""
        return _("Use at least %(count)s characters.") % {"count": self.min_length}


class NotCommon(CommonPasswordValidator):
    """Not one of the passwords that everybody tries first."""

    def get_error_message(self) -> str:
        """Return what is wrong."""
        return self.get_help_text()

    def get_help_text(self) -> str:
        """Return the rule as a sentence."""
        return _("Do not use a common password.")


class NotAboutOneself(UserAttributeSimilarityValidator):
    """Nothing like the name, user name, e-mail address or phone number."""

    def get_error_message(self) -> str:
        """Return what is wrong."""
        return self.get_help_text()

    def get_help_text(self) -> str:
        """Return the rule as a sentence."""
        return _("Do not use your name, user name, e-mail address or phone number.")


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

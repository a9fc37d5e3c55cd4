"""People."""

from typing import Any, ClassVar

import pghistory
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from houqin.kernel.text_search import Searchable


class Language(models.TextChoices):
    """Languages the product speaks."""

    ZH = "zh-hans", "中文"
    EN = "en", "English"


class UserManager(BaseUserManager["User"]):
    """Finds people by their user name, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the person with this user name."""
        return self.get(username__iexact=username)


@pghistory.track(exclude=["search_text", "search_grams", "password", "last_login"])
class User(Searchable, AbstractBaseUser):
    """A person: requester, technician, dispatcher, manager. Rights are grants, not flags here.

    The user name is a work number, a mobile number or a short name. A person without a usable
    password has been entered (by an import, say) but not invited yet.
    """

    username = models.CharField(_("user name"), max_length=60, unique=True)
    full_name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    pinyin_key = models.CharField(_("pinyin key"), max_length=200, blank=True, editable=False)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    department = models.ForeignKey(
        "org.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("department"),
    )
    partner = models.ForeignKey(
        "org.Partner",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("company, for people of a partner"),
    )
    language = models.CharField(_("language"), max_length=10, choices=Language.choices, default=Language.ZH)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_demo = models.BooleanField(_("demonstration account"), default=False, editable=False)
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    password_changed_at = models.DateTimeField(_("password changed"), null=True, blank=True, editable=False)
    shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    joined_at = models.DateTimeField(_("entered"), auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        ordering = ["pinyin_key", "pk"]
        indexes = [
            Searchable.search_index("user_search"),
            models.Index(fields=["pinyin_key", "id"], name="user_pinyin"),
        ]
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_name_once_whatever_its_case"),
            models.UniqueConstraint(Lower("email"), name="user_email_once", condition=~Q(email="")),
            models.CheckConstraint(name="user_language_known", condition=Q(language__in=Language.values)),
            models.CheckConstraint(
                name="user_quiet_hours_have_two_ends",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        """Return the name as it is written: family name first, no space."""
        return self.full_name

    def get_short_name(self) -> str:
        """Return the same: Chinese names are not shortened."""
        return self.full_name

    def has_perm(self, perm: str, obj: Any = None) -> bool:  # noqa: ARG002
        """Say no: Django's own permissions are not used; rights come from `accounts.policies`."""
        return False

    def has_module_perms(self, app_label: str) -> bool:  # noqa: ARG002
        """Say no; see `has_perm`."""
        return False

"""The well-known accounts of the demonstration, for the sign-in page and the manual."""

from dataclasses import dataclass

from houqin.accounts.models import Role, User
from houqin.demo.texts import read

DEMO_PASSWORD = "houqin-demo-2026"  # noqa: S105 - meant to be known
"""What all of them sign in with; the rules of both password profiles are not asked."""

SPARE_PREFIX = "demo-"
"""Put before a user name that somebody of the house already has."""


@dataclass(frozen=True)
class Account:
    """One account: how it signs in, who that is, and what for (a `Role`)."""

    username: str
    full_name: str
    name_en: str
    role: str
    language: str = "zh-hans"

    @property
    def role_label(self) -> str:
        """The role in the reader's language."""
        return str(Role(self.role).label)


ACCOUNTS: tuple[Account, ...] = tuple(
    Account(full_name=name, **facts) for name, facts in read("people")["accounts"].items()
)
"""In the order in which a visitor best tries them."""


def offered() -> list[Account]:
    """The accounts that are there and may sign in, under the user names they have here."""
    usual = {account.username: account for account in ACCOUNTS}
    there = set(User.objects.filter(is_demo=True, is_active=True).values_list("username", flat=True))
    return [
        Account(name, account.full_name, account.name_en, account.role, account.language)
        for username, account in usual.items()
        for name in (username, SPARE_PREFIX + username)
        if name in there
    ]

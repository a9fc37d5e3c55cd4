"""The person an empty installation starts with."""

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from houqin.accounts.actions import grants, passwords, people
from houqin.accounts.models import Role, User
from houqin.accounts.queries.people import nobody_yet
from houqin.kernel.errors import Refused

_ONE_AT_A_TIME = 0x68715F66


@transaction.atomic
def create(*, username: str, full_name: str, email: str, password: str, language: str) -> User:
    """Return the first administrator, made together with the role and a password.

    Raises `Refused` once anybody is there: of two that come at once the second is refused.
    Demonstration accounts do not count.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    if not nobody_yet():
        raise Refused(_("This installation already has its people. Sign in."))
    person = people.create(username=username, full_name=full_name, email=email, language=language)
    person = passwords.set_password(person=person, password=password)
    grants.give(person=person, role=Role.ADMINISTRATOR)
    return person

"""What a browser does on the pages of an account."""

import re
from typing import Any

from django.test import Client

GOOD = "correct horse battery"
NEW = "another staple entirely"
LOGIN = "/accounts/login/"


def sign_in(client: Client, login: str = "wang", password: str = GOOD, **extra: str) -> int:
    """Send the sign-in form and return the status of the answer."""
    return client.post(LOGIN, {"login": login, "password": password}, headers=extra).status_code


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def without_token(answer: Any) -> str:
    """Return a page without the token that differs on every rendering."""
    return re.sub(r'(csrfmiddlewaretoken" value|csrf-token" content)="\w+"', "", answer.content.decode())

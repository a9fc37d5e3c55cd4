"""A browser without a browser: Django's client, signed in."""

from django.test import Client

from houqin.accounts.models import User

BACKEND = "houqin.accounts.backends.NameOrEmailBackend"


def signed_in(user: User, *, english: bool = True) -> Client:
    """A client whose session is the person's, reading English unless told otherwise."""
    client = Client(headers={"accept-language": "en" if english else "zh-CN"})
    client.force_login(user, backend=BACKEND)
    return client

"""People who sign in, what they may do and where, and the tokens that act for them."""

from houqin.accounts.models.grants import Grant, Role
from houqin.accounts.models.people import User
from houqin.accounts.models.tokens import ApiToken, Invitation, PastPassword

__all__ = ["ApiToken", "Grant", "Invitation", "PastPassword", "Role", "User"]

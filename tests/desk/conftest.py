"""It is Monday morning at the desk."""

from tests.fixtures_desk import *  # noqa: F403

"""It is Monday morning, and programs call with tokens."""

from tests.api.calling import *  # noqa: F403
from tests.fixtures_desk import *  # noqa: F403

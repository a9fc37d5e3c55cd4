"""The desk's hour and service for the tests of figures."""

from tests.fixtures_desk import *  # noqa: F403 - one fixture each

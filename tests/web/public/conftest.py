"""The desk's hour and its one service, where a story needs them."""

from tests.fixtures_desk import leak

__all__ = ["leak"]

"""Jobs of the pages come from requests of the desk."""

from tests.fixtures_desk import leak

__all__ = ["leak"]

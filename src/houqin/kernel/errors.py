"""What an action says when it will not do what was asked.

A `Refused` carries a finished sentence in the user's language: what is wrong and what would
be right. Interfaces show it as it is; nothing has been written when it is raised.
"""

from typing import Any


class Refused(Exception):
    """A rule of the house says no; `str()` is the sentence for the user."""

    code = "refused"

    def __init__(self, sentence: object = "", **facts: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.facts = facts

    def __str__(self) -> str:
        return str(self.sentence)


class StaleState(Refused):
    """The thing has moved on meanwhile; the asked step is not possible from where it is now."""

    code = "stale_state"


class NotPermitted(Refused):
    """The person may see the thing but not do this with it."""

    code = "not_permitted"


class Missing(Refused):
    """What was named does not exist, or is not visible to the person: both look the same."""

    code = "missing"


class Invalid(Refused):
    """An input is wrong; `field` names it when there is one."""

    code = "invalid"

    def __init__(self, sentence: object = "", *, field: str | None = None, **facts: Any) -> None:
        super().__init__(sentence, **facts)
        self.field = field

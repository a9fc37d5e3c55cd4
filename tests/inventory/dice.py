"""Choices made by a number, so that a step can be told, repeated and shrunk."""

from typing import TypeVar

from houqin.kernel.errors import Refused

T = TypeVar("T")


class Dice:
    """The digits of a number, taken one after the other; what is left of it is none."""

    def __init__(self, number: int) -> None:
        self.left = number

    def of(self, sides: int) -> int:
        self.left, found = divmod(self.left, sides)
        return found

    def among(self, things: list[T]) -> T:
        if not things:
            raise Refused("nothing there")
        return things[self.of(len(things))]

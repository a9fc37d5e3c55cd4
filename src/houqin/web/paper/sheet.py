"""What stands on a paper: its head, lines, sums and signatures, in words that are already written out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Heading:
    """A column of the lines. `figures` stand to the right; `wide` columns share what room is left."""

    text: str
    figures: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Line:
    """A line of cells, in the order of the headings, and what it adds to the sums, in yuan."""

    cells: Sequence[str]
    amount: Decimal | None = None


@dataclass(frozen=True)
class Total:
    """The sum under the last line: in words, and in yuan as a figure."""

    words: str
    amount: str


@dataclass(frozen=True)
class Paper:
    """A document for signatures. `code` is what its QR picture says, `facts` pairs of name and value.

    `printed` tells when and where it came from. With `total` each page carries its own sum as well.
    """

    organisation: str
    title: str
    number: str
    code: str
    when: str
    facts: Sequence[tuple[str, str]]
    headings: Sequence[Heading]
    lines: Sequence[Line]
    signers: Sequence[str]
    printed: str
    total: Total | None = None
    notes: Sequence[str] = field(default=())

    @property
    def rows(self) -> list[list[tuple[Heading, str]]]:
        """The cells of each line, each with its heading."""
        return [list(zip(self.headings, line.cells, strict=True)) for line in self.lines]

"""State machines as data: one table of moves for the guard, the trigger, the buttons and the chart."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from houqin.kernel.errors import StaleState


class StateMachine:
    """The moves a status may make.

    `moves` maps every state to the states it may go to; a state that leads nowhere maps to an
    empty set, so that a forgotten state is seen at import.
    """

    def __init__(self, moves: Mapping[str, frozenset[str]]) -> None:
        self.moves = {str(state): frozenset(str(s) for s in targets) for state, targets in moves.items()}
        unknown = {t for targets in self.moves.values() for t in targets} - self.moves.keys()
        if unknown:
            raise ValueError(f"states without a row of their own: {sorted(unknown)}")

    def check(self, current: str, target: str) -> None:
        """Pass when `current` may become `target`; raise `StaleState` otherwise."""
        if target not in self.moves[current]:
            raise StaleState(
                _("This step is no longer possible: the state has changed meanwhile. Reload the page."),
                current=current,
                target=target,
            )

    def reachable(self, current: str) -> frozenset[str]:
        """The states that may follow `current`."""
        return self.moves[current]

    @property
    def edges(self) -> list[tuple[str, str]]:
        """All moves as sorted pairs, for the database trigger and the chart."""
        return sorted((a, b) for a, targets in self.moves.items() for b in targets)

    @property
    def final(self) -> frozenset[str]:
        """States that lead nowhere."""
        return frozenset(state for state, targets in self.moves.items() if not targets)

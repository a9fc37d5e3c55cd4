"""`houqin run`: the database, the web server and the worker together, until Ctrl-C.

This process only watches, so it never loads Django.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence

from houqin.cli import database, ports
from houqin.cli.children import Child, command, end_all
from houqin.cli.wording import gettext as _
from houqin.embedded import exit_on_signals
from houqin.kernel import handover
from houqin.kernel.environment import Environment

PAUSE = 0.5


def main(arguments: list[str], environment: Environment) -> int:
    """Run until a signal ends it; return 0."""
    parser = argparse.ArgumentParser(
        prog="houqin run", description=_("start everything: database, web and worker")
    )
    parser.add_argument(
        "--no-demo", action="store_true", help=_("start empty instead of with the demonstration")
    )
    options = parser.parse_args(arguments)
    ports.require_free(environment)
    with exit_on_signals(), database.server_in_use(environment):
        where = database.target(environment)
        database.require_usable(where)
        if database.is_empty(where) and not options.no_demo:
            _load_demonstration()
        _supervise([Child(("web",)), Child(("worker",)), *_mail_listener(environment)], environment)
    return 0


def _mail_listener(environment: Environment) -> list[Child]:
    """The listener on the port that is set, or on a free one of this machine; it prints which."""
    port = environment.mail_port
    if port == 0:
        return []
    return [Child(("mail-server", "--port", str(port or ports.free(environment.mail_bind))))]


def _load_demonstration() -> None:
    print(_("First start: loading the demonstration …"), flush=True)
    done = subprocess.run(command(("demo", "load")), check=False)  # noqa: S603 - our own program
    if done.returncode:
        print(_("The demonstration was not loaded; going on without it."), file=sys.stderr, flush=True)


def _supervise(children: Sequence[Child], environment: Environment) -> None:
    """Keep the children and the embedded database alive until a signal; then end the children."""
    told = False
    looked_at = time.monotonic()
    try:
        for child in children:
            child.start()
        while True:
            _restore_if_wanted(children, environment)
            for child in children:
                code = child.look_after()
                if code is not None:
                    print(
                        _("houqin %(name)s ended with code %(code)s; it is started again.")
                        % {"name": " ".join(child.words), "code": code},
                        file=sys.stderr,
                        flush=True,
                    )
            if not told and ports.answers(environment):
                told = True
                print(_("houqin answers at %(url)s — Ctrl-C ends it.") % {"url": environment.url}, flush=True)
            if time.monotonic() - looked_at > database.LOOK_SECONDS:
                database.keep_running(environment)
                looked_at = time.monotonic()
            time.sleep(PAUSE if told else PAUSE / 5)
    finally:
        end_all(children)


def _restore_if_wanted(children: Sequence[Child], environment: Environment) -> None:
    """Restore a backup that a page took in; the children are ended before and come back by themselves."""
    archive = handover.wanted(environment.data_dir)
    if not archive.exists():
        return
    end_all(children)
    for child in children:
        child.process, child.again_at = None, 0.0
    print(_("Restoring a backup …"), flush=True)
    done = subprocess.run(  # noqa: S603 - our own program
        command(("restore", str(archive))), capture_output=True, text=True, check=False
    )
    says = (done.stderr if done.returncode else done.stdout).strip()
    handover.tell(environment.data_dir, handover.Outcome(restored=not done.returncode, says=says))

"""The address that people reach us at, tried before anything is started."""

import errno
import http.client
import socket

from houqin.cli.refusal import CannotRunError
from houqin.cli.wording import gettext as _
from houqin.kernel.environment import Environment

# What stands for every address of a machine, and how the machine itself reaches it.
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
ASK_SECONDS = 2.0


def require_free(environment: Environment) -> None:
    """Pass when the port can be listened on.

    The web server shares its port among its processes, so a second one would be let in beside the
    first: hence the trial without sharing. Raises `CannotRunError`.
    """
    facts = {"port": environment.port, "bind": environment.bind}
    try:
        found = socket.getaddrinfo(environment.bind, environment.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _name, address = found[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except socket.gaierror as error:
        raise CannotRunError(_("HOUQIN_BIND=%(bind)s is not an address.") % facts) from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sentence = _(
                "Port %(port)s is taken by another program. End it, or choose a free port with HOUQIN_PORT."
            )
        elif error.errno == errno.EACCES:
            sentence = _("Port %(port)s may only be used by root. Choose one above 1023 with HOUQIN_PORT.")
        else:
            sentence = _("This machine has no address %(bind)s. Set HOUQIN_BIND to one of its addresses.")
        raise CannotRunError(sentence % facts) from error


def free(bind: str) -> int:
    """Return a port that nobody listens on just now; the same one is kept when a child is started again."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as trial:
        trial.bind((bind, 0))
        port: int = trial.getsockname()[1]
        return port


def answers(environment: Environment) -> bool:
    """Tell whether somebody answers HTTP at the address, whatever the answer."""
    host = EVERY_ADDRESS.get(environment.bind, environment.bind)
    connection = http.client.HTTPConnection(host, environment.port, timeout=ASK_SECONDS)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True

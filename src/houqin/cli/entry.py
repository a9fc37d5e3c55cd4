"""The command `houqin`: prepares what a command needs, runs it, and says in a sentence what is wrong.

Exit codes: 0 done; 1 done, and differences were found (`check`); 2 nothing was done; 3 some rows
were refused (`import`); 130 ended by Ctrl-C.
"""

import contextlib
import importlib
import os
import sys
from collections.abc import Callable, Iterator
from difflib import get_close_matches

import houqin
from houqin.cli import database, lifeline
from houqin.cli.commands import COMMANDS, Command, Needs, find, of_django
from houqin.cli.refusal import CannotRunError
from houqin.cli.wording import gettext as _
from houqin.cli.wording import operator_language
from houqin.embedded import EmbeddedError, exit_on_signals
from houqin.kernel import environment as environment_module
from houqin.kernel.environment import BadEnvironment, Environment
from houqin.kernel.errors import Refused

NOTHING_DONE = 2
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = lifeline.taken_from(list(sys.argv[1:] if arguments is None else arguments))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "houqin.config.settings")
    if not arguments or arguments[0] in {"help", "-h", "--help"}:
        print(overview())
        return 0
    if arguments[0] == "--version":
        print(f"houqin {houqin.__version__}")
        return 0
    try:
        return _run(arguments, environment_module.read())
    except KeyboardInterrupt:
        return INTERRUPTED
    except BadEnvironment as error:
        return _refuse(str(error.code))
    except BrokenPipeError:  # whoever reads our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def overview() -> str:
    """Return the list of commands, in groups."""
    lines = [_("Usage: houqin COMMAND [options]; houqin COMMAND --help tells them.")]
    width = max(len(command.name) for command in COMMANDS) + 2
    for group in dict.fromkeys(command.group for command in COMMANDS):
        lines += ["", _(group)]
        lines += [f"  {one.name:<{width}}{_(one.summary)}" for one in COMMANDS if one.group == group]
    return "\n".join(lines)


def _run(arguments: list[str], environment: Environment) -> int:
    """Run a command; what an operator can put right becomes a sentence on standard error."""
    try:
        return _dispatch(arguments, environment)
    except (Refused, CannotRunError) as refusal:
        return _refuse(str(refusal))
    except EmbeddedError as error:
        return _refuse(_(error.template) % error.params)
    except PermissionError as error:
        return _refuse(_("%(file)s cannot be used: permission denied.") % {"file": error.filename or ""})
    except Exception as error:
        if not _is_of_the_database(error):
            raise
        return _refuse(_("The database cannot be reached: %(what)s") % {"what": str(error).strip()})


def _dispatch(arguments: list[str], environment: Environment) -> int:
    command, rest = find(arguments) or (None, [])
    if command is None:
        command, rest = _command_of_django(arguments[0]), arguments[1:]
    if command is None:
        return _refuse(_unknown(" ".join(arguments[:2])))
    if command.module:
        function: Callable[[list[str], Environment], int] = importlib.import_module(command.module).main
        return function(rest, environment)
    asks_for_help = bool({"-h", "--help"} & set(rest))
    with _ready(Needs.NOTHING if asks_for_help else command.needs, environment):
        return _run_django(command, rest)


def _is_of_the_database(error: Exception) -> bool:
    """Tell Django's and the driver's word that the database is gone, without importing Django for it."""
    return any(kind.__name__ == "OperationalError" for kind in type(error).__mro__)


@contextlib.contextmanager
def _ready(needs: Needs, environment: Environment) -> Iterator[None]:
    """Keep the database running inside the block, with the tables that the command needs."""
    if needs == Needs.NOTHING:
        yield
        return
    with exit_on_signals(), database.server_in_use(environment):
        database.make_ready(environment, tables=needs == Needs.TABLES)
        yield


def _run_django(command: Command, rest: list[str]) -> int:
    import django  # noqa: PLC0415 - costs half a second, which help and errors need not wait for
    from django.core.management import ManagementUtility  # noqa: PLC0415
    from django.utils import translation  # noqa: PLC0415

    django.setup()
    translation.activate(operator_language())
    words = ["houqin", *command.django.split(), *rest]
    try:
        ManagementUtility(words).fetch_command(words[1]).run_from_argv(words)
    except SystemExit as leaving:
        if isinstance(leaving.code, str):
            return _refuse(leaving.code)
        return int(leaving.code or 0)
    return 0


def _command_of_django(name: str) -> Command | None:
    import django  # noqa: PLC0415
    from django.core.management import get_commands  # noqa: PLC0415

    django.setup()
    return of_django(name) if name in get_commands() else None


def _unknown(words: str) -> str:
    near = get_close_matches(words, [command.name for command in COMMANDS], n=1)
    if near:
        return _("There is no command %(words)s. Is %(near)s meant?") % {"words": words, "near": near[0]}
    return _("There is no command %(words)s. houqin --help lists them.") % {"words": words}


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return NOTHING_DONE

"""The commands of `houqin`, as `houqin --help` lists them, and what each needs before it runs."""

from dataclasses import dataclass
from enum import StrEnum


class Needs(StrEnum):
    """What must be ready before a command runs."""

    NOTHING = "nothing"
    DATABASE = "database"
    """A server that is new enough and a database, with whatever tables."""
    TABLES = "tables"
    """The tables of this release."""


@dataclass(frozen=True)
class Command:
    """One command: the words people type and the Django command behind them, with its first words.

    `module` names a module with `main(arguments, environment)` instead, for commands that only
    watch other processes and never load Django. `summary` is an English message id.
    """

    words: tuple[str, ...]
    group: str
    summary: str
    django: str = ""
    module: str = ""
    needs: Needs = Needs.TABLES

    @property
    def name(self) -> str:
        """The words as people type them."""
        return " ".join(self.words)


def _(message: str) -> str:
    """Mark a message for translation; it is translated where it is shown."""
    return message


RUNNING = _("Running")
LOOKING_AFTER = _("Looking after it")
PEOPLE = _("People")
DATA = _("Data")

COMMANDS = (
    Command(("run",), RUNNING, _("start everything: database, web and worker"), module="houqin.cli.run"),
    Command(("web",), RUNNING, _("serve the pages and the API"), module="houqin.cli.web"),
    Command(("worker",), RUNNING, _("do the jobs that wait and whatever is due"), django="worker"),
    Command(("mail-server",), RUNNING, _("take mail in by SMTP or LMTP"), django="mail_server"),
    Command(("status",), LOOKING_AFTER, _("say how the installation stands"), django="status"),
    Command(
        ("check", "stock"),
        LOOKING_AFTER,
        _("prove that the books of the stores add up"),
        django="check_stock",
    ),
    Command(
        ("check",),
        LOOKING_AFTER,
        _("compare files, due times and states with what they should be"),
        django="check_installation",
    ),
    Command(("backup",), LOOKING_AFTER, _("put everything into one archive"), django="backup"),
    Command(
        ("restore",),
        LOOKING_AFTER,
        _("bring an archive back into an empty installation"),
        django="restore",
        needs=Needs.DATABASE,
    ),
    Command(
        ("migrate",),
        LOOKING_AFTER,
        _("bring the tables up to this release"),
        django="migrate",
        needs=Needs.DATABASE,
    ),
    Command(("user", "create-admin"), PEOPLE, _("make an administrator"), django="user_create_admin"),
    Command(
        ("token", "create"),
        PEOPLE,
        _("make a token by which a program acts for a person"),
        django="token_create",
    ),
    Command(
        ("import", "requests"),
        DATA,
        _("bring in the past requests of another system"),
        django="import_requests",
    ),
    Command(("import", "items"), DATA, _("bring in items from a table"), django="import_items"),
    Command(
        ("import", "stock"), DATA, _("receive what lies in the stores from a table"), django="import_stock"
    ),
    Command(
        ("report", "service-levels"),
        DATA,
        _("say how many requests were served on time"),
        django="report_service_levels",
    ),
    Command(
        ("report", "replenishment"),
        DATA,
        _("say what the stores should order again, and why"),
        django="report_replenishment",
    ),
    Command(
        ("report", "time-owners"),
        DATA,
        _("say who had the time of requests: us, the requester, parts, a contractor"),
        django="report_time_owners",
    ),
    Command(
        ("report", "replay"),
        DATA,
        _("say what would have been met under another standard"),
        django="report_replay",
    ),
    Command(
        ("openapi",),
        DATA,
        _("print the description of the API"),
        django="openapi",
        needs=Needs.NOTHING,
    ),
    Command(("demo", "load"), DATA, _("fill an installation with a lifelike campus"), django="demo load"),
    Command(("demo", "remove"), DATA, _("take the demonstration out again"), django="demo remove"),
)

WITHOUT_DATABASE = frozenset({"makemigrations", "makemessages", "compilemessages", "collectstatic", "check"})
"""Django's own commands that need no database."""

CHECKS_OF_DJANGO = ("--deploy", "--tag", "-t", "--list-tags", "--fail-level", "--database")
"""Options of `houqin check` by which Django's own system check is meant."""


def find(arguments: list[str]) -> tuple[Command, list[str]] | None:
    """Return the command that the first words name and the arguments after them; None when none does.

    A command of Django's may be named too.
    """
    if arguments[:1] == ["check"] and any(word.split("=")[0] in CHECKS_OF_DJANGO for word in arguments):
        return Command(("check",), "", "", django="check", needs=Needs.NOTHING), arguments[1:]
    for command in COMMANDS:
        if tuple(arguments[: len(command.words)]) == command.words:
            return command, arguments[len(command.words) :]
    return None


def of_django(name: str) -> Command:
    """Return a command of Django's or of another app by its name."""
    needs = Needs.NOTHING if name in WITHOUT_DATABASE else Needs.TABLES
    return Command((name,), "", "", django=name, needs=needs)

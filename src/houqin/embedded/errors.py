"""What can go wrong with the embedded database, each as one sentence that says what to do.

This room knows no Django, so a message is kept as an English message id with named
placeholders: `str(error)` is the English sentence, and the command line shows
`gettext(error.template) % error.params`.
"""

from typing import ClassVar


def _(message: str) -> str:
    """Return `message` unchanged; the name marks it for the message extractor."""
    return message


class EmbeddedError(Exception):
    """The embedded database cannot do what was asked; the message says what to do."""

    template: ClassVar[str]

    def __init__(self, **params: object) -> None:
        """Fill the placeholders of `template` with `params`."""
        self.params = params
        super().__init__(self.template % params)


class NoBinaries(EmbeddedError):
    """The PostgreSQL programs are not installed, or do not run on this platform."""

    template = _(
        "There is no embedded PostgreSQL for this machine (%(platform)s). "
        "Set HOUQIN_DATABASE_URL to a PostgreSQL server of version 16 or newer."
    )


class NoServerAccount(EmbeddedError):
    """Started as root, and no unprivileged account was found for the server."""

    template = _(
        "PostgreSQL refuses to run as root, and none of the accounts %(accounts)s exists. "
        "Create a system user named houqin, or start as an ordinary user."
    )


class AccountUnknown(EmbeddedError):
    """The current user id has no entry in the account database, which PostgreSQL needs."""

    template = _(
        "The user id %(uid)s has no name on this machine, and PostgreSQL needs one to create its data. "
        "Add the user to /etc/passwd, or start as another user."
    )


class FolderNotUsable(EmbeddedError):
    """A folder of the database cannot be created, entered or written."""

    template = _(
        "The folder %(folder)s cannot hold the database: %(reason)s. "
        "Make it writable for the user %(user)s, or set HOUQIN_DATA_DIR to another folder."
    )


class BelongsToOther(EmbeddedError):
    """The data of the server belongs to another user, and we are not root."""

    template = _(
        "The folder %(folder)s belongs to the user %(owner)s. "
        "Start as that user, or set HOUQIN_DATA_DIR to another folder."
    )


class BelongsToRoot(EmbeddedError):
    """The data of the server belongs to root, as whom PostgreSQL refuses to run."""

    template = _(
        "The folder %(folder)s belongs to root, and PostgreSQL refuses to run as root. "
        "Give it and all it holds to the user %(user)s, then start again."
    )


class NotACluster(EmbeddedError):
    """The cluster folder exists, but what it holds is not the data of a PostgreSQL server."""

    template = _(
        "The folder %(folder)s holds no complete PostgreSQL data. "
        "Move it away to start empty, or put a backup in its place."
    )


class DiskFull(EmbeddedError):
    """The disk of the data folder has no space left."""

    template = _("The disk that holds %(folder)s is full. Free some space, then start again.")


class OtherMajorVersion(EmbeddedError):
    """The data was written by another major version of PostgreSQL."""

    template = _(
        "The data in %(folder)s was written by PostgreSQL %(found)s, but %(expected)s is installed. "
        "Make a backup with the release that wrote it, and restore it into an empty data folder."
    )


class FolderBusy(EmbeddedError):
    """A PostgreSQL server that this program did not start works in the folder."""

    template = _(
        "Another PostgreSQL server (process %(pid)s) works in %(folder)s. Stop that server, then start again."
    )


class RunsWithoutTcp(EmbeddedError):
    """A TCP port was asked for, but the server runs already without one."""

    template = _(
        "The database in %(folder)s already runs without a TCP port. "
        "End the programs that use it, then start again."
    )


class TurnTimedOut(EmbeddedError):
    """Another process was starting or stopping the server for too long."""

    template = _(
        "Another process has been starting or stopping the database in %(folder)s for %(seconds)s seconds. "
        "Wait for it, or end it, then start again."
    )


class ServerDidNotStart(EmbeddedError):
    """PostgreSQL ended before it was ready; carries the tail of its log."""

    template = _("PostgreSQL did not start. Correct what its log %(log)s says, then start again:\n%(tail)s")


class StartTimedOut(EmbeddedError):
    """PostgreSQL lives but was not ready in time; it goes on and the next start finds it."""

    template = _(
        "PostgreSQL is not ready after %(seconds)s seconds; it may still be recovering after a crash. "
        "Start again in a minute; if that does not help, read its log %(log)s:\n%(tail)s"
    )


class ServerDidNotStop(EmbeddedError):
    """Processes of the server were still there after every signal."""

    template = _("The database in %(folder)s did not stop. End the processes %(pids)s by hand.")

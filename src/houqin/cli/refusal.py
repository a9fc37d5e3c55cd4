"""Why a command cannot run."""


class CannotRunError(Exception):
    """The command cannot run; `str()` is a sentence that says what to do about it."""

"""The `HOUQIN_*` variables, read once and checked: an unknown name stops the start."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

KNOWN = {
    "HOUQIN_DATA_DIR": "folder for everything houqin stores",
    "HOUQIN_DATABASE_URL": "PostgreSQL server to use instead of the embedded one",
    "HOUQIN_PORT": "port of the web server (8000)",
    "HOUQIN_BIND": "address the web server listens on (127.0.0.1)",
    "HOUQIN_PUBLIC_URL": "address that QR codes and mails point to",
    "HOUQIN_WEB_WORKERS": "web processes (one per core, at most 4)",
    "HOUQIN_MAIL_URL": "smtp://user:password@host:port for outgoing mail; without it mail waits",
    "HOUQIN_MAIL_FROM": "sender of outgoing mail",
    "HOUQIN_MAIL_ADDRESS": "address that people write to and that answers come back to",
    "HOUQIN_MAIL_PLUS": "0 where the mail server takes no name+anything@ addresses",
    "HOUQIN_MAIL_PORT": "port of the mail listener; without it houqin run takes a free one, 0 for none",
    "HOUQIN_MAIL_BIND": "address the mail listener listens on (127.0.0.1)",
    "HOUQIN_IMAP_URL": "imaps://user:password@host/INBOX of a mailbox to read",
    "HOUQIN_PASSWORD_PROFILE": "modern or mlps2",
    "HOUQIN_TIME_ZONE": "time zone of the organisation (Asia/Shanghai)",
    "HOUQIN_LANGUAGE": "language of a new visitor: zh-hans or en",
    "HOUQIN_LOG": "level of the log: debug, info, warning, error",
    "HOUQIN_DEMO_ANYWHERE": "1 lets demonstration accounts sign in from other machines",
    "HOUQIN_TRUSTED_PROXIES": "how many reverse proxies stand in front (0)",
}


HIGHEST = 65_535
_TEXTS = (
    "database_url",
    "bind",
    "public_url",
    "mail_url",
    "mail_from",
    "mail_address",
    "mail_bind",
    "imap_url",
    "time_zone",
)


class BadEnvironment(SystemExit):
    """The start stops with a sentence instead of a traceback."""


def checkout() -> Path | None:
    """The source checkout this code runs from, or None when it is installed."""
    root = Path(__file__).resolve().parents[3]
    return root if (root / "pyproject.toml").is_file() and (root / "src" / "houqin").is_dir() else None


def default_data_dir() -> Path:
    """`.data` in a checkout, the platform's data folder otherwise."""
    root = checkout()
    return root / ".data" if root else Path(platformdirs.user_data_dir("houqin", appauthor=False))


@dataclass(frozen=True)
class Environment:
    """What the environment asks for."""

    data_dir: Path
    database_url: str = ""
    port: int = 8000
    bind: str = "127.0.0.1"
    public_url: str = ""
    web_workers: int = field(default_factory=lambda: min(4, os.cpu_count() or 1))
    mail_url: str = ""
    mail_from: str = "houqin <houqin@localhost>"
    mail_address: str = ""
    mail_plus: bool = True
    mail_port: int | None = None
    mail_bind: str = "127.0.0.1"
    imap_url: str = ""
    password_profile: str = "modern"  # noqa: S105 - the name of a set of rules
    time_zone: str = "Asia/Shanghai"
    language: str = "zh-hans"
    log: str = "info"
    demo_anywhere: bool = False
    trusted_proxies: int = 0

    @property
    def url(self) -> str:
        """Where people reach houqin, without a slash at the end."""
        host = "127.0.0.1" if self.bind in {"0.0.0.0", "::"} else self.bind  # noqa: S104
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")


def read(environ: dict[str, str] | None = None) -> Environment:
    """The environment as typed values; exits with a sentence when a name or value is wrong."""
    env = dict(os.environ if environ is None else environ)
    given = {name: value for name, value in env.items() if name.startswith("HOUQIN_") and value != ""}
    for name in given:
        if name not in KNOWN:
            raise BadEnvironment(f"houqin: unknown setting {name}. Known: {', '.join(sorted(KNOWN))}")
    values: dict[str, object] = {
        "data_dir": Path(given.get("HOUQIN_DATA_DIR") or default_data_dir()).expanduser().resolve()
    }
    for attribute in _TEXTS:
        _take(given, values, attribute)
    for attribute in ("port", "web_workers", "trusted_proxies", "mail_port"):
        _take_number(given, values, attribute)
    _take_choice(given, values, "password_profile", {"modern", "mlps2"})
    _take_choice(given, values, "language", {"zh-hans", "en"})
    _take_choice(given, values, "log", {"debug", "info", "warning", "error"})
    values["mail_plus"] = given.get("HOUQIN_MAIL_PLUS", "1") != "0"
    values["demo_anywhere"] = given.get("HOUQIN_DEMO_ANYWHERE", "0") == "1"
    return Environment(**values)  # type: ignore[arg-type]


def _name(attribute: str) -> str:
    return f"HOUQIN_{attribute.upper()}"


def _take(given: dict[str, str], values: dict[str, object], attribute: str) -> None:
    if _name(attribute) in given:
        values[attribute] = given[_name(attribute)]


def _take_number(given: dict[str, str], values: dict[str, object], attribute: str) -> None:
    text = given.get(_name(attribute))
    if text is None:
        return
    if not text.isdigit() or int(text) > HIGHEST:
        raise BadEnvironment(f"houqin: {_name(attribute)}={text!r} is not a number from 0 to 65535")
    values[attribute] = int(text)


def _take_choice(given: dict[str, str], values: dict[str, object], attribute: str, allowed: set[str]) -> None:
    text = given.get(_name(attribute))
    if text is None:
        return
    if text.lower() not in allowed:
        raise BadEnvironment(
            f"houqin: {_name(attribute)}={text!r} must be one of {', '.join(sorted(allowed))}"
        )
    values[attribute] = text.lower()

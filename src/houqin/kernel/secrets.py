"""The installation's own secret, made at the first start and kept in the data folder."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path


def secret_key(data_dir: Path) -> str:
    """The secret in `<data_dir>/secret_key`, made there (mode 0600) when it is missing.

    Two processes that start at once agree: the file is written beside and linked into place,
    and whoever comes second reads the first one's.
    """
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        fresh = data_dir / f".secret_key.{os.getpid()}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


def keyed_digest(secret: str, purpose: str, text: str) -> str:
    """A keyed hash of `text` as 64 hexadecimal digits; `purpose` keeps uses apart."""
    return hmac.new(secret.encode(), f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()

"""Bring what the tests need: Chromium and a Chinese font; with `--all` Dovecot too, for the long ones.

Installs them as root on Debian or Ubuntu; elsewhere says exactly what to install and stops.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/Library/Fonts",
    "/System/Library/Fonts",
)


def browser() -> str | None:
    """The Chromium on PATH, or None."""
    return next((found for name in CHROMIUM if (found := shutil.which(name))), None)


def has_chinese_font() -> bool:
    """True when a font for Chinese is installed."""
    names = ("notosanscjk", "pingfang", "wqy", "sourcehansans", "notosanssc")
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return any(
        any(name in file.name.lower().replace("-", "") for name in names)
        for folder in folders
        if folder.is_dir()
        for file in folder.rglob("*.tt[cf]")
    ) or any(folder.is_dir() and any(folder.rglob("*CJK*.otf")) for folder in folders)


def main() -> int:
    """Install what is missing when that is allowed; return the exit code."""
    wanted = []
    if browser() is None:
        wanted.append("chromium")
    if not has_chinese_font():
        wanted.append("fonts-noto-cjk")
    if "--all" in sys.argv and shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        wanted.append("dovecot-imapd")
    if not wanted:
        return 0
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted],
            check=True,
            env=environment,
        )
        return 0
    print(f"The tests need: {' '.join(wanted)}", file=sys.stderr)
    print(f"  Debian, Ubuntu: sudo apt-get install {' '.join(wanted)}", file=sys.stderr)
    print("  elsewhere: install Chromium (on PATH), Noto Sans CJK and Dovecot", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

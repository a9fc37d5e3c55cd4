import gettext
from pathlib import Path

import hatch_build
import pytest

PO = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Close"
msgstr "关闭"
"""


def test_translations_are_compiled_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO)

    hatch_build.compile_translations(tmp_path)
    hatch_build.compile_translations(tmp_path)

    with source.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Close") == "关闭"
    assert capsys.readouterr().out.count("compiling") == 1


def test_the_stamp_follows_names_and_contents_only(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.ts").write_text("1")
    (tmp_path / "node_modules").mkdir()
    before = hatch_build.fingerprint(tmp_path)

    (tmp_path / "node_modules" / "anything.js").write_text("2")
    (tmp_path / "src" / "main.ts").touch()
    assert hatch_build.fingerprint(tmp_path) == before

    (tmp_path / "src" / "main.ts").write_text("2")
    assert hatch_build.fingerprint(tmp_path) != before


def test_an_unchanged_front_end_is_not_built_again(tmp_path: Path) -> None:
    sources, target = tmp_path / "frontend", tmp_path / "static"
    sources.mkdir()
    target.mkdir()
    (sources / "package.json").write_text("not even JSON: a build would fail")
    (target / hatch_build.STAMP).write_text(hatch_build.fingerprint(sources))

    hatch_build.build_front_end(sources, target)


def test_the_node_of_the_python_package_is_complete() -> None:
    node, npm = hatch_build.find_node()
    assert node.is_file()
    assert npm.is_file()


def test_the_lock_of_the_front_end_holds_no_address() -> None:
    lock = Path(hatch_build.__file__).with_name("frontend") / "package-lock.json"
    assert "://" not in "".join(line for line in lock.read_text().splitlines() if "url" not in line)

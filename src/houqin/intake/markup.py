"""HTML of strangers: as plain text, and as HTML that can do nothing but be read."""

from collections.abc import Mapping
from html.parser import HTMLParser

import nh3

_BREAKS = frozenset(
    {
        "p", "div", "br", "tr", "table", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "pre",
        "blockquote", "section", "article", "header", "footer", "hr", "dl", "dt", "dd",
    }
)  # fmt: skip
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript", "object", "svg", "math"})
_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "center", "code", "dd", "del", "div", "dl", "dt", "em",
    "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "ol", "p", "pre", "q", "s", "small",
    "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u",
    "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}


def safe_html(html: str, pictures: Mapping[str, str]) -> str:
    """Return the HTML without anything that runs, loads or looks like our own page.

    Of pictures only those stay whose content id is in `pictures`, under the address given there:
    nothing is loaded from anywhere, so nobody learns that a mail was read. Links lead out with
    `rel="noopener noreferrer nofollow"`; styles, classes, ids and forms are gone.
    """

    def kept(tag: str, attribute: str, value: str) -> str | None:
        if (tag, attribute) != ("img", "src"):
            return value
        return pictures.get(value[4:].strip("<> ")) if value[:4].lower() == "cid:" else None

    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=kept,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel="noopener noreferrer nofollow",
        clean_content_tags={"script", "style"},
    )


def plain_text(html: str) -> str:
    """Return what is to be read in HTML, block by line; quoted blocks are marked with `> `."""
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except (AssertionError, RecursionError, ValueError):  # html.parser on broken declarations
        pass
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[tuple[int, str]] = []
        self._line = ""
        self._silent = 0
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKS:
            self._end_line(always=tag == "br")
            if tag == "blockquote":
                self._quoted += 1
            elif tag == "hr":
                self._line = "_" * 32
                self._end_line()
        elif tag in {"td", "th"} and self._line:
            self._line += "\t"

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BREAKS - {"br", "hr"}:
            self._end_line()
            if tag == "blockquote":
                self._quoted = max(0, self._quoted - 1)
            elif tag == "p":
                self._end_line(always=True)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        data = data.replace("\xa0", " ")
        words = " ".join(data.split())
        if not words:
            self._line += " " if self._line and not self._line.endswith(" ") else ""
            return
        before = " " if data[0].isspace() and self._line and not self._line.endswith((" ", "\t")) else ""
        self._line += before + words + (" " if data[-1].isspace() else "")

    def _end_line(self, *, always: bool = False) -> None:
        if self._line.strip() or always:
            self._lines.append((min(self._quoted, 5), self._line.strip()))
        self._line = ""

    def text(self) -> str:
        self._end_line()
        lines: list[str] = []
        for depth, line in self._lines:
            if line or (lines and lines[-1].strip("> ")):
                lines.append(f"{'>' * depth} {line}".rstrip() if depth else line)
        return "\n".join(lines).strip()

"""What is looked for on a page: barriers, loose ends of templates, words in the wrong language."""

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SEEN = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!node.textContent.trim()) continue;
    if (parent.closest("script, style, noscript, kbd, code, textarea, [lang=en], .id")) continue;
    found.push(node.textContent.trim());
  }
  for (const element of document.body.querySelectorAll("[aria-label],[placeholder],[title],[alt]")) {
    if (element.closest("[lang=en]")) continue;
    for (const name of ["aria-label", "placeholder", "title", "alt"]) {
      const text = element.getAttribute(name);
      if (text) found.push(text);
    }
  }
  for (const words of document.querySelectorAll("title")) found.push(words.textContent.trim());
  return [...new Set(found)];
}"""
"""Every text a reader may come across, also in dialogs that are closed, once."""

_NOT_WORDS = re.compile(
    r"""https?://\S+ | /\S+/ | \S+@\S+ | [\w.-]+\.(?:jpg|xlsx|csv|json|zip|tar|md)
      | \b[A-Z]{1,3}\d[\w-]* | \b[a-f0-9]{12,}\b | \b\w+[-_.]\w[\w.-]*\b""",
    re.VERBOSE,
)
"""Addresses, mail addresses, files, numbers of documents and codes of rows."""

_WORD = re.compile(r"[A-Za-z]{2,}")
KNOWN = frozenset(
    re.findall(
        r"\S+",
        "houqin English EN Excel XLSX XLS CSV JSON QR API HTML PDF MB KB GB IP URL HTTP HTTPS SMTP TLS ID "
        "PostgreSQL Python Django Linux Chrome HeadlessChrome Chromium Firefox Safari Edge Android iPhone "
        "ABC SHA Ctrl Enter Esc mm OK TOTP App UTC Asia Shanghai Tabler holidays run "
        "jxl droplet bulb snowflake number choice leak leaking",
    )
)
"""Names and units that are the same in Chinese, and the examples of what to type."""


def english_left(page: Page, *, names: frozenset[str]) -> list[str]:
    """The texts of a Chinese page with an English word in them, `names` of the world aside."""
    texts: list[str] = page.evaluate(SEEN)
    return [text for text in texts if set(_WORD.findall(_NOT_WORDS.sub(" ", text))) - KNOWN - names]


def template_left(page: Page) -> list[str]:
    """Traces of a template that was not rendered."""
    html = page.content()
    return re.findall(r"</?c-[\w.-]+|\{%.{0,40}|\{\{.{0,40}|&lt;c-[\w.]+", html)


def barriers(page: Page, *, again: bool = False) -> list[str]:
    """What axe finds, one line a rule: its name and the first elements it means."""
    if again:
        found: dict[str, Any] = page.evaluate("axe.run({resultTypes: ['violations']})")
    else:
        found = Axe().run(page).response
    return [
        f"{rule['id']}: " + " | ".join(node["html"][:160] for node in rule["nodes"][:3])
        for rule in found["violations"]
    ]


WIDE = """() => {
  const scrolls = element => /auto|scroll|hidden|clip/.test(getComputedStyle(element).overflowX);
  const found = [];
  for (const element of document.body.querySelectorAll("*")) {
    if (element.getBoundingClientRect().right <= document.documentElement.clientWidth + 1) continue;
    let around = element.parentElement;
    while (around && around !== document.body && !scrolls(around)) around = around.parentElement;
    if (around === document.body) found.push(element.outerHTML.slice(0, 100));
  }
  return found.slice(0, 3);
}"""


def sticking_out(page: Page) -> str:
    """The first elements that reach beyond the right edge."""
    found: list[str] = page.evaluate(WIDE)
    return " | ".join(found)

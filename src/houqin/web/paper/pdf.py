"""A paper as PDF: page numbers, a sum for each page, the font inside.

Typesetting runs in a program of its own, because it would leave some forty megabytes in the process that
serves pages for each long document.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import segno
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from houqin.kernel.money import cents
from houqin.web.paper.sheet import Line, Paper

HERE = Path(__file__).parent
FONTS = HERE.parent / "static" / "houqin" / "fonts"
LONGEST = 60
"""Seconds after which typesetting is given up; 500 lines take a fifth of one."""


def as_pdf(paper: Paper) -> bytes:
    """The paper as a PDF on A4, in the language of the reader. Raises `CalledProcessError` with its log."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-I", str(HERE / "typeset.py"), str(HERE / "paper.typ"), str(FONTS)],
        input=json.dumps(_told(paper)).encode(),
        capture_output=True,
        timeout=LONGEST,
        check=True,
    )
    return done.stdout


def pdf_answer(paper: Paper) -> HttpResponse:
    """The PDF for the browser to show, named by the paper's number."""
    answer = HttpResponse(as_pdf(paper), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{paper.number}.pdf"'
    return answer


def _told(paper: Paper) -> dict[str, Any]:
    return {
        "lang": (get_language() or "zh")[:2],
        "organisation": paper.organisation,
        "title": paper.title,
        "number": paper.number,
        "when": paper.when,
        "qr": segno.make(paper.code, error="m", micro=False).svg_inline(border=0),
        "facts": [list(fact) for fact in paper.facts],
        "headings": [vars(heading) for heading in paper.headings],
        "lines": [_line(line) for line in paper.lines],
        "total": vars(paper.total) if paper.total else None,
        "notes": list(paper.notes),
        "signers": list(paper.signers),
        "printed": paper.printed,
        "page_of": _("Page {page} of {pages}"),
        "page_sum": _("Sum of this page"),
    }


def _line(line: Line) -> dict[str, Any]:
    amount = line.amount
    return {"cells": list(line.cells), "cents": None if amount is None else int(cents(amount) * 100)}

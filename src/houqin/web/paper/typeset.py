"""Typeset one paper: its description comes in as JSON, the PDF goes out.

Run as a program: `python typeset.py TEMPLATE FONTS < paper.json > paper.pdf`.
"""

import sys

import typst


def main() -> None:
    """Write the PDF of the template with the data of standard input."""
    template, fonts = sys.argv[1:]
    data = sys.stdin.buffer.read().decode()
    made = typst.compile(template, sys_inputs={"data": data}, font_paths=[fonts], ignore_system_fonts=True)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()

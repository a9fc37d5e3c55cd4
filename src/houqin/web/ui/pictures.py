"""QR codes as pictures inside a page."""

import segno


def qr(text: str) -> str:
    """A QR code as a `data:` address."""
    return segno.make(text, error="m", micro=False).svg_data_uri(scale=4, border=2)

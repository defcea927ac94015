"""A link as a QR code. Knows no builds and no Slack."""

import io

import segno

_SCALE = 8
"""Pixels a module: a code of sixty modules fills a card and is read from a screen."""
_QUIET = 4
"""Modules of white round it, as the standard wants."""


def png(link: str) -> bytes:
    """Draw ``link`` as a PNG.

    Raises:
        ValueError: it is longer than such a code holds, or empty.

    """
    if not link:
        msg = "no link to draw"
        raise ValueError(msg)
    code = segno.make_qr(link, error="m", boost_error=False)
    drawn = io.BytesIO()
    code.save(drawn, kind="png", scale=_SCALE, border=_QUIET)
    return drawn.getvalue()

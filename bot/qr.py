"""Draws a link as a QR code, so that a phone can open it from a screen. Knows no Slack and no build."""

from io import BytesIO

from bot.errors import PictureFailed

MODULE = 8
"""Pixels of one module's side."""
QUIET = 4
"""Modules of white around it; readers need them (ISO/IEC 18004)."""


def png(link: str) -> bytes:
    """Return the picture; raise ``PictureFailed`` for what is too long for one."""
    import segno

    try:
        # Never Micro QR: phones' cameras do not read it.
        code = segno.make(link, error="m", micro=False)
    except ValueError as error:  # segno's errors are all of this kind
        msg = "a link is too long for a QR code"
        raise PictureFailed(msg) from error
    drawn = BytesIO()
    code.save(drawn, kind="png", scale=MODULE, border=QUIET)
    return drawn.getvalue()

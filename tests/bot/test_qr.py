"""Rules of ``bot/qr.py``: a phone reads from the picture the very link that was drawn."""

from io import BytesIO

import pytest
import segno
from PIL import Image

from bot.errors import PictureFailed
from bot.qr import MODULE, QUIET, png

LINK = "https://expo.dev/accounts/pawlogic/projects/mobile/builds/5d7c1b0e-0f5e-4a53-9d52-0f9a3a1a2b3c"


def pixels(picture: bytes) -> list[list[int]]:
    """Read a PNG, 1 is dark."""
    with Image.open(BytesIO(picture), formats=["PNG"]) as image:
        grey = image.convert("L")
    width, height = grey.size
    dots = grey.tobytes()
    assert set(dots) == {0, 255}
    return [[int(dot == 0) for dot in dots[y * width : (y + 1) * width]] for y in range(height)]


def modules(picture: bytes) -> list[list[int]]:
    """Return the code's modules, 1 is dark, and hold the picture to its quiet zone and to whole squares."""
    dots = pixels(picture)
    squares = [row[::MODULE] for row in dots[::MODULE]]
    for y, row in enumerate(dots):
        assert row == [squares[y // MODULE][x // MODULE] for x in range(len(row))]
    edge = [*squares[:QUIET], *squares[-QUIET:], *(row[:QUIET] + row[-QUIET:] for row in squares)]
    assert not any(any(row) for row in edge)
    return [row[QUIET:-QUIET] for row in squares[QUIET:-QUIET]]


@pytest.mark.parametrize("link", [LINK, "https://a.example", "itms-services://?action=x&url=https://a/b"])
def test_the_picture_is_the_code_of_the_link(link):
    expected = segno.make_qr(link, error="m", boost_error=True)

    assert modules(png(link)) == [list(row) for row in expected.matrix]


def test_another_link_is_another_picture():
    assert modules(png(LINK)) != modules(png(LINK[:-1] + "d"))


def test_a_short_link_is_no_micro_code_which_cameras_do_not_read():
    code = modules(png("a.b"))

    finder = [1, 1, 1, 1, 1, 1, 1]
    assert len(code) == 21
    assert code[0][:7] == code[0][-7:] == finder


def test_a_link_that_is_too_long_is_no_picture():
    with pytest.raises(PictureFailed):
        png("https://a.example/" + "x" * 3000)

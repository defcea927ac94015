"""Where a build can be had is a picture for a phone's camera, under the release's card."""

from bot.drawings import Studio, qr_picture
from handlers.render._blocks import Message
from handlers.render.posts import Drawing, Occasion
from tests.bot.pipelines._world import NOON
from tests.handlers._releases import IOS, a_build


def occasion(build) -> Occasion:
    return Occasion(key="run:12:qr:build-ios", body=build.encode(), now=NOON)


async def test_the_picture_names_the_build_and_links_where_it_can_be_had():
    shown = await qr_picture(occasion(a_build(IOS)))

    assert isinstance(shown, Drawing)
    assert shown.content.startswith(b"\x89PNG")
    assert shown.filename == "pawdeploy-run-12-qr-build-ios.png"
    assert shown.title == "iOS 1.5.0, build 57"
    assert shown.alt == "QR code of the address where iOS 1.5.0, build 57 can be had"
    assert "<https://expo.dev/artifacts/ios.bin|get it>" in shown.comment


async def test_a_link_too_long_for_a_picture_is_told_in_words():
    said = await qr_picture(occasion(a_build(IOS, artifact="https://expo.dev/" + "x" * 4000)))
    assert isinstance(said, Message)
    assert "iOS 1.5.0, build 57" in said.text


def test_the_studio_draws_them():
    assert Studio().draws("qr")

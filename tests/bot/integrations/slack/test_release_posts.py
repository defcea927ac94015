"""What is said and shown under a release's card in Slack: testers, an unknown word of a store, QR codes."""

import asyncio

import pytest

from bot.drawings import PICTURES
from bot.engine.states import RunKind, StepName
from bot.engine.stores import StorePhase
from handlers.render.posts import WORDS
from tests.bot.integrations.slack.conftest import DEPLOYS
from tests.bot.pipelines._world import ANN, NOON
from tests.handlers._releases import ANDROID, BUILT, a_version, release_facts


@pytest.fixture
async def run_id(desk) -> int:
    """A release whose card is in Slack."""
    desk.pictures |= PICTURES
    desk.words |= {kind: WORDS[kind] for kind in ("testers", "store_word")}
    made = await desk.runs.create(
        key="trigger:1",
        service="mobile",
        environment="production",
        ref="main",
        again=False,
        by=ANN,
        at=NOON,
        card_channel=DEPLOYS,
        kind=RunKind.RELEASE,
        steps=frozenset({StepName.RESOLVE}),
        more={"mobile": release_facts().encode()},
    )
    await desk.flush(2)
    return made


async def owe(desk, run_id: int, kind: str, about: str, body: str) -> None:
    key = f"run:{run_id}:{kind}:{about}"
    await desk.posts.owe(key, kind=kind, channel=DEPLOYS, body=body, at=NOON, run_id=run_id)


async def thread(desk) -> list:
    """Everything under the card, once nothing is owed any more."""
    async with asyncio.timeout(10):
        while await desk.posts.due():
            await desk.flush()
            await asyncio.sleep(0.01)  # a picture is drawn beside the cards
    return desk.ws.thread(DEPLOYS, desk.cards[0].ts)


async def test_testers_are_asked_and_a_stores_unknown_word_is_told(desk, run_id):
    await owe(desk, run_id, "testers", "1", "1")
    word = a_version(ANDROID, StorePhase.UNKNOWN, raw="NAPPING")
    await owe(desk, run_id, "store_word", "android:NAPPING", word.encode())

    said = [one.text for one in await thread(desk)]

    assert sorted(text.split(",")[0] for text in said) == [
        "1.5.0 is built: try it on iOS and Android",
        "Google says NAPPING of 1.5.0",
    ]


async def test_every_build_comes_as_a_picture_of_its_own_once(desk, run_id):
    for build in BUILT.values():
        await owe(desk, run_id, "qr", build.id, build.encode())
        await owe(desk, run_id, "qr", build.id, build.encode())

    files = [file["name"] for one in await thread(desk) for file in one.files]

    assert sorted(files) == [
        f"pawdeploy-run-{run_id}-qr-build-android.png",
        f"pawdeploy-run-{run_id}-qr-build-ios.png",
    ]

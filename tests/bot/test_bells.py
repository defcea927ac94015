"""Rules of ``bot/bells.py``: a verified message wakes whoever waits for what it is about, and nobody else."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.apps import App
from bot.bells import Bells, Unkept
from bot.engine.alerts import Source
from bot.engine.arrivals import Arrival
from bot.nudges import Nudges
from bot.toml_file import load

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
BUILD = {"id": "b-1", "platform": "ios", "status": "finished", "buildDetailsPageUrl": "https://expo.dev/b-1"}
SUBMISSION = {"id": "s-1", "platform": "android", "status": "errored", "submissionInfo": {}}
CHANGED = {"data": {"type": "appStoreVersionAppVersionStateUpdated", "id": "7"}}


@pytest.fixture
def nudges():
    return Nudges()


@pytest.fixture
def bells(nudges):
    there = {"production": {"deploy_roles": ["releasers"]}}
    stores = {
        "mobile": {"apple": "6470000000"},
        "tablet": {"apple": "6470000001", "google": "app.pawlogic.tablet"},
        "watch": {"google": "app.pawlogic.watch"},
        "kiosk": None,
    }
    apps = tuple(
        App.model_validate(
            {"name": name, "repository": "pawlogic/mobile", "stores": at, "environments": there}
        )
        for name, at in stores.items()
    )
    return Bells(nudges, load(ROOT / "pawdeploy.toml").model_copy(update={"apps": apps}))


def arrival(told, source=Source.EXPO):
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return Arrival(key="k", source=source, resource="expo", body=body, at=NOW)


class Waiting:
    """Those who wait for one bell each."""

    def __init__(self, nudges, *names):
        self._tasks = {name: asyncio.create_task(nudges.wait((name,), 60)) for name in names}

    async def woken(self):
        for _ in range(3):
            await asyncio.sleep(0)
        woken = {name for name, task in self._tasks.items() if task.done()}
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        return woken


async def waiting(nudges, *names):
    made = Waiting(nudges, *names)
    await asyncio.sleep(0)
    return made


@pytest.mark.parametrize(
    ("told", "bell"),
    [(BUILD, "build:b-1"), (SUBMISSION, "submission:s-1"), (BUILD | {"status": "canceled"}, "build:b-1")],
)
async def test_expos_message_wakes_who_waits_for_that_build_or_submission(nudges, bells, told, bell):
    there = await waiting(nudges, "build:b-1", "submission:s-1", "build:b-2", "store:mobile")

    bells.heard(arrival(told))

    assert await there.woken() == {bell}


@pytest.mark.parametrize(
    "told", [b"", b"[]", b"\xff{", {"id": "b-1"}, BUILD | {"id": ""}, BUILD | {"id": {"x": 1}}]
)
async def test_a_message_that_names_nothing_wakes_nobody(nudges, bells, told):
    there = await waiting(nudges, "build:b-1", "build:", "submission:b-1")

    bells.heard(arrival(told))

    assert await there.woken() == set()


async def test_the_same_words_from_another_sender_wake_nobody(nudges, bells):
    there = await waiting(nudges, "build:b-1")

    bells.heard(arrival(BUILD, Source.GENERIC))

    assert await there.woken() == set()


async def test_apples_message_wakes_who_waits_for_any_app_at_the_app_store(nudges, bells):
    there = await waiting(nudges, "store:mobile", "store:tablet", "store:watch", "store:kiosk", "build:7")

    assert bells.apple(json.dumps(CHANGED).encode())

    assert await there.woken() == {"store:mobile", "store:tablet"}


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b'{"data":{"type":"webhookPings"}}', b'{"data":{"type":"webhookPingCreated","id":"1"}}'],
)
async def test_a_ping_wakes_nobody(nudges, bells, body):
    there = await waiting(nudges, "store:mobile")

    assert not bells.apple(body)

    assert await there.woken() == set()


async def test_where_nothing_is_kept_every_message_is_new():
    assert [await Unkept().keep(arrival(BUILD)) for _ in range(2)] == [True, True]

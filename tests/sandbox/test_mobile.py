import asyncio
import hmac
import json
from hashlib import sha1

import httpx
import pytest
import tomlkit
from starlette.applications import Starlette
from starlette.routing import Route

from bot.settings import read_settings
from bot.toml_file import load
from sandbox.bot_process import ROOT
from sandbox.launch import Sandbox
from sandbox.serve import Server
from sandbox.vendors.expo import EXPO_TOKEN
from sandbox.vendors.github import GITHUB_TOKEN
from sandbox.vendors.hooks_out import EXPO_WEBHOOK_SECRET
from tests.sandbox.vendors.sentry_world import Listener

APP = "pawlogic/mobile"
DISPATCH = f"/github/repos/{APP}/actions/workflows/mobile-build.yml/dispatches"


@pytest.fixture
async def box(tmp_path):
    async with Sandbox(state=tmp_path, bot=False) as box:
        box.faults.set("railway.speed", "fast")
        yield box


@pytest.fixture
async def web(box):
    headers = {"Authorization": f"Bearer {GITHUB_TOKEN}"}
    async with httpx.AsyncClient(base_url=box.url, headers=headers) as http:
        yield http


async def run(box, web, **inputs):
    """Run the app's workflow on ``main`` to its end."""
    given = {"sha": box.github.head(repository=APP), "environment": "production", "service": "mobile"}
    body = {"ref": "main", "inputs": {**given, "pawdeploy_run": "12", **inputs}}
    assert (await web.post(DISPATCH, json=body)).status_code == 204
    await until(lambda: box.github.runs[-1].conclusion)
    return box.github.runs[-1].conclusion


async def until(true):
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - the sandbox tells nobody what became of a run
            await asyncio.sleep(0.02)


async def test_a_release_goes_from_the_workflow_to_both_stores_by_itself(box, web):
    built = await run(box, web, action="build", profile="production", message="Release (pawdeploy run 12)")
    await until(lambda: box.expo.builds[-1].status == "FINISHED")
    android, ios = box.expo.builds[-2:]
    handed = await run(box, web, action="submit", build_ios=ios.id, build_android=android.id)
    await until(lambda: box.appstore.uploads and box.googleplay.uploads)

    assert (built, handed) == ("success", "success")
    assert box.appstore.uploads == [("1.4.0", ios.number)]
    assert box.googleplay.uploads == [("1.4.0", android.number)]


async def test_pages_show_what_expo_and_the_stores_have(box, web):
    expo = (await web.get("/expo/accounts/pawlogic/projects/mobile")).text
    stores = (await web.get("/stores")).text

    assert box.expo.groups()[0][0].group in expo
    assert "1.4.0 (57)" in stores
    assert "1.4.0 (140057)" in stores


async def test_a_submission_that_fails_reaches_no_store(box, web):
    box.faults.set("expo.submission", "fails")
    ios = box.expo.builds[-1]
    await run(box, web, action="submit", build_ios=ios.id)
    await until(lambda: box.expo.submissions[-1].status == "ERRORED")

    assert box.appstore.uploads == []


async def test_fingerprints_are_statuses_of_the_commit(box, web):
    await run(box, web, action="fingerprint")

    sha = box.github.head(repository=APP)
    told = (await web.get(f"/github/repos/{APP}/commits/{sha}/statuses")).json()
    found = {one["context"]: one["description"] for one in told}
    newest = {f"fingerprint/{one.platform}": one.fingerprint for one in box.expo.builds[-2:]}

    assert {name: found[name] for name in newest} == newest


@pytest.mark.parametrize(("mood", "good"), [("sends", [True]), ("forged", [False]), ("silent", [])])
async def test_what_ended_is_told_as_the_knob_says(box, web, mood, good):
    listener = Listener()
    bot = Starlette(routes=[Route("/hooks/expo", listener.take, methods=["POST"])])
    async with Server(bot) as server:
        box.mobile.hooks.target = server.url
        box.faults.set("expo.webhook", mood)
        ios = box.expo.builds[-1]
        await run(box, web, action="submit", build_ios=ios.id)
        await until(lambda: box.expo.submissions[-1].status == "FINISHED")
        await box.mobile.hooks.flush()

    assert [_signed(*one) for one in listener.heard] == good
    assert [json.loads(body)["turtleBuildId"] for _, body in listener.heard] == [ios.id] * len(good)


def _signed(headers, body):
    wanted = hmac.new(EXPO_WEBHOOK_SECRET.encode(), body, sha1).hexdigest()
    return headers["expo-signature"] == f"sha1={wanted}"


async def test_the_bot_is_given_what_opens_expo_and_the_stores(box, monkeypatch):
    for name, value in box.process._environment.items():
        monkeypatch.setenv(name, value)

    settings = read_settings(load(box.config))

    assert settings.expo_token.get_secret_value() == EXPO_TOKEN
    assert settings.expo_api_url == f"{box.url}/expo"
    assert settings.appstore_key is not None
    assert settings.googleplay_account is not None


async def test_a_file_without_apps_has_an_expo_nobody_asks(tmp_path):
    document = tomlkit.parse((ROOT / "pawdeploy.toml").read_text("utf-8"))
    for name in ("apps", "workflows", "alerts", "health"):
        document.pop(name)
    source = tmp_path / "pawdeploy.toml"
    source.write_text(tomlkit.dumps(document), "utf-8")

    async with Sandbox(state=tmp_path / "state", bot=False, config=source) as box:
        assert (box.expo.builds, box.expo.updates) == ([], [])

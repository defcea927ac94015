"""Rules of ``bot/check_mobile.py``: what an app needs of Expo, its repository and the stores is looked at."""

from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from bot.check_mobile import check_mobile
from bot.findings import Finding
from bot.project import Project
from bot.toml_file import load
from tests.bot._check import ROOT, World
from tests.bot._check_mobile import APPLE, EXPO, FILE, GOOGLE
from tests.bot.integrations._store_keys import key_file


@pytest.fixture
def world() -> World:
    return World()


async def found(
    world: World, tmp_path: Path, *, project: Project | None = None, **changes: object
) -> dict[str, Finding]:
    file = project or load(ROOT / "pawdeploy.toml")
    transport = httpx.MockTransport(world.answer)
    findings = await check_mobile(world.settings(tmp_path, **changes), file, transport=transport)
    return {one.name: one for one in findings}


def channel(**changes: object) -> dict[str, object]:
    there = EXPO["channel"]["app"]["byId"]["updateChannelByName"]
    return {"app": {"byId": {"updateChannelByName": there | changes}}}


def refusal(message: str) -> httpx.Response:
    return httpx.Response(200, json={"errors": [{"message": message, "extensions": {"isTransient": False}}]})


async def test_what_is_there_is_said(world, tmp_path):
    said = {name: (one.ok, one.said) for name, one in (await found(world, tmp_path)).items()}

    assert said == {
        "workflow mobile-build.yml of mobile": (True, "mobile-build.yml of pawlogic/mobile"),
        "version of mobile": (True, "1.4.0 in app.config.ts"),
        "Expo token": (True, "robot ci of pawlogic"),
        "Expo mobile": (True, "@pawlogic/mobile"),
        "Expo channel mobile production": (True, "production leads to production"),
        "App Store mobile": (True, "1.4.0 READY_FOR_DISTRIBUTION"),
        "Google Play mobile": (True, "1.4.1 RELEASE_LIFECYCLE_STATE_DRAFT"),
    } | {name: one for name, one in said.items() if name.startswith("POST ")}


async def test_an_address_that_is_shut_is_no_fault_and_is_said_to_cost_time(world, tmp_path):
    without = load(ROOT / "pawdeploy.toml").model_copy(update={"alerts": None})
    shut = await found(world, tmp_path, project=without)
    secret = SecretStr("expos-own-secret-word")
    opened = await found(world, tmp_path, project=without, expo_webhook_secret=secret)

    for path in ("/hooks/appstore", "/hooks/expo"):
        assert shut[f"POST {path}"].ok
        assert shut[f"POST {path}"].said.startswith("shut: that a ")
    assert opened["POST /hooks/expo"].said.startswith("open")


async def test_nothing_is_changed(world, tmp_path):
    await found(world, tmp_path)

    changed = [one for one in world.asked if one.split()[0] in ("PUT", "PATCH", "DELETE")]
    assert changed == []
    assert {one for one in world.asked if one.startswith("Expo")} == {f"Expo {name}" for name in EXPO}


async def test_without_an_app_at_expo_or_a_store_nothing_is_looked_at(world, tmp_path):
    file = load(ROOT / "pawdeploy.toml")
    bare = []
    for app in file.apps:
        there = {name: one.model_copy(update={"ota": None}) for name, one in app.environments.items()}
        bare.append(app.model_copy(update={"expo": None, "stores": None, "environments": there}))

    assert await found(world, tmp_path, project=file.model_copy(update={"apps": tuple(bare)})) == {}
    assert not [one for one in world.asked if one.startswith("Expo")]


@pytest.mark.parametrize(
    ("variable", "name", "said"),
    [
        ("appstore_key", "App Store mobile", "APPSTORE_KEY is not set"),
        ("expo_token", "Expo token", "EXPO_TOKEN is not set"),
        ("googleplay_account", "Google Play mobile", "GOOGLEPLAY_ACCOUNT is not set"),
    ],
)
async def test_what_is_not_set_is_named_with_where_to_get_it(world, tmp_path, variable, name, said):
    changes = {variable: None}
    if variable == "appstore_key":
        changes |= {"appstore_key_id": "", "appstore_issuer": ""}
    told = (await found(world, tmp_path, **changes))[name]

    assert not told.ok
    assert told.said.startswith(said)
    assert "set" in told.said.partition("; ")[2]


# which query, what it answers, which finding fails, what it says
AT_EXPO = {
    "a token that is not taken": (
        "whoami", refusal("The bearer token is invalid."), "Expo token", "set EXPO_TOKEN to",
    ),
    "a project it may not see": (
        "project", refusal("Entity not authorized"), "Expo mobile", "check [apps.expo] project",
    ),
    "no such branch": (
        "branch", {"app": {"byId": {"updateBranchByName": None}}}, "Expo channel mobile production",
        "check channel and branch",
    ),
    "no such channel": (
        "channel", {"app": {"byId": {"updateChannelByName": None}}}, "Expo channel mobile production",
        "check channel and branch",
    ),
    "a channel that leads elsewhere": (
        "channel", channel(updateBranches=[{"id": "b-1", "name": "preview"}]),
        "Expo channel mobile production", "leads to preview, so nobody gets what is published to production",
    ),
    "a channel that leads nowhere": (
        "channel", channel(branchMapping='{"data":[]}'), "Expo channel mobile production",
        "leads to no branch",
    ),
    "a paused channel": (
        "channel", channel(isPaused=True), "Expo channel mobile production",
        "run eas channel:resume production",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(AT_EXPO))
async def test_what_expo_says_is_said_with_what_to_do(world, tmp_path, what):
    query, answer, name, said = AT_EXPO[what]
    world.expo[query] = answer

    bad = [one for one in (await found(world, tmp_path)).values() if not one.ok]

    assert [one.name for one in bad] == [name]
    assert said in bad[0].said
    assert "\n" not in bad[0].said


# which path, what it answers, which finding fails, what it says
ELSEWHERE = {
    "a config that is not there": (
        FILE, httpx.Response(404, json={"message": "Not Found"}), "version of mobile", "[apps.expo] config",
    ),
    "a config whose version is computed": (
        FILE,
        {
            "type": "file", "size": 9, "encoding": "base64",
            "content": "ZXhwb3J0IGRlZmF1bHQgeyB2ZXJzaW9uOiB2KCkgfQ==",
        },
        "version of mobile", "write the version there as a plain string",
    ),
    "a workflow that is not there": (
        "/repos/pawlogic/mobile/actions/workflows/mobile-build.yml/runs",
        httpx.Response(404, json={"message": "Not Found"}),
        "workflow mobile-build.yml of mobile", "check [apps.expo] workflow",
    ),
    "an app Apple does not show": (
        APPLE, httpx.Response(403, json={"errors": [{"detail": "No access"}]}), "App Store mobile",
        "check [apps.stores] apple",
    ),
    "an app Google does not show": (
        GOOGLE, httpx.Response(404, json={"error": {"message": "Package not found: app.pawlogic."}}),
        "Google Play mobile", "check [apps.stores] google and track",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(ELSEWHERE))
async def test_what_the_others_say_is_said_with_what_to_do(world, tmp_path, what):
    path, answer, name, said = ELSEWHERE[what]
    world.answers[path] = answer

    bad = [one for one in (await found(world, tmp_path)).values() if not one.ok]

    assert [one.name for one in bad] == [name]
    assert said in bad[0].said


async def test_a_store_that_has_nothing_of_the_app_yet_is_fine(world, tmp_path):
    world.answers[APPLE] = {"data": []}

    told = (await found(world, tmp_path))["App Store mobile"]

    assert (told.ok, told.said) == (True, "has no version of it yet")


async def test_a_key_that_is_none_is_said_without_it(world, tmp_path):
    wrong = SecretStr(key_file(private_key="never shown"))
    told = (await found(world, tmp_path, googleplay_account=wrong))["stores"]

    assert not told.ok
    assert told.said.startswith("GOOGLEPLAY_ACCOUNT")
    assert "never shown" not in told.said

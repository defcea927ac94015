"""The simulated Expo speaks Expo: its own command line works against it, and is refused where it must be."""

import json
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox.faults import Faults
from sandbox.vendors.expo import EXPO_TOKEN, ExpoSim
from sandbox.vendors.expo_seed import seed
from sandbox.vendors.expo_updates import NewPart
from sandbox.vendors.expo_workflow import manifest_of
from sandbox.vendors.github_seed import seeded_app
from tests.contracts.eas_cli import EasCli, at_its_port, installed

SHA = "a" * 40


@pytest.fixture(scope="module")
def command_line():
    return installed()


@pytest.fixture
async def expo():
    now = datetime.now(UTC)
    sim = ExpoSim(Faults())
    builds, updates = sim.work
    seed(builds, updates, seeded_app(sim.repository, now), now)
    parts = {
        platform: NewPart(manifest=manifest_of(SHA, platform), percent=10) for platform in ("ios", "android")
    }
    updates.publish(updates.branches["production"], "1.4.0", parts, message="Fix (pawdeploy run 12)", sha=SHA)
    async with at_its_port(Starlette(routes=[Mount("/", app=sim.asgi)])):
        yield sim


@pytest.fixture
def eas(command_line, expo, tmp_path):
    config = {
        "name": "PawLogic",
        "slug": "mobile",
        "owner": "pawlogic",
        "version": "1.4.0",
        "extra": {"eas": {"projectId": expo.project}},
    }
    (tmp_path / "app.json").write_text(json.dumps({"expo": config}))
    (tmp_path / "package.json").write_text(json.dumps({"name": "mobile", "version": "1.4.0"}))
    return EasCli(*command_line, app=tmp_path, token=EXPO_TOKEN)


async def test_it_is_told_whose_token_it_is(eas):
    said = await eas("whoami")

    assert said.status == 0, said.err
    assert "pawdeploy (robot)" in said.out
    assert "pawlogic (Role: Developer)" in said.out


async def test_it_is_refused_with_another_token(eas, tmp_path):
    stranger = EasCli(eas.node, eas.script, app=tmp_path, token="somebody-elses")

    said = await stranger("whoami")

    assert said.status == 1
    assert "The bearer token is invalid" in said.out


async def test_it_lists_builds_newest_first(eas, expo):
    said = await eas("build:list", "--json", "--status", "finished", "--channel", "production")

    assert said.status == 0, said.err
    assert [one["id"] for one in said.json()] == [one.id for one in reversed(expo.builds)]
    newest = said.json()[0]
    assert (newest["appVersion"], newest["runtime"]["version"]) == ("1.4.0", "1.4.0")
    assert newest["gitCommitHash"] == expo.builds[-1].sha
    assert newest["fingerprint"]["hash"] == expo.builds[-1].fingerprint


async def test_it_lists_the_updates_of_a_branch(eas, expo):
    said = await eas("update:list", "--branch", "production", "--json")

    assert said.status == 0, said.err
    listed = said.json()["currentPage"]
    assert [one["group"] for one in listed] == [group[0].group for group in expo.groups()]
    assert [one.get("rolloutPercentage") for one in listed] == [10, None, None]
    assert "Fix (pawdeploy run 12)" in listed[0]["message"]
    assert {one["platforms"] for one in listed} == {"android, ios"}


async def test_it_shows_one_group(eas, expo):
    group = expo.groups()[0]

    said = await eas("update:view", group[0].group, "--json")

    assert said.status == 0, said.err
    assert {(one["id"], one["platform"]) for one in said.json()} == {(one.id, one.platform) for one in group}
    assert {one["gitCommitHash"] for one in said.json()} == {SHA}


async def test_it_rolls_out_further_and_never_back(eas, expo):
    group = expo.groups()[0][0].group

    further = await eas("update:edit", group, "--rollout-percentage", "50", "--json")
    back = await eas("update:edit", group, "--rollout-percentage", "20", "--json")

    assert further.status == 0, further.err
    assert {one["id"] for one in further.json()} == {one.id for one in expo.groups()[0]}
    assert back.status == 1
    assert "must be greater than previous rollout percentage (50)" in back.err
    assert {one.percent for one in expo.groups()[0]} == {50}


async def test_what_expo_refuses_it_says(eas, expo):
    expo.faults.set("expo.rollout", "refuses")

    said = await eas("update:edit", expo.groups()[0][0].group, "--rollout-percentage", "50", "--json")

    assert said.status == 1
    assert "Could not update the rollout percentage" in said.err
    assert {one.percent for one in expo.groups()[0]} == {10}


async def test_it_takes_a_rollout_back(eas, expo):
    rolling, before = (group[0] for group in expo.groups()[:2])

    said = await eas(
        "update:revert-update-rollout", "--group", rolling.group, "--message", "Back", "--json",
        "--non-interactive",
    )  # fmt: skip

    assert said.status == 0, said.err
    newest = expo.groups()[0]
    assert rolling.group not in {one.group for one in expo.updates}
    assert {(one.message, one.percent, one.embedded) for one in newest} == {("Back", None, False)}
    assert {json.dumps(json.loads(one.manifest), sort_keys=True) for one in newest} == {
        json.dumps(json.loads(one.manifest), sort_keys=True)
        for one in expo.updates
        if one.group == before.group
    }

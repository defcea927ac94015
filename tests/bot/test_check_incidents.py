"""Rules of ``bot/check_incidents.py``: what playbooks need and is not there is found before it is needed."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.project import Project
from bot.toml_file import parse
from tests.bot._check import ROOT, World

GOOD = (ROOT / "pawdeploy.toml").read_text("utf-8")
START = GOOD[: GOOD.index("[incidents]")]
QUEUE = """
title: Queue full
when: Jobs wait.
steps:
  - {kind: do, id: look, text: Look., who: [WHO]}
  - kind: tell
    id: tell
    text: Tell.
    template: "{headline}"
    to: [{kind: channel, channel: CHANNEL}]
"""
SECRET = SecretStr("whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVlhZ")
URL = SecretStr("https://orchestrator.example/hooks")


@pytest.fixture
def world() -> World:
    return World()


def team(
    folder: Path, *, who: str = "lead", channel: str = "deploys", more: str = ""
) -> tuple[Project, Path]:
    """A team with a playbook of its own; return its project and where its file is."""
    (folder / "books").mkdir()
    text = QUEUE.replace("WHO", who).replace("CHANNEL", channel)
    (folder / "books" / "queue-full.yaml").write_text(text, "utf-8")
    project = parse(f'{START}[incidents]\nchannel = "C0OPSDESK01"\nplaybooks = "books"\n{more}\n')
    return project, folder / "pawdeploy.toml"


async def said(world: World, folder: Path, given: tuple[Project, Path], **changes: object) -> dict[str, str]:
    project, file = given
    found = await world.check(folder, project=project, pawdeploy_config=file, **changes)
    return {one.name: f"{'ok' if one.ok else 'FAIL'}: {one.said}" for one in found}


async def test_every_playbook_is_named_with_its_size(world, tmp_path):
    found = await said(world, tmp_path, team(tmp_path))

    assert found["incidents queue-full"] == "ok: Queue full: 2 steps"
    assert found["incidents api-down"].startswith("ok: API down: ")


async def test_a_role_the_project_file_does_not_have_is_found(world, tmp_path):
    found = await said(world, tmp_path, team(tmp_path, who="boss"))

    assert found["incidents queue-full"].startswith(
        "FAIL: queue-full.yaml:5: boss is none of [roles] of pawdeploy.toml"
    )


async def test_a_channel_the_project_file_does_not_have_is_found(world, tmp_path):
    project, file = team(tmp_path, channel="releases")
    bare = project.channels.model_copy(update={"releases": None})

    found = await said(world, tmp_path, (project.model_copy(update={"channels": bare}), file))

    assert found["incidents queue-full"].startswith(
        "FAIL: queue-full.yaml:10: there is no releases under [channels]"
    )


async def test_the_bot_must_be_in_a_channel_a_playbook_names(world, tmp_path):
    world.answers["/api/conversations.info"] = {"ok": True, "channel": {"name": "x", "is_archived": True}}

    found = await said(world, tmp_path, team(tmp_path, channel="C0QUEUES001"))

    assert found["Slack channel C0QUEUES001"] == (
        "FAIL: #x is archived; name another as channel in queue-full.yaml"
    )


async def test_a_file_that_is_no_playbook_is_found_and_stops_no_other_check(world, tmp_path):
    given = team(tmp_path)
    (tmp_path / "books" / "broken.yaml").write_text("title: [", "utf-8")

    found = await said(world, tmp_path, given)

    assert found["incidents broken"].startswith("FAIL: broken.yaml:1: is not YAML: ")
    assert found["incidents queue-full"].startswith("ok")
    assert found["database"].startswith("ok")
    assert "orchestrator" not in found


async def test_without_an_orchestrator_it_is_said_what_is_not_sent(world, tmp_path):
    without = await said(world, tmp_path, team(tmp_path))
    url = {"orchestrator_url": URL, "orchestrator_secret": SECRET}
    given = await said(world, tmp_path, (parse(GOOD), ROOT / "pawdeploy.toml"), **url)

    assert without["orchestrator"].startswith("ok: ORCHESTRATOR_URL is not set: what api-down, ")
    assert without["orchestrator"].endswith(" would tell it is not sent; the step says so")
    assert given["orchestrator"] == "ok: is sent reports, and what playbooks tell it"
    assert not any("orchestrator.example" in line for line in given.values())


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("", "by itself may open api-down and db-migration-failure; automatic = false forbids that"),
        ("automatic = false", "none is opened by itself: automatic = false"),
    ],
)
async def test_what_opens_by_itself_is_said(more, words, world, tmp_path):
    assert (await said(world, tmp_path, team(tmp_path, more=more)))["incidents"] == f"ok: {words}"

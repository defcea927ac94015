"""Rules of ``bot/check_alerts.py``: each address is named with what opens it; a missing playbook is found."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.incidenting import Incidents
from bot.project import Project
from bot.toml_file import parse
from tests.bot._check import ROOT, World

GOOD = (ROOT / "pawdeploy.toml").read_text("utf-8")
WITHOUT = GOOD[: GOOD.index("[alerts]")]


@pytest.fixture
def world() -> World:
    return World()


def changed(old: str, new: str) -> Project:
    assert old in GOOD
    return parse(GOOD.replace(old, new, 1))


async def test_alerts_without_sentrys_secret_are_found_for_nothing_would_arrive(
    world: World, tmp_path: Path
) -> None:
    (bad,) = [one for one in await world.check(tmp_path, sentry_webhook_secret=None) if not one.ok]

    assert bad.name == "POST /hooks/sentry"
    assert bad.said == (
        "shut: what Sentry tells does not arrive; to open it set SENTRY_WEBHOOK_SECRET to "
        "the Client Secret of your integration (Sentry, Settings, Developer Settings)"
    )


async def test_a_team_without_sentry_needs_no_secret_of_it(world: World, tmp_path: Path) -> None:
    project = parse(GOOD).model_copy(update={"sentry": None})

    findings = await world.check(tmp_path, project=project, sentry_webhook_secret=None)

    assert [finding for finding in findings if not finding.ok] == []


DOORS = {
    "github_webhook_secret": ("POST /hooks/github", "GITHUB_WEBHOOK_SECRET"),
    "railway_webhook_secret": ("POST /hooks/railway/…", "RAILWAY_WEBHOOK_SECRET"),
    "expo_webhook_secret": ("POST /hooks/expo", "EXPO_WEBHOOK_SECRET"),
    "alerts_secret": ("POST /hooks/generic", "ALERTS_SECRET"),
}


@pytest.mark.parametrize("setting", DOORS)
async def test_an_address_that_is_shut_says_what_opens_it_and_is_no_mistake(
    setting: str, world: World, tmp_path: Path
) -> None:
    name, variable = DOORS[setting]

    shut = next(one for one in await world.check(tmp_path) if one.name == name)
    secret = SecretStr("whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVlhZ" if "alerts" in setting else "k" * 32)
    opened = next(one for one in await world.check(tmp_path, **{setting: secret}) if one.name == name)

    assert shut.ok
    assert f"to open it set {variable} to " in shut.said
    assert opened.said == f"open; whether {variable} is right shows with its first message"


async def test_no_secret_of_an_address_is_in_any_finding(world: World, tmp_path: Path) -> None:
    findings = await world.check(
        tmp_path,
        railway_webhook_secret=SecretStr("0a1b2c3d4e5f60718293a4b5c6d7e8f9"),
        heartbeat_url=SecretStr("https://beats.example/ping/hush-hush"),
    )

    assert not any("0a1b2c3d" in one.said + one.name or "hush-hush" in one.said for one in findings)


async def test_the_heartbeat_is_not_sent_by_a_check(world: World, tmp_path: Path) -> None:
    findings = await world.check(tmp_path, heartbeat_url=SecretStr("https://beats.example/ping/1"))

    assert next(one for one in findings if one.name == "heartbeat").said.startswith("HEARTBEAT_URL is set")
    assert not any("/ping/" in asked for asked in world.asked)


async def test_a_playbook_that_is_not_there_is_found_with_those_that_are(
    world: World, tmp_path: Path
) -> None:
    project = changed('playbook = "api-down"', 'playbook = "api-up"')

    (bad,) = [one for one in await world.check(tmp_path, project=project) if not one.ok]

    assert bad.name == "playbook api-up"
    assert "write one of api-down, " in bad.said


async def test_a_rule_may_name_a_playbook_of_the_teams_own(world: World, tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    book = "title: T\nwhen: W\nsteps:\n  - {kind: do, id: first, text: Look}\n"
    (tmp_path / "ours" / "api-up.yaml").write_text(book)
    project = changed('playbook = "api-down"', 'playbook = "api-up"')
    project = project.model_copy(update={"incidents": Incidents(playbooks="ours")})

    findings = await world.check(tmp_path, project=project, pawdeploy_config=tmp_path / "pawdeploy.toml")

    assert next(one for one in findings if one.name == "playbook api-up").ok


async def test_each_mistake_in_a_playbook_is_a_finding(world: World, tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "one.yaml").write_text("title: T\nwhen: W\n")
    (tmp_path / "ours" / "two.yaml").write_text("title: [\n")
    project = parse(GOOD).model_copy(update={"incidents": Incidents(playbooks="ours")})

    findings = await world.check(tmp_path, project=project, pawdeploy_config=tmp_path / "pawdeploy.toml")

    assert [one.said.split(":")[0] for one in findings if not one.ok and one.name == "playbooks"] == [
        "one.yaml",
        "two.yaml",
    ]


async def test_the_bot_must_be_in_every_channel_a_rule_names(world: World, tmp_path: Path) -> None:
    project = changed('playbook = "api-down"', 'channel = "C0MOBILE001"')
    world.answers["/api/conversations.info"] = {"ok": True, "channel": {"name": "x", "is_archived": True}}

    findings = [
        one for one in await world.check(tmp_path, project=project) if one.name.startswith("Slack ch")
    ]

    assert [(one.name.split()[-1], one.said) for one in findings] == [
        ("C0DEPLOYS01", "#x is archived; name another as channels.deploys"),
        ("C0ALERTS001", "#x is archived; name another as alerts.channel"),
        ("C0OPSDESK01", "#x is archived; name another as alerts.ops"),
        ("C0MOBILE001", "#x is archived; name another as alerts.rules[0].channel"),
    ]


async def test_a_channel_two_keys_name_is_looked_at_once(world: World, tmp_path: Path) -> None:
    project = changed('ops = "C0OPSDESK01"', 'ops = "C0DEPLOYS01"')
    project = project.model_copy(update={"incidents": Incidents(channel="C0DEPLOYS01")})

    await world.check(tmp_path, project=project)

    assert world.asked.count("POST /api/conversations.info") == 2


async def test_the_bot_must_be_where_incidents_are_worked_on(world: World, tmp_path: Path) -> None:
    project = changed('ops = "C0OPSDESK01"', 'ops = "C0DEPLOYS01"')
    project = project.model_copy(update={"incidents": Incidents(channel="C0INCIDENT1")})
    world.answers["/api/conversations.info"] = {"ok": True, "channel": {"name": "x", "is_archived": True}}

    findings = await world.check(tmp_path, project=project)

    assert [one.said for one in findings if one.name == "Slack channel C0INCIDENT1"] == [
        "#x is archived; name another as incidents.channel"
    ]


async def test_without_alerts_nothing_of_them_is_looked_at(world: World, tmp_path: Path) -> None:
    findings = await world.check(tmp_path, project=parse(WITHOUT), sentry_webhook_secret=None)

    assert [one for one in findings if not one.ok] == []

    # These two wake the runs of an app, with or without alerts: bot/check_mobile.py.
    waking = {"POST /hooks/expo", "POST /hooks/appstore"}
    assert {one.name for one in findings if "hooks" in one.name or one.name == "heartbeat"} == waking

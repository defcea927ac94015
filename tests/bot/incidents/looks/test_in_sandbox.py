"""Looks by the clients the bot really makes, at the sandbox's own addresses: what people will see there."""

import pytest

from bot.clock import Clock
from bot.db.runs_log_reader import RunsLogReader
from bot.db.runs_reader import RunsReader
from bot.engine.incidents import Status
from bot.incidents.looks import Looker, LookPlace
from bot.settings import read_settings
from bot.toml_file import load
from bot.vendors import make_vendors
from playbooks.library import load_library
from playbooks.steps import Look
from sandbox.config import environment
from sandbox.launch import Sandbox

PLACE = LookPlace(service="api", environment="production")


@pytest.fixture
async def box():
    async with Sandbox(bot=False) as made:
        yield made


@pytest.fixture
async def look(box, db, monkeypatch, tmp_path):
    """Look once, with vendors made from the sandbox's file and environment."""
    project = load(box.config)
    kept = f"sqlite:///{tmp_path / 'unused.sqlite3'}"
    told = environment(project, url=box.url, bot_port=1, config=box.config, database_url=kept, mode="socket")
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    vendors = make_vendors(read_settings(project), project, lambda *_: None)
    looker = Looker(
        project,
        shippers=vendors.shippers,
        probe=vendors.probe,
        lookers=vendors.lookers,
        issues=vendors.issues,
        errors=vendors.sentry,
        runs=RunsReader(db),
        migrations=RunsLogReader(db),
        clock=Clock(),
    )

    async def once(probe, place=PLACE):
        return await looker.look(probe, place, since=Clock().now())

    yield once
    await vendors.close()


def probes(name):
    """Return the probes of a playbook of the library, by step."""
    playbook = load_library()[name]
    steps = [*playbook.steps, *(step for steps in playbook.branches.values() for step in steps)]
    return {step.id: step.probe for step in steps if isinstance(step, Look)}


async def test_nothing_is_wrong_where_nothing_is(look):
    found = {step: await look(probe) for step, probe in probes("api-down").items()}

    assert {step: one.said for step, one in found.items() if one.status is not Status.OK} == {}


@pytest.mark.parametrize("part", ["database", "redis"])
async def test_the_part_that_is_broken_is_named(box, look, part):
    box.faults.set("backend.component", part)

    assert (await look(probes("api-down")["components"])).points_at == part


async def test_crashes_of_the_app_are_found_with_their_build(box, look):
    tags = {"dist": "87", "os.name": "iOS"}
    release = "app.pawlogic@2.4.0+87"
    await box.sentry.new_issue("mobile", "production", title="SIGABRT", release=release, tags=tags)

    found = [await look(probe, LookPlace()) for probe in probes("mobile-crash-spike").values()]

    assert [one.status for one in found[:2]] == [Status.BAD, Status.BAD]
    assert "build 87" in found[1].said
    assert found[1].points_at == release

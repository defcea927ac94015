"""Migrations: the newest that failed, with its log and revisions; one mended since is no trouble any more."""

from datetime import timedelta

import pytest

from bot.db.runs_store import Note
from bot.engine.incidents import Status
from bot.engine.migrations import Changes, Migration
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName, StepState
from playbooks.steps import MigrationProbe
from tests.bot.incidents.looks._world import NEW, NOON

PROBE = MigrationProbe(kind="migration-log")
LOG = (
    "INFO [alembic] Running upgrade 8c1f -> 9d2e, add pet vaccinations",
    'ERROR: relation "vaccinations" already exists',
)


def changes(**more):
    migration = Migration(path="alembic/versions/9d2e_add.py", revision="9d2e", **more)
    facts = {"base": "a", "head": "b", "commits": 1, "authors": (), "additions": 1, "deletions": 0}
    return Changes(**facts, files_complete=True, url="", migrations=(migration,)).to_json()


@pytest.fixture
def failed(world):
    """Keep a run whose migration failed some minutes before noon."""

    async def keep(minutes=12.0, *, log=LOG, reason=Reason.MIGRATION_FAILED, **fields):
        facts = {
            "sha": NEW,
            "reason": reason.value,
            "detail": "The migration failed: exit code 1: alembic upgrade head.",
            "changes": changes(irreversible=True, why="has no downgrade()"),
            "vendor_page": "https://railway.example/d",
        }
        number = len(await world.runs_of()) + 1
        return await world.a_run(
            NOON - timedelta(minutes=minutes),
            StepName.FOLLOW,
            state=RunState.FAILED,
            step_state=StepState.FAILED,
            note=Note(f"run:{number}:log:1", "\n".join(log)) if log else None,
            **facts | fields,
        )

    return keep


async def test_the_run_its_revision_and_the_end_of_its_log_are_shown(world, failed):
    run = await failed()

    found = await world.look(PROBE)

    assert (found.status, found.points_at) == (Status.BAD, "database")
    assert found.said == (
        f"The migration of run {run} (bbbbbbb to production) failed at 2026-11-23 11:48 UTC, "
        "on its way from 8c1f to 9d2e."
    )
    assert found.details == (
        "The migration failed: exit code 1: alembic upgrade head.",
        "Revision 9d2e, alembic/versions/9d2e_add.py (irreversible: has no downgrade())",
        *LOG,
    )
    assert found.url == "https://railway.example/d"


async def test_the_newest_is_shown(world, failed):
    await failed(90)
    newest = await failed(3)

    assert f"run {newest} " in (await world.look(PROBE)).said


async def test_one_that_ended_nobody_knows_how_says_so(world, failed):
    await failed(reason=Reason.MIGRATION_UNKNOWN, log=())

    found = await world.look(PROBE)

    assert found.status is Status.BAD
    assert found.said.endswith("ended nobody knows how at 2026-11-23 11:48 UTC.")


async def test_a_deploy_that_ended_well_since_has_mended_it(world, failed):
    await failed()
    good = await world.shipped(2)

    found = await world.look(PROBE)

    assert (found.status, found.points_at) == (Status.OK, "")
    assert found.said.endswith(f"; run {good} has ended well since.")


async def test_one_that_ended_well_before_has_not(world, failed):
    await world.shipped(60)
    await failed()

    assert (await world.look(PROBE)).status is Status.BAD


async def test_where_none_failed_nothing_is_known(world):
    await world.shipped(5)

    found = await world.look(PROBE)

    assert (found.status, found.said) == (
        Status.UNKNOWN,
        "No failed migration of api in production is remembered.",
    )


@pytest.mark.parametrize("kept", ["", "{}", "not json"])
async def test_changes_nobody_can_read_are_left_out(world, failed, kept):
    await failed(changes=kept)

    assert not [line for line in (await world.look(PROBE)).details if line.startswith("Revision")]


async def test_a_long_log_is_shown_by_its_end_and_without_secrets(world, failed):
    secret = "postgresql://app:hush-hush@db.internal/pets"
    await failed(log=(*(f"line {at}" for at in range(80)), f"could not connect to {secret} " + "x" * 900))

    found = await world.look(PROBE)

    assert found.details[-2] == "line 79"
    assert len(found.details) <= 20
    assert "hush-hush" not in found.details[-1]
    assert len(found.details[-1]) == 300

"""What failed migrations left behind."""

import pytest

from bot.db.runs_log_reader import RunsLogReader
from bot.db.runs_store import Note, StepChange
from bot.engine.reasons import Reason
from bot.engine.states import DEPLOY_STEPS, RunState, StepName, StepState
from tests.bot.db._facts import ANN, DEPLOYS, NOON


@pytest.fixture
def logs(db):
    return RunsLogReader(db)


@pytest.fixture
def ended(runs):
    """Keep a run that failed for a reason, at a step, leaving a log."""

    async def keep(reason, *, step=StepName.FOLLOW, environment="production", log="", attempt=1):
        run = await runs.create(
            key=f"{reason}:{step}:{environment}:{log}:{attempt}",
            service="api",
            environment=environment,
            ref="main",
            again=False,
            by=ANN,
            at=NOON,
            card_channel=DEPLOYS,
            steps=DEPLOY_STEPS | {StepName.MIGRATE},
        )
        await fail(run, reason, step=step, log=log)
        return run

    async def fail(run, reason, *, step=StepName.FOLLOW, log="", attempt=1):
        note = Note(f"run:{run}:log:{attempt}", log) if log else None
        change = StepChange(name=step, state=StepState.FAILED, ended_at=NOON, note="")
        fields = {"reason": reason.value, "ended_at": NOON}
        assert await runs.move(
            run, RunState.FAILED, at=NOON, actor=ANN, step=change, note=note, fields=fields
        )

    keep.fail = fail
    return keep


@pytest.mark.parametrize(
    ("reason", "step"),
    [
        (Reason.MIGRATION_FAILED, StepName.FOLLOW),
        (Reason.MIGRATION_UNKNOWN, StepName.MIGRATE),
        (Reason.VENDOR_UNAVAILABLE, StepName.MIGRATE),
    ],
)
async def test_a_migration_that_failed_is_found_by_its_reason_or_its_step(logs, ended, reason, step):
    run = await ended(reason, step=step)

    assert (await logs.failed_migration("api", "production")).id == run


async def test_what_failed_otherwise_or_elsewhere_is_none(logs, ended):
    await ended(Reason.HEALTH_BAD)
    await ended(Reason.MIGRATION_FAILED, environment="staging")

    assert await logs.failed_migration("api", "production") is None
    assert await logs.failed_migration("web", "staging") is None


async def test_the_newest_is_found(logs, ended):
    await ended(Reason.MIGRATION_FAILED, log="old")
    newest = await ended(Reason.MIGRATION_FAILED, log="new")

    assert (await logs.failed_migration("api", "production")).id == newest


async def test_the_log_is_told_line_by_line(logs, ended):
    await ended(Reason.MIGRATION_FAILED, log="first\nlast")

    run = await logs.failed_migration("api", "production")

    assert await logs.said(run) == ("first", "last")


async def test_the_newest_attempts_log_counts_and_another_runs_never(logs, ended, runs):
    run = await ended(Reason.MIGRATION_FAILED, log="first try")
    await ended(Reason.MIGRATION_FAILED, environment="staging", log="elsewhere")
    await runs.move(run, RunState.PREPARING, at=NOON, actor=ANN, fields={"attempt": 2})
    await ended.fail(run, Reason.MIGRATION_FAILED, log="second try", attempt=2)

    assert await logs.said(await logs.failed_migration("api", "production")) == ("second try",)


async def test_a_run_that_left_no_log_has_none(logs, ended):
    await ended(Reason.MIGRATION_UNKNOWN)

    assert await logs.said(await logs.failed_migration("api", "production")) == ()

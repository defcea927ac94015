"""What alerts are made of is joined where the project file wants them."""

import pytest
from pydantic import SecretStr

from bot.alert_parts import AlertParts, make_alerts
from bot.db.runs_reader import RunsReader
from bot.db.session import open_database
from bot.engine.alerts import AlertState
from bot.metrics import Metrics
from tests.bot.pipelines._memory import ANN, JumpingClock
from tests.bot.pipelines._world import CountingCards, pawlogic
from tests.bot.test_vendors import made
from tests.sqlite import fresh_sqlite


@pytest.fixture
async def join(tmp_path):
    """Join the parts of a project; everything is closed at the end."""
    database, opened = await open_database(fresh_sqlite(tmp_path)), []

    async def leads():
        return True

    def make(project, **settings) -> AlertParts | None:
        opened.append(made(project, **settings))
        return make_alerts(
            playbooks={},
            project=project, database=database, runs=RunsReader(database), vendors=opened[-1],
            cards=CountingCards(), clock=JumpingClock(), metrics=Metrics(), leads=leads,
        )  # fmt: skip

    yield make
    for vendors in opened:
        await vendors.close()
    await database.close()


TOKENS = {"SUPABASE_TOKEN": SecretStr("s"), "UPSTASH_TOKEN": SecretStr("u")}


async def test_without_the_section_there_are_none(join):
    assert join(pawlogic().model_copy(update={"alerts": None, "health": None})) is None


async def test_a_test_alert_goes_the_whole_way(join):
    parts = join(pawlogic(), dependency_tokens=TOKENS)
    assert await parts.desk.test("t1", ANN) == "C0ALERTS001"
    assert await parts.processor.step() == 1
    (alert,) = (await parts.desk.list("open", ANN)).alerts
    assert (alert.test, alert.state) == (True, AlertState.FIRING)
    assert await parts.worker.step() == 0


async def test_what_is_kept_wakes_whoever_reads_it(join):
    parts = join(pawlogic(), dependency_tokens=TOKENS)
    await parts.desk.test("t1", ANN)
    assert parts.processor._wake.is_set()


async def test_without_a_token_of_sentrys_nothing_there_is_asked(join):
    parts = join(pawlogic(), sentry_auth_token=None, dependency_tokens=TOKENS)
    assert await parts.backfill.look() == 0
    assert await parts.heartbeat.beat() is False
    assert await parts.silence.look() is False
    assert await parts.keeper.sweep() == 0
    assert {view.state.value for view in await parts.desk.health()} == {"unknown"}

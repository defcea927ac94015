"""A deploy to what is locked or frozen is refused before a run is made, over real holds."""

import pytest

from bot.db.session import open_database
from bot.engine.reasons import Reason
from tests.bot.pipelines._holding import MONDAY, SATURDAY, Holding
from tests.handlers._limits import assert_mrkdwn
from tests.handlers._slack import ANN, BEN, Slack, pawlogic
from tests.sqlite import fresh_sqlite


@pytest.fixture
async def team(tmp_path):
    database = await open_database(fresh_sqlite(tmp_path))
    yield Holding(database)
    await database.close()


@pytest.fixture
def slack(team):
    return Slack(pawlogic(), team.holds)


async def test_a_lock_names_who_since_when_why_and_the_command(slack, team):
    await team.lock(by=BEN, reason="moving <b>house</b>")
    said = await slack.command("production")
    assert f"production is locked by <@{BEN}> since <!date^{int(MONDAY.timestamp())}^" in said
    assert "“moving &lt;b&gt;house&lt;/b&gt;”" in said
    assert "`/pawdeploy unlock production because …`" in said
    assert_mrkdwn(said)
    assert slack.desk.requests == {}


async def test_ones_own_lock_lets_one_in(slack, team):
    await team.lock(by=ANN)
    await slack.command("production")
    assert len(slack.desk.requests) == 1


async def test_an_emergency_passes_a_freeze_window_and_no_lock(slack, team):
    team.clock.at = SATURDAY
    assert "freeze window of pawdeploy.toml" in await slack.command("production")
    assert slack.desk.requests == {}
    await slack.command('production --emergency "logins are down"')
    assert len(slack.desk.requests) == 1
    await team.lock(by=BEN)
    assert "is locked by" in await slack.command('production --emergency "logins are down"')
    assert len(slack.desk.requests) == 1


async def test_a_dry_run_is_always_answered(slack, team):
    await team.lock(by=BEN)
    assert "Dry run" in await slack.command("production --dry-run")


async def test_the_reason_of_a_refusal_is_the_holds_own(slack, team, caplog):
    caplog.set_level("INFO")
    await team.lock(by=BEN)
    await slack.command("production")
    assert Reason.LOCKED.value in {getattr(record, "reason", "") for record in caplog.records}

"""Lock, unlock, freeze and unfreeze as typed, over real holds in a real database."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.db.session import open_database
from bot.errors import UserError
from handlers.commands._holding import read_rest
from tests.bot.pipelines._holding import Holding
from tests.handlers._limits import assert_mrkdwn, texts
from tests.handlers._slack import ANN, BEN, OTTO, Slack, pawlogic, two_services
from tests.sqlite import fresh_sqlite

CARA = "U0CARAAPP01"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
async def db(tmp_path):
    database = await open_database(fresh_sqlite(tmp_path))
    yield database
    await database.close()


@pytest.fixture
def team(db):
    made = Holding(db)
    made.clock.at = datetime.now(UTC)  # the door reads the machine's clock
    return made


@pytest.fixture
def slack(team):
    made = Slack(pawlogic(), team.holds)
    made.people.holders["approver"] = frozenset({CARA})
    return made


async def listed(slack, user=ANN) -> str:
    await slack.command("locks", user=user)
    return "\n".join(texts(slack.replies[-1]["blocks"]))


@pytest.mark.parametrize(
    "text",
    [
        "lock production because moving house until 23:59",
        "lock production until 23:59 because moving house",
        "LOCK Production Until 23:59 Because moving house",
        "lock because moving house until 23:59",
        "lock production --service api because moving house until 23:59",
        "lock production because moving house until 23:59 —service api",
        "lock production because “moving house” until 23:59",
    ],
)
async def test_reason_time_and_service_are_understood_in_any_order(slack, team, text):
    said = await slack.command(text)

    [hold] = await team.held()
    assert (hold.by, hold.environment, hold.reason) == (ANN, "production", "moving house")
    assert hold.until is not None
    assert hold.service == ("api" if "service" in text else "")
    assert "23:59 CET (the time zone of the freeze windows)" in said
    assert "`/pawdeploy unlock production" in said
    assert "moving house" in said


async def test_a_lock_without_time_and_reason_lasts_until_somebody_ends_it(slack):
    said = await slack.command("lock staging")

    assert said.startswith("You hold the lock on `staging` until somebody ends it. You can deploy there")


async def test_a_lock_for_two_hours_ends_then(slack, team):
    await slack.command("lock staging for 2h")

    [hold] = await team.held()
    assert abs(hold.until - hold.since - timedelta(hours=2)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("lock prod", "There is no environment `prod`. Did you mean `production`?"),
        ("lock production now", "I don't know what to do with `now`."),
        ("lock production --force", "I don't know the option `--force`."),
        ("lock production because x --service apo", "There is no service `apo`."),
        ("lock production because x --service", "`--service` needs a value"),
        ("lock production until 2020-01-01 8:00", "I can't read that time"),
        ("lock production because x until 25:00", "I can't read that time"),
        ("lock production until <!channel>", "I can't read that time"),
        ("lock production for 0h", "I can't read that time"),
        ("lock production for 999d because x", "more than a year away"),
        ("lock production " + "x" * 10_000, "a command has at most 500"),
        ("freeze", "Which environment: `staging` or `production`?"),
        ("freeze production", "Say until when"),
        ("freeze production because launch", "Say until when"),
        ("freeze production until 23:59", "Say why it is frozen"),
        ("freeze production until 23:59 because", "Say why it is frozen"),
        ("freeze production until 2020-01-01 8:00 because x", "I can't read that time"),
        ("unfreeze staging", "Nobody froze `staging`."),
        ("unlock", "`production` is not locked."),
        ("unlock staging because done", "`staging` is not locked."),
    ],
)
async def test_what_cannot_be_meant_changes_nothing_and_says_what_to_type(slack, team, text, says):
    said = await slack.command(text)

    assert says in said
    assert_mrkdwn(said)
    assert await team.held() == []


@pytest.mark.parametrize(
    "text", ["lock production", "freeze production until 23:59 because x", "lock staging because x"]
)
async def test_a_stranger_holds_nothing_and_is_told_who_can(slack, team, text):
    said = await slack.command(text, user=OTTO)

    assert "<!subteam^S0BACKEND01>" in said
    assert await team.held() == []


async def test_a_lock_over_anothers_names_who_since_when_why_and_the_way_out(slack):
    await slack.command("lock production because <b>moving</b> until 23:59")
    said = await slack.command("lock production", user=BEN)

    assert f"production is locked by <@{ANN}> since <!date^" in said
    assert "until <!date^" in said
    assert "“&lt;b&gt;moving&lt;/b&gt;”" in said
    assert "`/pawdeploy unlock production because …`" in said
    assert_mrkdwn(said)


async def test_ones_own_lock_twice_is_kept_longer(slack, team):
    await slack.command("lock staging")
    assert (await slack.command("lock staging for 1h")).startswith("You keep the lock on `staging` until")
    assert len(await team.held()) == 1


async def test_ones_own_lock_opens_even_when_one_is_no_deployer_any_more(slack, team):
    await slack.command("lock staging")
    slack.people.holders.clear()

    assert await slack.command("unlock staging") == "The lock on `staging` is over."
    assert await team.held() == []


async def test_anothers_lock_takes_a_reason_and_its_owner_is_told(slack, team):
    await slack.command("lock staging")
    assert f"It is <@{ANN}>'s lock. Say why" in await slack.command("unlock staging", user=BEN)

    said = await slack.command("unlock staging because we wait until 18:00", user=BEN)
    assert said == f"The lock on `staging` is over. <@{ANN}> is told."
    assert ("dm", ANN, "taken_over") in await team.told()


async def test_a_stranger_opens_nobodys_lock(slack, team):
    await slack.command("lock staging")
    assert "You can't unlock `staging`" in await slack.command("unlock staging because x", user=OTTO)
    assert len(await team.held()) == 1


@pytest.mark.parametrize(("user", "opens"), [(BEN, True), (CARA, True), (OTTO, False)])
async def test_a_rollbacks_lock_opens_for_deployers_and_approvers_and_offers_auto_deploy(
    slack, team, user, opens
):
    hold = await team.rolled_back()
    said = await slack.command("unlock production", user=user)

    assert ("is over" in said) is opens
    assert ("auto-deploy" in said) is opens
    buttons = [block for block in slack.replies[-1]["blocks"] if block["type"] == "actions"]
    assert bool(buttons) is opens
    if opens:
        assert buttons[0]["elements"][0]["value"] == f'{{"v":1,"hold":{hold.id},"run":null}}'


async def test_an_approver_who_is_no_deployer_opens_no_persons_lock(slack, team):
    await slack.command("lock production")
    assert "You can't unlock" in await slack.command("unlock production because x", user=CARA)


async def test_a_freeze_is_said_with_what_it_does_and_how_to_end_it(slack):
    said = await slack.command("freeze production until 23:59 because launch day")

    assert said.startswith("`production` is frozen until")
    assert "launch day" in said
    assert "`/pawdeploy unfreeze production` ends it" in said
    assert "The freeze of `production` is over." in await slack.command("unfreeze production")


async def test_the_list_says_who_since_when_and_what_frees_it_to_anybody(slack, team):
    await slack.command("lock staging because x")
    await slack.command("freeze staging for 2h because launch")
    await team.rolled_back()

    said = await listed(slack, OTTO)
    assert f"*`staging`* locked by <@{ANN}> since" in said
    assert f"*`staging`* frozen by <@{ANN}> since" in said
    assert "*`api in production`* locked after the rollback of run 7" in said
    assert "`/pawdeploy unlock production --service api`" in said


async def test_the_list_names_windows_of_the_file(slack, team):
    team.clock.at = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
    assert "frozen by a freeze window of `pawdeploy.toml`" in await listed(slack)


async def test_a_lock_of_all_services_takes_the_right_to_each(db):
    project = two_services()
    team = Holding(db, project)
    slack = Slack(project, team.holds)
    await slack.command("lock staging --service web")

    [hold] = await team.held()
    assert hold.service == "web"
    assert "production is locked" not in await slack.command("lock staging --service api", user=BEN)


@pytest.mark.parametrize(
    ("typed", "reason", "hours"),
    [
        ("because waiting for Bob", "waiting for Bob", None),
        ("because waiting for 2 reviews", "waiting for 2 reviews", None),
        ("because until we know more", "until we know more", None),
        ("because busy for 2h", "busy", 2),
        ("for 2h because waiting for Bob until noon", "waiting for Bob until noon", 2),
        ("until 15:00 because x", "x", 2),
        ("because a because b for 1h", "a because b", 1),
        ("because", "", None),
        ("", "", None),
    ],
)
def test_a_time_ends_a_reason_only_when_it_is_one(typed, reason, hours):
    until = None if hours is None else NOW + timedelta(hours=hours)
    assert read_rest(typed.split(), NOW, BERLIN) == (reason, until)


@pytest.mark.parametrize("typed", ["until", "until never", "for ever", "because x until 9", "till 26:00"])
def test_a_time_that_cannot_be_read_is_refused_rather_than_ignored(typed):
    with pytest.raises(UserError, match="can't read that time"):
        read_rest(typed.split(), NOW, BERLIN)


async def test_an_app_is_locked_and_freed_by_its_name_and_services_are_left_alone(slack, team):
    await slack.command("lock production --service Mobile because it crashes")

    [hold] = await team.held()
    assert (hold.service, hold.environment) == ("mobile", "production")
    await slack.command("lock production --service api")
    await slack.command("unlock production --service mobile")
    assert [left.service for left in await team.held()] == ["api"]


async def test_an_app_is_not_locked_where_it_does_not_go(slack, team):
    assert "`mobile` has no environment `staging`" in await slack.command("lock staging --service mobile")
    assert await team.held() == []


async def test_what_frees_an_app_names_it(slack, team):
    await slack.command("lock production --service mobile because it crashes")

    said = await slack.command("production Fix the login button", user=BEN, name="/pawota")

    assert "`/pawdeploy unlock production because … --service mobile`" in said
    assert slack.updates.requests == {}

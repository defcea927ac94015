"""Mute and unmute as typed: a service, a time and a reason, in the orders people write them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.handlers._alerts import ALERTS, alerting
from tests.handlers._limits import assert_mrkdwn
from tests.handlers._slack import ANN, BEN, OTTO, Slack, pawlogic, two_services

BERLIN = ZoneInfo("Europe/Berlin")
WHOLE = "`/pawdeploy mute SERVICE [ENVIRONMENT] for … because …`"


@pytest.fixture
def slack():
    return Slack(alerting(pawlogic()))


def the_mute(slack):
    [mute] = slack.alerts.mutes.values()
    return mute


@pytest.mark.parametrize(
    "typed",
    [
        "mute api for 2h because we migrate",
        "mute api 2h we migrate",
        "mute api 2h because we migrate",
        "mute api for 2h we migrate",
        "mute api for 2 hours because we migrate",
        "mute api 1h 60 min we migrate",
        "mute api because we migrate for 2h",
        "MUTE Api For 2H Because we migrate",
        "mute api 2h “we migrate”",
        "mute “api” for 2h because “we migrate”",
    ],
)
async def test_time_and_reason_are_understood_in_every_usual_order(slack, typed):
    said = await slack.command(typed)

    mute = the_mute(slack)
    assert (mute.service, mute.environment, mute.by, mute.why) == ("api", "", ANN, "we migrate")
    assert abs(mute.until - mute.since - timedelta(hours=2)) < timedelta(seconds=5)
    assert "`api` is muted until" in said
    assert "(your time zone in Slack): “we migrate”" in said
    assert "`/pawdeploy unmute api`" in said


@pytest.mark.parametrize(
    "typed",
    [
        "mute api staging until 23:59 because we migrate for Bob",
        "mute api staging until 23:59 we migrate for Bob",
        "mute api staging 23:59 we migrate for Bob",
        "mute api Staging because we migrate for Bob until 23:59",
    ],
)
async def test_one_environment_alone_can_be_muted_until_a_time_of_day_where_one_lives(slack, typed):
    said = await slack.command(typed)

    mute = the_mute(slack)
    assert (mute.environment, mute.why) == ("staging", "we migrate for Bob")
    local = mute.until.astimezone(BERLIN)
    assert (local.hour, local.minute) == (23, 59)
    assert "`/pawdeploy unmute api staging`" in said


async def test_a_reason_keeps_what_looks_like_a_time_within_it(slack):
    await slack.command("mute api 1h waiting for 2 reviews until noon, because slow")
    assert the_mute(slack).why == "waiting for 2 reviews until noon, because slow"


async def test_a_reason_is_escaped(slack):
    said = await slack.command("mute api 1h because &lt;!channel&gt; & <b>")
    assert the_mute(slack).why == "<!channel> & <b>"
    assert_mrkdwn(said)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("mute", "Which service or app: `api` or `mobile`? The whole line:"),
        ("mute for 2h because x", "Which service or app: `api` or `mobile`? The whole line:"),
        ("mute apo 2h x", "There is no service or app `apo`. Did you mean `api`?"),
        ("mute xyz 2h x", "There is no service or app `xyz`. There are `api` and `mobile`."),
        ("mute mobile staging 2h x", "`mobile` has no environment `staging`."),
        ("mute api prodution 2h x", "There is no environment `prodution`. Did you mean `production`?"),
        ("mute api", "no time is given"),
        ("mute api staging", "no time is given"),
        ("mute api we migrate", "“we” is no time"),
        ("mute api because we migrate", "Say until when"),
        ("mute api until 25:00 because x", "“25:00” is no time"),
        ("mute api until 2020-01-01 8:00 we migrate", "“2020-01-01 8:00” is over"),
        ("mute api because x until 25:00", "I can't read that time: “25:00” is no time"),
        ("mute api for ever because x", "“ever” is no length of time"),
        ("mute api 0h x", "“0h” is no time at all"),
        ("mute api for <!channel> because x", "“&lt;!channel&gt;” is no length of time"),
        ("mute api 8d because x", "A mute lasts 7 days at most"),
        ("mute api for 999d because x", "more than a year away"),
        ("mute api 2h", "Say why it is to be quiet"),
        ("mute api for 2h because", "Say why it is to be quiet"),
        ("mute api until 23:59", "Say why it is to be quiet"),
        ('mute api 2h ""', "Say why it is to be quiet"),
        ("mute api 2h --force", "This command takes none."),
        ("mute api " + "x" * 600, "a command has at most 500"),
    ],
)
async def test_what_cannot_be_meant_mutes_nothing_and_says_what_to_type(slack, typed, says):
    said = await slack.command(typed)

    assert says in said
    assert WHOLE in said or says.startswith(("There is no", "`mobile` has", "I can't read", "a command has"))
    assert_mrkdwn(said)
    assert slack.alerts.mutes == {}


async def test_seven_days_are_the_longest(slack):
    await slack.command("mute api 7d long migration")
    assert the_mute(slack).until - datetime.now(UTC) > timedelta(days=6, hours=23)


async def test_the_same_delivery_twice_is_one_mute(slack):
    await slack.command("mute api 2h x")
    slack.deliveries = 0
    await slack.command("mute api 2h x")
    assert len(slack.alerts.mutes) == 1


@pytest.mark.parametrize("typed", ["mute api 2h x", "unmute api", "mute api staging 2h x"])
async def test_who_may_not_deploy_there_mutes_nothing_and_is_told_who_can(slack, typed):
    said = await slack.command(typed, user=OTTO)

    assert "mute alerts of" in said
    assert "that takes the right to deploy there. Members of <!subteam^S0BACKEND01>" in said
    assert slack.alerts.mutes == {}


async def test_a_mute_takes_the_right_to_everything_it_covers():
    facts = pawlogic().model_dump(mode="json")
    facts["services"][0]["environments"]["production"]["deploy_roles"] = ["lead"]
    slack = Slack(alerting(type(pawlogic()).model_validate(facts)))

    assert "You can't mute alerts of `production`" in await slack.command("mute api 2h x", user=BEN)
    assert slack.alerts.mutes == {}
    assert "is muted" in await slack.command("mute api staging 2h x", user=BEN)


@pytest.mark.parametrize(("user", "may"), [(ANN, True), (BEN, False)])
async def test_where_roles_are_named_for_alerts_they_decide_who_mutes(user, may):
    slack = Slack(alerting(pawlogic(), alerts={"channel": ALERTS, "roles": ["lead"]}))

    said = await slack.command("mute api 2h x", user=user)
    assert ("You can't mute alerts." in said) is not may
    assert bool(slack.alerts.mutes) is may


async def test_a_mute_that_ends_sooner_than_one_that_is_there_says_so(slack):
    await slack.command("mute api 2h we migrate", user=BEN)

    said = await slack.command("mute api staging 10m a blip")
    assert "`api in staging` is muted until" in said
    assert f"*It stays quiet longer, though:* <@{BEN}> muted `api` until " in said
    assert "“we migrate”. `/pawdeploy unmute api` ends both." in said
    assert "longer" not in await slack.command("mute api 3h we migrate", user=BEN)


async def test_ending_the_mute_of_one_environment_leaves_the_one_of_everywhere_and_says_so(slack):
    await slack.command("mute api 2h we migrate", user=BEN)
    await slack.command("mute api staging 3h a blip")

    said = await slack.command("unmute api staging")
    assert f"`api in staging` is not muted by itself any more; <@{ANN}> had muted it: “a blip”." in said
    assert f"*It stays quiet:* <@{BEN}> muted `api` until " in said
    assert "`/pawdeploy unmute api` ends that too." in said
    assert [mute.environment for mute in slack.alerts.mutes.values()] == [""]


@pytest.mark.parametrize(
    ("typed", "environment"), [("mute mobile 2h x", ""), ("mute Mobile production 2h x", "production")]
)
async def test_an_app_is_muted_and_heard_of_again_as_a_service_is(slack, typed, environment):
    assert "is muted until" in await slack.command(typed)
    assert (the_mute(slack).service, the_mute(slack).environment) == ("mobile", environment)
    assert "is heard of again" in await slack.command("unmute mobile")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("mute", "Which service: `api`?"),
        ("mute mobile 2h x", "There is no service `mobile`. There is `api`."),
        ("mute apo 2h x", "There is no service `apo`. Did you mean `api`?"),
    ],
)
async def test_where_there_are_no_apps_none_are_spoken_of(typed, says):
    slack = Slack(alerting(pawlogic().model_copy(update={"apps": (), "workflows": ()})))
    assert says in await slack.command(typed)
    assert slack.alerts.mutes == {}


async def test_a_mute_is_ended_by_name(slack):
    await slack.command("mute api production 2h x")

    assert "`api in production` is heard of again" in await slack.command("unmute api", user=BEN)
    assert slack.alerts.mutes == {}


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("unmute", "Which service or app: `api` or `mobile`? The whole line: `/pawdeploy unmute"),
        ("unmute apo", "Did you mean `api`?"),
        ("unmute api stagign", "Did you mean `staging`?"),
        ("unmute api staging now", "I don't know what to do with `now`."),
        ("unmute api", "is not muted"),
    ],
)
async def test_what_cannot_be_unmuted_is_said(slack, typed, says):
    assert says in await slack.command(typed)


async def test_a_service_without_that_environment_is_told_what_it_has():
    slack = Slack(alerting(two_services()))
    assert "`web` has no environment `production`" in await slack.command("mute web production 2h x")
    assert "Which service or app: `api`, `web` or `mobile`?" in await slack.command("mute")

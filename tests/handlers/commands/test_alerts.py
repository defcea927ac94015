"""Alerts, health and test-alert as typed."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.pulses import PulseState
from bot.errors import VendorUnavailable
from tests.handlers._alerts import ALERTS, a_pulse, alerting
from tests.handlers._limits import assert_mrkdwn, texts
from tests.handlers._slack import ANN, BEN, OTTO, Slack, pawlogic


@pytest.fixture
def slack():
    return Slack(alerting(pawlogic()))


def drawn(slack) -> str:
    return "\n".join(texts(slack.replies[-1]["blocks"]))


@pytest.mark.parametrize(
    ("typed", "which"),
    [("alerts", "open"), ("alerts open", "open"), ("ALERTS Mine", "mine"), ("alerts “muted”", "muted")],
)
async def test_alerts_are_listed_to_anybody_open_ones_unless_told_otherwise(slack, typed, which):
    slack.alerts.add(title="<b>Boom</b>")

    await slack.command(typed, user=OTTO)

    assert slack.alerts.said == [("list", which, OTTO)]
    assert "&lt;b&gt;Boom&lt;/b&gt;" in drawn(slack)
    assert slack.replies[-1]["response_type"] == "ephemeral"


async def test_mine_calls_me_you(slack):
    slack.alerts.add(assignee="ann", assignee_user=ANN)
    await slack.command("alerts mine")
    assert "assigned to you" in drawn(slack)


async def test_what_is_muted_says_who_and_why(slack):
    until = datetime.now(UTC) + timedelta(hours=2)
    await slack.alerts.mute("k", service="api", environment="", by=BEN, until=until, why="we <migrate>")
    await slack.command("alerts muted")
    assert f"<@{BEN}>" in drawn(slack)
    assert "we &lt;migrate&gt;" in drawn(slack)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("alerts mien", "Did you mean `/pawdeploy alerts mine`?"),
        ("alerts <!here>", "The whole line: `/pawdeploy alerts [open|mine|muted]`."),
        ("alerts open now", "I don't know what to do with `now`."),
        ("alerts --all", "This command takes none."),
        ("alrets", "Did you mean `/pawdeploy alerts`?"),
        ("health api", "I don't know what to do with `api`."),
        ("test-alert now", "I don't know what to do with `now`."),
        ("testalert", "Did you mean `/pawdeploy test-alert`?"),
    ],
)
async def test_wrong_words_get_the_nearest_right_one(slack, typed, says):
    said = await slack.command(typed)

    assert says in said
    assert_mrkdwn(said)
    assert slack.alerts.said == []


async def test_health_is_shown_to_anybody(slack):
    slack.alerts.pulses = (a_pulse(), a_pulse(target="dependency:redis", name="redis", state=PulseState.DOWN))
    await slack.command("health", user=OTTO)
    assert "redis" in drawn(slack)


async def test_health_of_nothing_says_how_to_watch_something(slack):
    assert "`[health]`" in await slack.command("health")


async def test_a_test_alert_says_where_its_card_will_be(slack):
    assert f"<#{ALERTS}>" in await slack.command("test-alert")
    assert slack.alerts.said == [("test", "delivery-1", ANN)]


@pytest.mark.parametrize(
    ("roles", "user", "may"), [([], BEN, True), (["lead"], ANN, True), (["lead"], BEN, False)]
)
async def test_a_test_alert_takes_a_role_of_alerts_or_the_right_to_deploy(roles, user, may):
    slack = Slack(alerting(pawlogic(), alerts={"channel": ALERTS, "roles": roles}))

    said = await slack.command("test-alert", user=user)
    assert ("You can't send a test alert" in said) is not may
    assert bool(slack.alerts.said) is may


async def test_a_stranger_sends_no_test_alert_and_is_told_who_can(slack):
    assert "<!subteam^S0BACKEND01>" in await slack.command("test-alert", user=OTTO)
    assert slack.alerts.said == []


@pytest.mark.parametrize(
    "typed", ["alerts", "health", "mute", "mute api 2h we migrate", "unmute api", "test-alert"]
)
async def test_without_alerts_in_the_project_file_one_is_told_what_to_add(typed, caplog):
    caplog.set_level("INFO")
    slack = Slack(alerting(pawlogic(), alerts=None, health=None))

    said = await slack.command(typed)
    assert said.startswith("This workspace has no `[alerts]` in `pawdeploy.toml`")
    assert [record.reason for record in caplog.records if record.name == "handlers._boundary"] == [
        "no_alerts"
    ]
    assert slack.alerts.said == []
    assert slack.alerts.mutes == {}


async def test_trouble_is_told_calmly(slack):
    slack.alerts.trouble = VendorUnavailable("Sentry", "listing issues")
    assert "Sentry is not answering" in await slack.command("alerts")

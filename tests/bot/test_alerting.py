"""Rules of ``bot/alerting.py``: what is wrong in ``[alerts]`` and ``[health]`` says what to write."""

from pathlib import Path

import pytest

from bot.engine.alerts import Severity, Source
from bot.errors import ConfigError
from bot.toml_file import parse

GOOD = (Path(__file__).parents[2] / "pawdeploy.toml").read_text("utf-8")


def test_what_a_rule_leaves_out_fits_everything() -> None:
    alerts = parse(GOOD).alerts

    assert alerts is not None
    assert alerts.rules[0].source == (Source.HEALTH,)
    assert (alerts.rules[0].service, alerts.rules[0].severity, alerts.rules[0].tags) == ((), (), {})
    assert alerts.rules[2].severity == (Severity.CRITICAL, Severity.ERROR)


def test_without_the_sections_there_are_no_alerts_and_health_is_not_watched() -> None:
    project = parse(GOOD[: GOOD.index("[alerts]")])

    assert (project.alerts, project.health) == (None, None)


# what is replaced, by what, where, what is said, what to write
WRONG = {
    "alerts that go nowhere": (
        'channel = "C0ALERTS001"',
        "",
        "alerts.channel",
        "is missing",
        'write e.g. channel = "C0ALERTS001"',
    ),
    "a channel by its name": (
        '"C0ALERTS001"',
        '"#alerts"',
        "alerts.channel",
        "does not have the form",
        "the channel's details, at the bottom",
    ),
    "a source nobody is": (
        'source = ["health"]',
        'source = ["healthy"]',
        "alerts.rules[0].source[0]",
        "input should be 'sentry', 'health'",
        'source = ["sentry", "health"]',
    ),
    "a severity there is not": (
        '["critical", "error"]',
        '["fatal"]',
        "alerts.rules[2].severity[0]",
        "input should be 'critical', 'error'",
        'severity = ["critical", "error"]',
    ),
    "a tag that is a number": (
        'platform = "react-native"',
        "platform = 7",
        "alerts.rules[1].tags.platform",
        "must be text",
        'tags = { platform = "react-native" }',
    ),
    "a misspelt key of a rule": (
        'mention = ["approver"]',
        'mentions = ["approver"]',
        "alerts.rules[0].mentions",
        "is not a key pawdeploy knows",
        "did you mean mention?",
    ),
    "a playbook nobody could name": (
        '"api-down"',
        '"Api Down!"',
        "alerts.rules[0].playbook",
        "does not have the form",
        'playbook = "api-down"',
    ),
    "quiet at no time of day": (
        'starts = "19:00"',
        'starts = "7 pm"',
        "alerts.rules[3].quiet.starts",
        "does not have the form",
        'starts = "19:00"',
    ),
    "a storm of one": (
        'ops = "C0OPSDESK01"',
        "storm_groups = 1",
        "alerts.storm_groups",
        "greater than or equal to 2",
        "storm_groups = 8",
    ),
    "no time between looks": (
        "interval = 30",
        "interval = 0",
        "health.interval",
        "greater than 0",
        "interval = 30",
    ),
    "up after no look at all": (
        "interval = 30",
        "up_after = 0",
        "health.up_after",
        "greater than or equal to 1",
        "up_after = 2",
    ),
    "a dependency of a kind nobody knows": (
        'kind = "upstash"',
        'kind = "memcached"',
        "health.dependencies[1].kind",
        "'supabase', 'upstash', 'redis' or 'statuspage'",
        'kind = "supabase"',
    ),
    "a token where its name belongs": (
        '"SUPABASE_TOKEN"',
        '"sbp_3f0a"',
        "health.dependencies[0].token",
        "does not have the form",
        "the variable's name, not the token",
    ),
    "an address of a dependency that is none": (
        '"https://calm-otter-30127.upstash.io"',
        '"calm-otter"',
        "health.dependencies[1].url",
        "valid URL",
        'url = "https://www.githubstatus.com"',
    ),
    "a detailed path that is none": (
        'detailed_path = "/health/detailed"',
        'detailed_path = "health"',
        "services[0].environments.staging.detailed_path",
        "does not have the form",
        'detailed_path = "/health/detailed"',
    ),
    "somebody of Sentry who is nobody in Slack": (
        'U0BENAPP001 = "ben@pawlogic.app"',
        'ben = "ben@pawlogic.app"',
        "sentry_users.ben",
        "is not a Slack member id",
        'U0ANNREQ001 = "ann@example.com"',
    ),
    "edits too rare to keep cards true": (
        "poll = 5 ",
        "slack_edits = 5\npoll = 5 ",
        "timings.slack_edits",
        "greater than or equal to 10",
        "slack_edits = 50",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_about_alerts_is_named_with_what_to_write(what: str) -> None:
    old, new, key, said, advice = WRONG[what]
    assert old in GOOD

    with pytest.raises(ConfigError) as caught:
        parse(GOOD.replace(old, new, 1))

    (line,) = str(caught.value).splitlines()
    assert f": {key}: " in line
    assert said in line
    assert advice in line

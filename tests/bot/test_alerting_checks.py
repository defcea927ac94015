"""Rules of ``bot/alerting_checks.py``: what does not fit the rest of the file is refused at start."""

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.toml_file import parse

GOOD = (Path(__file__).parents[2] / "pawdeploy.toml").read_text("utf-8")
ALERTS = GOOD[GOOD.index("[alerts]") : GOOD.index("[health]")]

# what is replaced, by what, the key, what is said, what to write
WRONG = {
    "a mention of a role not defined": (
        'mention = ["approver"]',
        'mention = ["aprover"]',
        "alerts.rules[0].mention",
        "'aprover' is not a role of this file",
        "write one of deployer, approver, lead",
    ),
    "buttons for a role not defined": (
        'ops = "C0OPSDESK01"',
        'roles = ["oncall"]',
        "alerts.roles",
        "'oncall' is not a role of this file",
        "write one of deployer, approver, lead",
    ),
    "a rule for a service nobody ships": (
        'source = ["health"]',
        'service = ["web"]',
        "alerts.rules[0].service",
        "'web' is not a service of this file",
        "write one of api",
    ),
    "quiet by nobody's clock": (
        'ends = "08:00"\ntimezone = "Europe/Berlin"',
        'ends = "08:00"\ntimezone = "Berlin"',
        "alerts.rules[3].quiet.timezone",
        "'Berlin' is no time zone",
        '"Europe/Berlin"',
    ),
    "quiet for ever": (
        'ends = "08:00"',
        'ends = "19:00"',
        "alerts.rules[3].quiet.ends",
        "is when it starts: nobody would ever be mentioned",
        '"07:00"',
    ),
    "flapping that ends before it begins": (
        "interval = 30 ",
        "flap_low = 20.0 ",
        "health.flap_low",
        "is not below flap_high",
        "write flap_low = 5.0 and flap_high = 20.0",
    ),
    "two dependencies of one name": (
        'name = "upstash"',
        'name = "supabase"',
        "health.dependencies[1].name",
        "two dependencies are named 'supabase'",
        "give each its own name",
    ),
    "Supabase without its project": (
        'project = "qzvkxwmrtbnpdhsyfgac"\n',
        "",
        "health.dependencies[0].project",
        "is missing for kind = 'supabase'",
        "Reference ID",
    ),
    "Supabase without a token": (
        'token = "SUPABASE_TOKEN"',
        'token = ""',
        "health.dependencies[0].token",
        "is missing for kind = 'supabase'",
        'token = "SUPABASE_TOKEN"',
    ),
    "Upstash without its address": (
        'url = "https://calm-otter-30127.upstash.io"\n',
        "",
        "health.dependencies[1].url",
        "is missing for kind = 'upstash'",
        'url = "https://…"',
    ),
    "Redis without a variable that names it": (
        'kind = "statuspage"',
        'kind = "redis"',
        "health.dependencies[2].token",
        "is missing for kind = 'redis'",
        'token = "REDIS_TOKEN"',
    ),
    "a status page that is nowhere": (
        'url = "https://www.githubstatus.com"',
        "",
        "health.dependencies[2].url",
        "is missing for kind = 'statuspage'",
        'url = "https://…"',
    ),
    "health that nobody would hear of": (
        ALERTS,
        "",
        "health",
        "nobody would hear what is found",
        'add [alerts] with channel = "C0ALERTS001"',
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_fit_is_named_with_what_to_write(what: str) -> None:
    old, new, key, said, advice = WRONG[what]
    assert old in GOOD

    with pytest.raises(ConfigError) as caught:
        parse(GOOD.replace(old, new, 1))

    (line,) = str(caught.value).splitlines()
    assert f": {key}: " in line
    assert said in line
    assert advice in line


def test_the_line_of_a_nested_section_is_its_own() -> None:
    text = GOOD.replace('ends = "08:00"', 'ends = "19:00"')

    with pytest.raises(ConfigError) as caught:
        parse(text)

    at = next(number for number, row in enumerate(text.splitlines(), 1) if row == 'ends = "19:00"')
    assert str(caught.value).startswith(f"pawdeploy.toml line {at}: ")


def test_quiet_hours_may_reach_over_midnight_or_not() -> None:
    alerts = parse(GOOD.replace('starts = "19:00"', 'starts = "00:00"')).alerts

    assert alerts is not None
    assert alerts.rules[3].quiet is not None
    assert (alerts.rules[3].quiet.starts, alerts.rules[3].quiet.ends) == ("00:00", "08:00")

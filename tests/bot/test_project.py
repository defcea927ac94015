"""Rules of ``bot/project.py`` and ``bot/guards.py``: what fits together, and what is refused at start."""

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.project import COMMAND_WORDS
from bot.toml_file import parse

GOOD = (Path(__file__).parents[2] / "pawdeploy.toml").read_text("utf-8")
PRODUCTION = "services[0].environments.production"


def refusal(old: str, new: str) -> str:
    """Return what is said of the repository's file with ``old`` replaced by ``new``, once."""
    assert old in GOOD
    with pytest.raises(ConfigError) as caught:
        parse(GOOD.replace(old, new, 1))
    return str(caught.value)


def test_an_environment_is_guarded_when_people_must_agree() -> None:
    environments = parse(GOOD).services[0].environments

    assert (environments["staging"].guarded, environments["production"].guarded) == (False, True)


# what is replaced, by what, where, what is said, what to write
WRONG = {
    "committers barred, and nobody known on GitHub": (
        "committers = true",
        "committers = false",
        f"{PRODUCTION}.approval.committers",
        "nobody's GitHub login is known",
        "add [github_logins]",
    ),
    "a watch that could count nothing": (
        'sentry_project = "backend"\n',
        "",
        f"{PRODUCTION}.watch",
        "errors are counted nowhere",
        "add [sentry] and the service's sentry_project",
    ),
    "approvals by nobody": (
        'roles = ["approver"]\nquorum',
        "roles = []\nquorum",
        f"{PRODUCTION}.approval.roles",
        "must not be empty",
        'write e.g. roles = ["approver"]',
    ),
    "approvals without a word by whom": (
        'roles = ["approver"]\nquorum',
        "quorum",
        f"{PRODUCTION}.approval.roles",
        "is missing",
        'write e.g. roles = ["approver"]',
    ),
    "approvals by a role not defined": (
        'roles = ["approver"]\nquorum',
        'roles = ["aprover"]\nquorum',
        f"{PRODUCTION}.approval.roles",
        "'aprover' is not a role",
        "write one of deployer, approver, lead, or add [roles.aprover]",
    ),
    "a quorum of nobody": (
        "quorum = 2",
        "quorum = 0",
        f"{PRODUCTION}.approval.quorum",
        "greater than or equal to 1",
        "quorum = 2",
    ),
    "half a person": (
        "quorum = 2",
        "quorum = 1.5",
        f"{PRODUCTION}.approval.quorum",
        "a whole number",
        "quorum = 2",
    ),
    "an emergency role not defined": (
        'emergency_roles = ["lead"]',
        'emergency_roles = ["boss"]',
        f"{PRODUCTION}.emergency_roles",
        "'boss' is not a role",
        "or add [roles.boss]",
    ),
    "an override role not defined": (
        'override_roles = ["lead"]',
        'override_roles = ["boss"]',
        f"{PRODUCTION}.soak.override_roles",
        "'boss' is not a role",
        "or add [roles.boss]",
    ),
    "a role of the service not defined": (
        'oncall_roles = ["approver"]',
        'oncall_roles = ["night"]',
        "services[0].oncall_roles",
        "'night' is not a role",
        "or add [roles.night]",
    ),
    "a soak where it ships": (
        'environment = "staging"',
        'environment = "production"',
        f"{PRODUCTION}.soak.environment",
        "'production' is not another environment of this service",
        "write one of staging",
    ),
    "a soak nowhere": (
        'environment = "staging"',
        'environment = "canary"',
        f"{PRODUCTION}.soak.environment",
        "'canary' is not another environment of this service",
        "write one of staging",
    ),
    "a watch that cries wolf": (
        "baseline = 21600",
        "alpha = 0.5",
        f"{PRODUCTION}.watch.alpha",
        "less than 0.2",
        "alpha = 0.01",
    ),
    "a freeze without a reason": (
        'because = "nobody watches at the weekend"\n',
        "",
        f"{PRODUCTION}.freeze[0].because",
        "is missing",
        'write e.g. because = "',
    ),
    "a freeze at no time": (
        'starts = "0 16 * * FRI"',
        'starts = "Friday 16:00"',
        f"{PRODUCTION}.freeze[0].starts",
        "'Friday 16:00' is not a cron time",
        "write five cron fields",
    ),
    "a freeze that ends on a day that never comes": (
        'ends = "0 7 * * MON"',
        'ends = "0 7 30 2 *"',
        f"{PRODUCTION}.freeze[0].ends",
        "never happens",
        "name a day that exists",
    ),
    "a freeze by nobody's clock": (
        'timezone = "Europe/Berlin"',
        'timezone = "Berlin"',
        f"{PRODUCTION}.freeze[0].timezone",
        "'Berlin' is not a time zone",
        'such as "Europe/Berlin"',
    ),
    "a group's name for an organization's slug": (
        'organization = "pawlogic"',
        'organization = "Paw Logic"',
        "sentry.organization",
        "form",
        'organization = "pawlogic"',
    ),
    "an emoji with its colons": (
        "# Seconds, unless",
        '[reactions]\napprove = [":tada:"]\n# Seconds, unless',
        "reactions.approve[0]",
        "form",
        "names without colons",
    ),
    "a login of nobody in Slack": (
        "# Seconds, unless",
        '[github_logins]\nann = "ann"\n# Seconds, unless',
        "github_logins.ann",
        "not a Slack member id",
        'U0ANNREQ001 = "ann"',
    ),
    "a login that is no text": (
        "# Seconds, unless",
        "[github_logins]\nU0ANNREQ001 = 7\n# Seconds, unless",
        "github_logins.U0ANNREQ001",
        "must be text",
        'U0ANNREQ001 = "ann"',
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_fit_is_named_with_what_to_write(what: str) -> None:
    old, new, key, said, advice = WRONG[what]

    line = next(row for row in refusal(old, new).splitlines() if f": {key}: " in row)

    assert said in line
    assert advice in line


@pytest.mark.parametrize("word", sorted(COMMAND_WORDS))
def test_no_environment_is_called_like_a_word_of_the_command(word: str) -> None:
    with pytest.raises(ConfigError, match=f"{word!r} is a word of `/pawdeploy` itself"):
        parse(GOOD.replace("services.environments.staging", f"services.environments.{word}"))


def test_the_section_about_approvals_is_optional_and_then_nobody_is_asked() -> None:
    start = GOOD.index("[services.environments.production.approval]")
    text = GOOD[:start] + GOOD[GOOD.index("[services.environments.production.soak]") :]

    assert not parse(text).services[0].environments["production"].guarded

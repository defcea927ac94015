"""Rules of ``bot/toml_file.py``: what is wrong is named by key and line, with what to write."""

import re
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.toml_file import load, parse

ROOT = Path(__file__).parents[2]
GOOD = (ROOT / "pawdeploy.toml").read_text("utf-8")
STAGING = "services[0].environments.staging"


def line_with(text: str, needle: str) -> int:
    return next(at for at, row in enumerate(text.splitlines(), 1) if needle in row)


def test_the_repositorys_file_is_pawlogics_and_right() -> None:
    project = load(ROOT / "pawdeploy.toml")

    assert project.team == "PawLogic"
    assert project.environments == ("staging", "production")


# what is replaced, by what, the line's mark (a text on it), the key, what is said, what to write
WRONG = {
    "broken TOML: a bare word": ('"PawLogic"', "PawLogic", "team =", "", "not valid TOML", "double quotes"),
    "broken TOML: an open quote": (
        '"PawLogic"',
        '"PawLogic',
        "team =",
        "",
        "not valid TOML",
        "close the text",
    ),
    "broken TOML: an open header": ("[channels]", "[channels", "[channels", "", "not valid TOML", "with ]"),
    "broken TOML: a key twice": (
        'team = "PawLogic"',
        'team = "a"\nteam = "b"',
        '"b"',
        "",
        "not valid TOML",
        "keep one",
    ),
    "unknown key, a near one exists": (
        "health_path =",
        "helth_path =",
        "helth_path",
        f"{STAGING}.helth_path",
        "not a key pawdeploy knows",
        "did you mean health_path?",
    ),
    "unknown key, nothing near": (
        "health_path =",
        "colour =",
        "colour",
        f"{STAGING}.colour",
        "not a key pawdeploy knows",
        "the keys here are railway_environment,",
    ),
    "unknown table": (
        "[channels]",
        "[chanels]",
        "[chanels]",
        "chanels",
        "not a key",
        "did you mean channels?",
    ),
    "unknown key of a smoke test": (
        'contains = "pawlogic"',
        'contain = "pawlogic"',
        "contain =",
        f"{STAGING}.smoke[0].contain",
        "not a key",
        "did you mean contains?",
    ),
    "wrong type: text for a number": (
        "poll = 5 ",
        'poll = "5" ',
        "poll =",
        "timings.poll",
        "must be a number",
        "poll = 5",
    ),
    "wrong type: text for a list": (
        'deploy_roles = ["deployer"]',
        'deploy_roles = "deployer"',
        "deploy_roles =",
        f"{STAGING}.deploy_roles",
        "must be a list",
        'deploy_roles = ["deployer"]',
    ),
    "wrong type: a word for true": (
        "committers = true",
        'committers = "no"',
        "committers",
        "services[0].environments.production.approval.committers",
        "must be true or false",
        "committers = true",
    ),
    "wrong type: a number for text": (
        'team = "PawLogic"',
        "team = 7",
        "team =",
        "team",
        "must be text",
        'team = "PawLogic"',
    ),
    "never-ending wait": ("poll = 5 ", "poll = inf ", "poll =", "timings.poll", "finite", "poll = 5"),
    "no time at all": ("poll = 5 ", "poll = 0 ", "poll =", "timings.poll", "greater than 0", "poll = 5"),
    "missing key": (
        'url = "https://staging-api.pawlogic.app"\n',
        "",
        "[services.environments.staging]",
        f"{STAGING}.url",
        "is missing",
        'url = "https://staging-api.example.com"',
    ),
    "missing top-level key": ("version = 1\n", "", "# PawLogic's", "version", "is missing", "version = 1"),
    "another version": ("version = 1", "version = 2", "version =", "version", "should be 1", "version = 1"),
    "bad url": (
        "https://staging-api.pawlogic.app",
        "staging-api.pawlogic.app",
        'url = "staging',
        f"{STAGING}.url",
        "valid URL",
        'url = "https://staging-api.example.com"',
    ),
    "bad method": (
        'method = "railway"',
        'method = "rail"',
        '"rail"',
        f"{STAGING}.method",
        "'railway' or",
        "github-workflow",
    ),
    "a person's name for an id": (
        'users = ["U0ANNREQ001"]',
        'users = ["ann"]',
        '"ann"',
        "roles.deployer.users[0]",
        "form",
        "Copy member ID",
    ),
    "a token where its name belongs": (
        '"RAILWAY_TOKEN_STAGING"',
        '"5f1c2f0e-6a0b"',
        "railway_token",
        f"{STAGING}.railway_token",
        "form",
        "the variable's name, not the token",
    ),
    "role not defined": (
        'deploy_roles = ["deployer"]',
        'deploy_roles = ["deploier"]',
        "deploier",
        f"{STAGING}.deploy_roles",
        "'deploier' is not a role",
        "write one of deployer, approver, lead, or add [roles.deploier]",
    ),
    "no environment": (
        GOOD[GOOD.index("[services.environments.staging]") : GOOD.index("# Seconds")],
        "environments = {}\n",
        "environments =",
        "services[0].environments",
        "must not be empty",
        "[services.environments.staging]",
    ),
    "an environment called like a command": (
        "services.environments.production",
        "services.environments.status",
        "[services.environments.status]",
        "services[0].environments.status",
        "is a word of `/pawdeploy` itself",
        "call the environment something else",
    ),
    "a name people cannot type": (
        "[roles.approver]",
        "[roles.Approver]",
        "[roles.Approver]",
        "roles.Approver",
        "not a usable name",
        "lower-case",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_named_by_key_and_line_with_what_to_write(what: str) -> None:
    old, new, mark, key, said, advice = WRONG[what]
    assert old in GOOD
    text = GOOD.replace(old, new) if "called like" in what else GOOD.replace(old, new, 1)

    with pytest.raises(ConfigError) as caught:
        parse(text)

    line = next(row for row in str(caught.value).splitlines() if said in row)
    assert line.startswith(f"pawdeploy.toml line {line_with(text, mark)}: {key}")
    assert advice in line


def test_two_services_of_one_name_are_refused_at_the_second() -> None:
    second = GOOD[GOOD.index("[[services]]") : GOOD.index("# Seconds")]
    text = GOOD.replace("# Seconds", second + "# Seconds")

    with pytest.raises(ConfigError) as caught:
        parse(text)

    at = [number for number, row in enumerate(text.splitlines(), 1) if row == 'name = "api"'][1]
    assert str(caught.value) == (
        f"pawdeploy.toml line {at}: services[1].name: two services are named 'api'; "
        "give each service its own name"
    )


def test_everything_that_is_wrong_is_said_at_once() -> None:
    text = GOOD.replace("poll = 5 ", 'poll = "5" ').replace("deploys =", "deployz =")

    with pytest.raises(ConfigError) as caught:
        parse(text)

    assert [line.split(": ")[1] for line in str(caught.value).splitlines()] == [
        "channels.deploys",
        "channels.deployz",
        "timings.poll",
    ]


def test_a_value_is_never_repeated_in_a_message() -> None:
    with pytest.raises(ConfigError) as caught:
        parse(GOOD.replace('"RAILWAY_TOKEN_STAGING"', '"9f8e7d6c-secret"'))

    assert "9f8e7d6c" not in str(caught.value)


def test_a_missing_file_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=re.escape(str(tmp_path / "none.toml")) + ".*PAWDEPLOY_CONFIG"):
        load(tmp_path / "none.toml")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ConfigError, match="UTF-8"):
        load(tmp_path / "p.toml")


@pytest.mark.parametrize("change", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n")])
def test_a_file_saved_on_windows_is_read(tmp_path: Path, change: object) -> None:
    assert callable(change)
    (tmp_path / "p.toml").write_bytes(change(GOOD).encode())

    assert load(tmp_path / "p.toml").team == "PawLogic"


@pytest.mark.parametrize(
    "wrong", ["https://ann:hush-hush@api.pawlogic.app", "https://api.pawlogic.app/?key=hush-hush"]
)
def test_an_address_with_a_secret_in_it_is_refused_unrepeated_for_cards_show_addresses(wrong: str) -> None:
    with pytest.raises(ConfigError, match=r"staging\.url: must hold no password and no \?query") as caught:
        parse(GOOD.replace("https://staging-api.pawlogic.app", wrong))

    assert "hush-hush" not in str(caught.value)

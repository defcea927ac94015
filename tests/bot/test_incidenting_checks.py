"""Rules of ``bot/incidenting_checks.py``: what does not fit the rest of the file is refused at start."""

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.toml_file import parse

GOOD = (Path(__file__).parents[2] / "pawdeploy.toml").read_text("utf-8")
START = GOOD[: GOOD.index("[incidents]")]
KNOWN = "write one of deployer, approver, lead"
NAME = 'write e.g. name = "inc-{number}-{playbook}"'

# the section, the key, what is said, what to write
WRONG = {
    "work for a role not defined": (
        'roles = ["oncall"]',
        "roles",
        "'oncall' is not a role of this file",
        KNOWN,
    ),
    "a call for a role not defined": ('mention = ["aprover"]', "mention", "'aprover' is not a role", KNOWN),
    "a room for a role not defined": (
        '[incidents.room]\ninvite = ["x"]',
        "room.invite",
        "'x' is not a",
        KNOWN,
    ),
    "a drill for a role not defined": (
        '[incidents.drills]\nroles = ["x"]',
        "drills.roles",
        "'x' is not a",
        KNOWN,
    ),
    "a room without its number": (
        '[incidents.room]\nname = "inc-{playbook}"',
        "room.name",
        "lacks {number}: two incidents would want one channel",
        NAME,
    ),
    "a room named by what nobody knows": (
        '[incidents.room]\nname = "inc-{number}-{who}"',
        "room.name",
        "{who} is no placeholder; there are {number}, {playbook}, {date}",
        NAME,
    ),
    "a room with half a brace": (
        '[incidents.room]\nname = "inc-{number}-{date"',
        "room.name",
        "has a brace without its other half",
        NAME,
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_fit_is_named_with_what_to_write(what):
    section, key, said, advice = WRONG[what]

    with pytest.raises(ConfigError) as caught:
        parse(f"{START}[incidents]\n{section}\n")

    (line,) = str(caught.value).splitlines()
    assert f": incidents.{key}: " in line
    assert said in line
    assert advice in line


@pytest.mark.parametrize("name", ["inc-{number}-{playbook}", "{date}_{number}", "i{number}"])
def test_a_room_may_be_called_anything_with_its_number(name):
    project = parse(f'{START}[incidents.room]\nname = "{name}"\ninvite = ["lead"]\n')

    assert project.incidents.room is not None
    assert project.incidents.room.name == name


def test_without_a_section_there_is_everything_but_a_room_and_drills():
    incidents = parse(START).incidents

    assert (incidents.room, incidents.drills, incidents.automatic) == (None, None, True)

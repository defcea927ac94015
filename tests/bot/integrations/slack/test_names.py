"""How people are called: asked for once; whom Slack does not name is left out, and nothing fails."""

import pytest

from bot.integrations.slack.names import Names, _read
from sandbox.workspace.model import Person

ANN, BEN, NOBODY = "U0ANNREQ001", "U0BENAPP001", "U0NOBODY001"
ASKED = "users.info"


@pytest.fixture
def names(desk):
    return Names(desk.web)


async def test_people_are_called_by_their_real_names(desk, names):
    found = await names.names([ANN, BEN])
    people = desk.ws.core.state.people
    assert found == {user: people[user].real_name for user in (ANN, BEN)}


async def test_each_is_asked_for_once(desk, names):
    for _ in range(3):
        await names.names([ANN])
    assert desk.ws.updates.calls[ASKED] == 1


async def test_whom_slack_does_not_know_is_left_out_and_the_others_are_there(names):
    assert list(await names.names([NOBODY, ANN])) == [ANN]


@pytest.mark.parametrize("trouble", ["down", "429"])
async def test_while_slack_is_away_nobody_is_named_and_later_everybody(desk, names, trouble):
    desk.ws.faults.set("slack.answers", trouble)
    assert await names.names([ANN]) == {}
    desk.ws.faults.set("slack.answers", "normal")
    assert list(await names.names([ANN])) == [ANN]


async def test_of_a_hundred_people_names_are_read_from_the_list_and_slack_refuses_nothing(desk, names):
    crowd = [Person(id=f"U0CROWD{number:03}", name="c", real_name=f"C {number}") for number in range(300)]
    desk.ws.join(*crowd)
    wanted = [person.id for person in crowd[150:250]]

    assert await names.names([*wanted, NOBODY]) == {one.id: one.real_name for one in crowd[150:250]}

    assert desk.ws.updates.calls["users.list"] == 2
    assert desk.ws.updates.calls[ASKED] == 1
    assert desk.ws.refused_calls == {}


@pytest.mark.parametrize("trouble", ["down", "429"])
async def test_while_slack_is_away_few_of_many_are_asked_for(desk, names, trouble):
    desk.ws.faults.set("slack.answers", trouble)
    assert await names.names([f"U0CROWD{number:03}" for number in range(100)]) == {}
    assert desk.ws.updates.calls.get(ASKED, 0) <= 20


async def test_nobody_is_asked_for_when_nobody_is_meant(desk, names):
    assert await names.names([]) == {}
    assert ASKED not in desk.ws.updates.calls


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ({"profile": {"real_name": "Ann Lee"}, "name": "ann"}, "Ann Lee"),
        ({"real_name": "Ann Lee", "name": "ann"}, "Ann Lee"),
        ({"profile": {"real_name": ""}, "name": "ann"}, "ann"),
        ({"profile": "odd", "name": "a" * 200}, "a" * 80),
        ({}, ""),
        ("odd", ""),
        (None, ""),
    ],
)
def test_a_name_is_what_slack_shows_and_odd_answers_are_none(user, name):
    assert _read(user) == name

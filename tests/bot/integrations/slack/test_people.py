"""Who may, by name and by group; a Slack that cannot be asked takes no right away that was known."""

import pytest

from bot.db.people_store import PeopleStore
from bot.errors import VendorUnavailable
from bot.integrations.slack.people import People
from tests.bot.pipelines._world import pawlogic

ANN, BEN, CLEO, OTTO = "U0ANNREQ001", "U0BENAPP001", "U0CLEOAPP01", "U0OTTOOUT01"
ASKED = "usergroups.users.list"


@pytest.fixture
def people(desk):
    return People(desk.web, PeopleStore(desk.db), pawlogic(), desk.clock)


async def test_a_named_person_may_without_asking_slack(desk, people):
    assert await people.allowed(ANN, ("deployer",))
    assert ASKED not in desk.ws.updates.calls


async def test_a_member_of_the_roles_group_may_and_a_stranger_may_not(people):
    assert await people.allowed(BEN, ("deployer",))
    assert not await people.allowed(OTTO, ("deployer",))
    assert not await people.allowed(CLEO, ("deployer",))
    assert await people.allowed(CLEO, ("deployer", "approver"))


async def test_members_are_asked_for_once_within_their_time_to_live(desk, people):
    for _ in range(3):
        await people.allowed(BEN, ("deployer",))
    assert desk.ws.updates.calls[ASKED] == 1
    await desk.clock.sleep(pawlogic().timings.roles_ttl)
    await people.allowed(BEN, ("deployer",))
    assert desk.ws.updates.calls[ASKED] == 2


@pytest.mark.parametrize("trouble", ["down", "429"])
async def test_when_slack_cannot_say_the_last_known_members_count(desk, people, trouble):
    await people.allowed(BEN, ("deployer",))
    await desk.clock.sleep(100_000)
    desk.ws.faults.set("slack.answers", trouble)
    assert await people.allowed(BEN, ("deployer",))
    assert not await people.allowed(OTTO, ("deployer",))


async def test_when_slack_never_could_say_only_named_people_may(desk, people):
    desk.ws.faults.set("slack.answers", "down")
    assert await people.allowed(ANN, ("deployer",))
    assert not await people.allowed(BEN, ("deployer",))


def test_a_refusal_names_who_can(people):
    assert people.who_can(("deployer",)) == f"members of <!subteam^S0BACKEND01> or <@{ANN}>"
    assert people.who_can(()).startswith("nobody yet")


async def test_when_slack_says_the_group_is_gone_its_members_may_no_longer(desk, people):
    assert await people.allowed(BEN, ("deployer",))
    await desk.clock.sleep(pawlogic().timings.roles_ttl)
    del desk.ws.core.state.groups["S0BACKEND01"]
    assert not await people.allowed(BEN, ("deployer",))


async def test_a_fresh_answer_is_who_is_a_member_now(desk, people):
    assert await people.allowed(CLEO, ("approver",))
    desk.ws.put_in_group("S0APPROVER1", BEN)
    assert await people.allowed(CLEO, ("approver",))
    assert not await people.allowed(CLEO, ("approver",), fresh=True)
    assert not await people.allowed(CLEO, ("approver",)), "what was learnt is remembered"


@pytest.mark.parametrize("trouble", ["down", "429"])
async def test_a_fresh_answer_is_never_guessed(desk, people, trouble):
    assert await people.allowed(CLEO, ("approver",), fresh=True)
    desk.ws.faults.set("slack.answers", trouble)
    with pytest.raises(VendorUnavailable):
        await people.allowed(CLEO, ("approver",), fresh=True)
    assert await people.allowed(ANN, ("deployer",), fresh=True), "a named person needs no Slack"


async def test_a_group_that_is_gone_gives_nobody_a_fresh_yes(desk, people):
    del desk.ws.core.state.groups["S0APPROVER1"]
    assert not await people.allowed(CLEO, ("approver",), fresh=True)


async def test_everybody_with_a_role_is_listed_once_and_mentioned_by_group(people):
    assert await people.members(("deployer", "approver")) == (ANN, BEN, CLEO)
    assert (
        people.mention(("deployer", "approver")) == f"<!subteam^S0BACKEND01> <!subteam^S0APPROVER1> <@{ANN}>"
    )
    assert people.mention(()) == ""

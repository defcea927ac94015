"""The keeper: runs of others, one incident that cannot be looked after, drills that are due."""

import pytest
from sqlalchemy import update

from bot.db.incident_tables import Incident
from bot.engine.incident_notes import IncidentNote
from bot.engine.incidents import Sev
from bot.incidenting import Drills
from tests.bot.incidents._asked import ending, revision, step
from tests.bot.incidents._world import ANN, API_DOWN, BEN, MIGRATION, IncidentWorld
from tests.playbooks._books import book, do

DAY = 86_400


class Asked:
    """A deploy somebody asks for without the incident."""

    def __init__(self, key="k", service="api", environment="production") -> None:
        self.key, self.service, self.environment, self.by, self.ref = key, service, environment, BEN, "main"


async def shipped(world, **more):
    return (await world.runs.deploy(Asked(**more))).id


async def runs(world, number=1):
    return [run.id for run in (await world.desk.incident(number)).runs]


async def test_what_others_ship_there_meanwhile_is_on_the_timeline_once_for_each_state(world):
    await world.open()
    number = await shipped(world)
    for _ in range(2):
        await world.keeper.sweep()
        world.reborn()
    await world.ends(number, "succeeded")
    await world.keeper.sweep()

    assert await runs(world) == [number]
    assert [line for line in await world.timeline() if line.startswith("run:")] == [
        f"run: run 1 (Deploy of api to production, asked by @{BEN}) is being prepared",
        f"run: run 1 (Deploy of api to production, asked by @{BEN}) succeeded",
    ]


async def test_what_is_shipped_elsewhere_or_was_before_or_in_a_drill_is_not(world):
    await shipped(world)
    await world.clock.sleep(60)
    await world.open()
    await world.open(key="drill", drill=True)
    await shipped(world, key="k2", service="mobile")
    await shipped(world, key="k3", environment="staging")
    await world.keeper.sweep()
    assert await runs(world) == []
    await shipped(world, key="k4")
    await world.keeper.sweep()
    assert (await runs(world), await runs(world, 2)) == ([4], [])


async def test_a_sweep_that_finds_nothing_new_costs_no_edit(world):
    await world.open()
    await world.work()
    await shipped(world)
    await world.keeper.sweep()
    before = await revision(world), world.cards.changes
    for _ in range(5):
        await world.keeper.sweep()
    assert (await revision(world), world.cards.changes) == before


DUE = book(do("soon", due="30s"), do("end"))


@pytest.fixture
async def unhurried(incidents_db):
    """A world whose playbook looks at nothing, so that no look has its card edited."""
    world = IncidentWorld(incidents_db, playbooks={API_DOWN: DUE})
    await world.open(severity=Sev.SEV3)  # nobody is reminded
    return world


async def edits(world, *seconds):
    """Return how often the card was shown anew after each wait."""
    found = []
    for wait in seconds:
        before = await revision(world)
        await world.clock.sleep(wait)
        await world.keeper.sweep()
        await world.keeper.sweep()
        found.append(await revision(world) - before)
    return found


async def test_what_becomes_overdue_is_shown_within_a_sweep_once(unhurried):
    assert await edits(unhurried, 29, 1, 30) == [0, 1, 0]


async def test_how_long_it_goes_on_is_shown_every_two_minutes_and_more_seldom_later(unhurried):
    await unhurried.desk.tick(1, "soon", ANN)
    assert await edits(unhurried, 100, 20, 119, 1) == [0, 1, 0, 1]
    assert await edits(unhurried, 3600, 540, 59, 1) == [1, 0, 0, 1]


async def test_what_people_do_shows_how_long_it_goes_on_too(unhurried):
    assert await edits(unhurried, 100) == [1]  # overdue
    await unhurried.desk.tick(1, "soon", ANN)
    assert await edits(unhurried, 0, 119, 1) == [0, 0, 1]


async def test_a_new_life_shows_cards_anew_that_may_be_old(unhurried):
    await edits(unhurried, 60)
    unhurried.reborn()
    assert await edits(unhurried, 0) == [1]


async def test_what_is_resolved_is_not_shown_anew(unhurried):
    await unhurried.desk.resolve(1, ending())
    assert await edits(unhurried, 3600) == [0]


async def test_time_that_passes_is_on_no_timeline(unhurried):
    before = await unhurried.timeline()
    await edits(unhurried, 600)
    assert await unhurried.timeline() == before


async def test_an_incident_nobody_can_read_keeps_no_other_from_being_looked_after(world):
    await world.open()
    await world.open(MIGRATION, key="2", service="api", environment="production")
    garbled = update(Incident).where(Incident.id == 1).values(roles="not json")
    await world.db.change(lambda session: session.execute(garbled))
    await shipped(world)

    await world.keeper.sweep()

    assert await runs(world, 2) == [1]
    asked = []
    world.kit.reader.load = counting(world.kit.reader.load, asked)
    await world.keeper.sweep()
    assert asked == [2], "it is left alone for a minute"
    await world.clock.sleep(61)
    await world.keeper.sweep()
    assert asked == [2, 1, 2]


def counting(load, asked):
    async def loads(number):
        asked.append(number)
        return await load(number)

    return loads


@pytest.fixture
def drilling(world):
    """A world in which people want to be reminded of drills once a month."""
    incidents = world.project.incidents.model_copy(
        update={"drills": Drills(every=30, roles=("approver", "nobody-has-it"))}
    )
    world.project = world.project.model_copy(update={"incidents": incidents})
    world.reborn()
    return world


async def due(world):
    found = [one for one in await world.posts.due() if one.kind == "drill_due"]
    return [(IncidentNote.decode(one.body).text, one.channel) for one in found]


async def test_where_nobody_ever_practised_people_are_reminded_and_again_after_a_month(drilling):
    for _ in range(29):
        await drilling.keeper.drills()
        drilling.reborn()
        await drilling.clock.sleep(DAY)
    assert await due(drilling) == [("", "C0OPSDESK01")]
    await drilling.clock.sleep(DAY)
    await drilling.keeper.drills()
    assert len(await due(drilling)) == 2


async def test_a_drill_puts_the_reminder_off_and_it_says_how_long_ago_it_was(drilling):
    await drilling.open(drill=True)
    await drilling.clock.sleep(29 * DAY)
    await drilling.keeper.drills()
    assert await due(drilling) == []
    for _ in range(40):
        await drilling.clock.sleep(DAY)
        await drilling.keeper.drills()
    assert [text for text, _ in await due(drilling)] == ["30", "60"]


async def test_whom_a_reminder_calls_are_those_roles_there_are(drilling):
    await drilling.keeper.drills()
    (post,) = [one for one in await drilling.posts.due() if one.kind == "drill_due"]
    assert IncidentNote.decode(post.body).mention == "<!subteam^approver>"


async def test_without_the_section_nobody_is_reminded(world):
    await world.keeper.drills()
    assert await due(world) == []


async def test_an_incident_that_is_no_drill_is_no_practice(drilling):
    await drilling.open()
    await drilling.keeper.drills()
    assert len(await due(drilling)) == 1


async def test_a_step_that_is_overdue_costs_nothing_and_says_since_when(world):
    await world.open()
    await world.work()
    found = await step(world, "which")
    assert (found.due_at - world.now()).total_seconds() == 600
    await world.clock.sleep(4_000)
    assert (await step(world, "which")).due_at < world.now()
    assert not any(ANN in line and "overdue" in line for line in await world.timeline())

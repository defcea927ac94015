"""Looks: by themselves, on their timer, on demand; what is news is said, the rest costs next to nothing."""

import pytest

from bot.engine.incidents import Finding, Mark, Status
from bot.errors import VendorUnavailable
from tests.bot.incidents._asked import ending, revision, said, step
from tests.bot.incidents._world import ANN, API_DOWN, BEN, Died, IncidentWorld
from tests.playbooks._books import after, book, decide, do, look

OK, BAD = Finding(status=Status.OK, said="All is well."), Finding(status=Status.BAD, said="It is down.")
UNKNOWN = Finding(status=Status.UNKNOWN, said="It took longer than 15 s.")


@pytest.fixture
def timed(incidents_db):
    """A world of one look, every 30 seconds, which waits for health."""
    steps = [look("well", probe={"kind": "health"}, until="ok", every="30s"), do("then")]
    return IncidentWorld(incidents_db, playbooks={API_DOWN: book(*steps)})


async def evidence(world):
    return [one.text for one in await said(world, "evidence")]


async def test_looks_are_taken_by_themselves_and_what_they_find_is_evidence(world):
    await world.open()
    world.looker.findings["health"] = Finding(
        status=Status.BAD, said="Database: does not answer.", points_at="database"
    )

    await world.work()

    found = await step(world, "components")
    assert (found.mark, found.by, found.looking) == (Mark.DONE, "pawdeploy", False)
    assert found.finding.points_at == "database"
    assert any("Database: does not answer." in line for line in await world.timeline())
    assert "Database: does not answer." in await evidence(world)


async def test_while_a_look_is_under_way_the_step_says_so(world):
    view = await world.open()
    assert view.step("railway").looking


async def test_what_could_not_be_seen_is_unknown_and_stays_to_do(world):
    await world.open()
    world.looker.findings["upstash"] = UNKNOWN

    await world.work()

    found = await step(world, "redis")
    assert (found.mark, found.finding.status) == (Mark.TODO, Status.UNKNOWN)
    unknown = "evidence: Redis: does it answer a ping? Not known: It took longer than 15 s."
    assert unknown in await world.timeline()


async def test_what_could_not_be_seen_is_done_where_a_person_says_so_and_stays_so(timed):
    timed.looker.findings["health"] = UNKNOWN
    await timed.open()
    await timed.work()

    await timed.desk.tick(1, "well", ANN)
    await timed.later(30)

    found = await step(timed, "well")
    assert (found.mark, found.by, found.by_hand) == (Mark.DONE, ANN, True)
    assert (await step(timed, "then")).mark is Mark.TODO


async def test_what_a_look_found_by_itself_was_not_done_by_hand(timed):
    await timed.open()
    await timed.work()
    assert not (await step(timed, "well")).by_hand


async def test_what_is_broken_suggests_the_answer_of_its_name_as_long_as_it_is(world):
    await world.open()
    world.looker.findings["health"] = Finding(status=Status.BAD, said="Redis: no.", points_at="redis")
    await world.work()
    assert [one.id for one in (await step(world, "which")).choices if one.suggested] == ["redis"]

    world.looker.findings["health"] = OK
    await world.later(31)
    assert [one.id for one in (await step(world, "which")).choices if one.suggested] == []


async def test_findings_suggest_what_the_playbook_says(world):
    await world.open()
    world.looker.findings |= {"shipped": BAD, "supabase": BAD}
    await world.work()
    assert {one.id for one in (await step(world, "which")).choices if one.suggested} == {"code", "database"}


async def test_a_look_is_taken_again_on_its_timer_and_says_only_what_is_new(world):
    await world.open()
    await world.work()
    before, asked = await world.timeline(), world.looker.asked.count("railway")

    await world.later(61)

    assert world.looker.asked.count("railway") == asked + 1
    assert await world.timeline() == before
    world.looker.findings["railway"] = Finding(status=Status.BAD, said="No instance is active.")
    await world.later(61)
    assert (await world.timeline())[-1].endswith("No instance is active.")


async def test_counts_that_change_are_no_news_and_the_card_has_them_within_a_minute(timed):
    await timed.open()
    for number in range(4):
        timed.looker.findings["health"] = Finding(status=Status.BAD, said=f"{number} errors.")
        await timed.work()
        await timed.clock.sleep(30)

    assert await evidence(timed) == ["0 errors."]
    assert (await step(timed, "well")).finding.said == "3 errors."


async def test_an_idle_incident_costs_one_edit_a_minute_however_many_looks_it_has(world):
    await world.open()
    await world.work()
    await world.desk.choose(1, "which", "code", ANN)
    await world.work()
    before = await revision(world)

    for _ in range(120):
        await world.later(5)

    assert len(world.looker.asked) > 60
    assert 9 <= await revision(world) - before <= 11


async def test_a_look_that_finds_the_same_is_kept_though_it_waits_to_be_shown(timed):
    await timed.open()
    await timed.work()
    before = await revision(timed), (await step(timed, "well")).revision

    await timed.later(30)

    found = await step(timed, "well")
    assert found.found_at == timed.now()
    assert (await revision(timed), found.revision) == before


async def test_what_is_found_after_people_saw_that_one_looks_is_shown_at_once(timed):
    await timed.open()
    await timed.work()
    await timed.desk.look(1, "well", ANN)
    before = await revision(timed)
    await timed.work()
    assert await revision(timed) > before
    assert not (await step(timed, "well")).looking


async def test_who_asks_to_look_again_is_told_what_was_found_and_the_timer_begins_anew(timed):
    await timed.open()
    await timed.work()
    await timed.clock.sleep(20)
    await timed.desk.look(1, "well", BEN)
    await timed.desk.look(1, "well", ANN)  # under way already
    await timed.work()
    assert [one.by for one in await said(timed, "evidence")] == ["", BEN]
    assert len(timed.looker.asked) == 2

    await timed.later(11)
    assert len(timed.looker.asked) == 2, "the timer from before is superseded"
    await timed.later(19)
    assert len(timed.looker.asked) == 3


async def test_a_look_that_waits_for_something_is_done_once_it_is_found_and_undone_when_it_is_lost(timed):
    timed.looker.findings["health"] = BAD
    await timed.open()
    await timed.work()
    assert (await step(timed, "well")).mark is Mark.TODO

    timed.looker.findings["health"] = OK
    await timed.later(30)
    assert ((await step(timed, "well")).mark, (await step(timed, "well")).by) == (Mark.DONE, "pawdeploy")
    timed.looker.findings["health"] = UNKNOWN
    await timed.later(30)
    assert (await step(timed, "well")).mark is Mark.DONE, "not known is not bad"
    timed.looker.findings["health"] = BAD
    await timed.later(30)
    assert (await step(timed, "well")).mark is Mark.TODO
    assert (await evidence(timed)) == [BAD.said, OK.said, UNKNOWN.said, BAD.said]


async def test_what_a_person_ticked_no_look_takes_back(timed):
    timed.looker.findings["health"] = BAD
    await timed.open()
    await timed.work()
    await timed.desk.tick(1, "well", ANN)
    await timed.later(31)
    assert ((await step(timed, "well")).mark, (await step(timed, "well")).by) == (Mark.DONE, ANN)


async def test_a_skipped_look_is_taken_no_more_unless_somebody_asks(timed):
    timed.looker.findings["health"] = BAD
    await timed.open()
    await timed.work()
    await timed.desk.skip(1, "well", ANN, "we know")
    asked = len(timed.looker.asked)

    for _ in range(5):
        await timed.later(31)
    assert len(timed.looker.asked) == asked
    await timed.desk.look(1, "well", BEN)
    await timed.later(61)
    await timed.later(61)
    assert len(timed.looker.asked) == asked + 1
    await timed.desk.untick(1, "well", ANN, "we do not")
    await timed.later(31)
    await timed.later(31)
    assert len(timed.looker.asked) == asked + 3


async def test_what_is_not_on_the_checklist_any_more_is_not_looked_at_and_is_when_it_is_again(incidents_db):
    steps = [decide("go", {"in": "deep", "out": None})]
    world = IncidentWorld(incidents_db, playbooks={API_DOWN: book(*steps, deep=[look("inner", every="30s")])})
    await world.open()
    await world.desk.choose(1, "go", "in", ANN)
    await world.work()
    await world.desk.untick(1, "go", ANN, "no")

    await world.later(61)
    assert world.looker.asked == ["alerts"]
    await world.desk.choose(1, "go", "in", ANN)
    await world.work()
    assert world.looker.asked == ["alerts", "alerts"]


async def test_a_condition_on_a_look_follows_what_it_finds(incidents_db):
    steps = [look("well", every="30s"), do("mend", condition=after("well", "bad"))]
    world = IncidentWorld(incidents_db, playbooks={API_DOWN: book(*steps)})
    world.looker.findings["alerts"] = BAD
    await world.open()
    await world.work()
    assert (await world.desk.incident(1)).step("mend") is not None
    world.looker.findings["alerts"] = OK
    await world.later(31)
    assert (await world.desk.incident(1)).step("mend") is None


async def test_a_resolved_incident_looks_no_more_and_a_reopened_one_looks_at_once(timed):
    await timed.open()
    await timed.work()
    await timed.desk.resolve(1, ending())
    await timed.later(61)
    await timed.later(61)
    assert len(timed.looker.asked) == 1
    await timed.desk.reopen(1, BEN, "it is back")
    await timed.work()
    assert len(timed.looker.asked) == 2
    await timed.later(30)
    assert len(timed.looker.asked) == 3


async def test_a_look_that_died_half_way_is_taken_by_the_next_life(timed):
    await timed.open()
    timed.looker.dies = True
    with pytest.raises(Died):
        await timed.work()
    timed.looker.dies = False
    timed.reborn()
    await timed.work()
    assert await evidence(timed) == ["health is well."]


async def test_a_look_whose_jobs_vendor_is_away_is_taken_later(timed):
    await timed.open()
    look_, calls = timed.looker.look, []

    async def away(probe, place, *, since):
        calls.append(probe.kind)
        if len(calls) == 1:
            raise VendorUnavailable("Slack", "anything")
        return await look_(probe, place, since=since)

    timed.looker.look = away
    await timed.work()
    assert (await step(timed, "well")).finding is None
    await timed.later(1)
    assert (await step(timed, "well")).finding is not None

"""Ticking, skipping, deciding, taking back: who was first, since when, and what to do instead."""

import asyncio

import pytest

from bot.engine.incidents import Mark
from bot.engine.reasons import Reason
from tests.bot.incidents._asked import ending, refusal, said, step
from tests.bot.incidents._world import ANN, API_DOWN, BEN, IncidentWorld
from tests.playbooks._books import act, after, book, decide, do, look, never

WHEN = "<!date^1777896000^at {time}|at 12:00 UTC>"


async def decided(world, choice="redis"):
    await world.open()
    return await world.desk.choose(1, "which", choice, ANN)


@pytest.fixture
def small(incidents_db):
    """A world of one small playbook."""
    deep = [do("inner"), decide("again", {"yes": "deeper", "no": None})]
    steps = [
        never("not-ever"),
        do("first"),
        decide("go", {"in": "deep", "out": None}),
        do("after-first", condition=after("first", "done")),
        do("after-skip", condition=after("first", "skipped")),
    ]
    playbook = book(*steps, deep=deep, deeper=[do("innermost")])
    return IncidentWorld(incidents_db, playbooks={API_DOWN: playbook})


def keys(view):
    return [one.key for one in view.steps]


async def test_a_decision_opens_its_branch_and_taking_it_back_closes_it(world):
    view = await decided(world, "code")
    assert view.step("rollback") is not None

    view = await world.desk.untick(1, "which", ANN, "it was Redis")

    assert view.step("rollback") is None
    said_ = await refusal(world.desk.act(1, "rollback", ANN))
    assert said_.reason is Reason.STEP_NOT_THERE
    assert "what opened it was taken back" in str(said_)
    assert "it was Redis" in (await world.timeline())[-1]


async def test_marks_survive_a_decision_that_is_taken_back_and_taken_again(small):
    await small.open()
    await small.desk.choose(1, "go", "in", ANN)
    await small.desk.choose(1, "again", "yes", ANN)
    await small.desk.tick(1, "innermost", BEN)
    assert keys(await small.desk.incident(1)) == ["first", "go", "inner", "again", "innermost"]

    assert keys(await small.desk.untick(1, "go", ANN, "wait")) == ["first", "go"]
    view = await small.desk.choose(1, "go", "in", ANN)

    assert keys(view) == ["first", "go", "inner", "again", "innermost"]
    assert (view.step("innermost").mark, view.step("innermost").by) == (Mark.DONE, BEN)


async def test_a_condition_opens_with_how_its_step_ended_and_closes_with_it(small):
    await small.open()
    assert "after-first" in keys(await small.desk.tick(1, "first", ANN))

    assert keys(await small.desk.untick(1, "first", ANN, "no")) == ["first", "go"]
    assert keys(await small.desk.skip(1, "first", ANN, "never mind")) == ["first", "go", "after-skip"]


async def test_of_two_decisions_the_second_is_told_of_the_first_and_of_the_way_out(world):
    await decided(world, "code")

    refused = await refusal(world.desk.choose(1, "which", "redis", BEN))

    assert refused.reason is Reason.ALREADY_DONE
    assert str(refused) == (
        f"<@{ANN}> decided {WHEN} already. To decide otherwise, take it back first: "
        "*Change a step…* on the card."
    )
    assert (await world.desk.choose(1, "which", "code", ANN)).step("which").choice == "code"
    assert (await refusal(world.desk.choose(1, "which", "code", BEN))).reason is Reason.ALREADY_DONE
    assert (await refusal(world.desk.choose(1, "which", "weather", BEN))).reason is Reason.STEP_NOT_THERE


async def test_two_who_tick_at_once_both_succeed(world):
    await decided(world)

    await asyncio.gather(world.desk.tick(1, "redis-status", ANN), world.desk.tick(1, "redis-console", BEN))

    view = await world.desk.incident(1)
    assert [(view.step(key).mark, view.step(key).by) for key in ("redis-status", "redis-console")] == [
        (Mark.DONE, ANN),
        (Mark.DONE, BEN),
    ]


async def test_of_two_who_tick_one_step_the_second_is_told_who_was_first(world):
    await decided(world)
    await world.desk.tick(1, "redis-status", ANN)

    refused = await refusal(world.desk.tick(1, "redis-status", BEN))

    assert str(refused) == f"<@{ANN}> did it {WHEN}. Nothing was changed."
    assert (await world.desk.tick(1, "redis-status", ANN)).step("redis-status").by == ANN
    assert sum(line.startswith("tick:") for line in await world.timeline()) == 1


async def test_what_is_done_by_itself_is_said_to_be(world):
    await world.open()
    await world.work()

    assert str(await refusal(world.desk.tick(1, "railway", BEN))).startswith("pawdeploy did it <!date^")


async def test_a_decision_is_not_ticked(world):
    await world.open()
    refused = await refusal(world.desk.tick(1, "which", ANN))
    assert (refused.reason, "press one of its answers" in str(refused)) == (Reason.STALE_BUTTON, True)


async def test_what_a_step_is_not_for_is_refused(world):
    await decided(world)
    for asked in (
        world.desk.look(1, "redis-status", ANN),
        world.desk.act(1, "redis-status", ANN),
        world.desk.tell(1, "redis-status", ANN, "words"),
    ):
        assert (await refusal(asked)).reason is Reason.STALE_BUTTON
    assert (await refusal(world.desk.draft(1, "redis-status"))).reason is Reason.STEP_NOT_THERE


async def test_skipping_and_taking_back_ask_why_and_are_said_in_the_thread(world):
    await decided(world)

    for words in ("  ", ""):
        refused = await refusal(world.desk.skip(1, "redis-status", ANN, words))
        assert (refused.reason, str(refused)) == (
            Reason.NO_REASON,
            "Say why it is skipped. Nothing was changed.",
        )
    view = await world.desk.skip(1, "redis-status", ANN, "no page")
    assert (view.step("redis-status").mark, view.step("redis-status").why) == (Mark.SKIPPED, "no page")
    assert "skipped it" in str(await refusal(world.desk.skip(1, "redis-status", BEN, "me too")))
    assert (await refusal(world.desk.untick(1, "redis-status", ANN, ""))).reason is Reason.NO_REASON
    view = await world.desk.untick(1, "redis-status", BEN, "found it")
    assert (view.step("redis-status").mark, view.step("redis-status").why) == (Mark.TODO, "found it")
    assert [(one.kind, one.by, one.text) for one in await said(world, "skipped", "taken_back")] == [
        ("skipped", ANN, "no page"),
        ("taken_back", BEN, "found it"),
    ]


async def test_what_was_skipped_may_be_done_after_all(world):
    await decided(world)
    await world.desk.skip(1, "redis-status", ANN, "no page")
    view = await world.desk.tick(1, "redis-status", BEN)
    assert (view.step("redis-status").mark, view.step("redis-status").why) == (Mark.DONE, "")


async def test_taking_back_what_is_to_do_changes_nothing(world):
    await decided(world)
    before = await world.timeline()
    await world.desk.untick(1, "redis-status", ANN, "why not")
    assert await world.timeline() == before


async def test_the_same_step_may_be_taken_back_twice_and_each_time_is_said(world):
    await decided(world)
    for words in ("once", "twice"):
        await world.desk.tick(1, "redis-status", ANN)
        await world.desk.untick(1, "redis-status", ANN, words)
    assert [one.text for one in await said(world, "taken_back")] == ["once", "twice"]


async def test_a_note_on_a_step_is_shown_said_and_kept_once(world):
    await decided(world)
    for _ in range(2):
        await world.desk.remark(1, "redis-status", BEN, "all green there", "delivery-9")

    assert (await step(world, "redis-status")).remark == "all green there"
    assert len(await said(world, "note")) == 1
    assert sum(line.startswith("note:") for line in await world.timeline()) == 1
    assert (await refusal(world.desk.remark(1, "redis-status", BEN, " ", "x"))).reason is Reason.NO_REASON


async def test_4000_characters_are_kept_and_no_more(world):
    await decided(world)
    await world.desk.remark(1, "redis-status", BEN, "<b>&`*" * 1000, "long")
    assert (await step(world, "redis-status")).remark == ("<b>&`*" * 1000)[:4000]


async def test_a_step_is_somebodys_and_nobodys_again(world):
    await decided(world)
    assert (await world.desk.own(1, "redis-status", ANN, BEN)).step("redis-status").owner == BEN
    assert (await world.desk.own(1, "redis-status", ANN, "")).step("redis-status").owner == ""
    assert [line for line in await world.timeline() if line.startswith("owner:")][1].endswith(
        "is nobody's any more"
    )


async def test_whose_a_step_is_follows_the_role_it_is_for(world):
    await world.open()
    view = await world.desk.role(1, ANN, "commander", BEN)
    assert (view.step("which").owner, view.step("which").owner_role) == (BEN, "commander")


async def test_a_step_is_due_since_it_is_there(world):
    await world.open()
    await world.clock.sleep(300)
    view = await world.desk.choose(1, "which", "redis", ANN)
    assert (view.step("redis-restore").due_at - world.now()).total_seconds() == 1_800
    await world.clock.sleep(600)
    await world.desk.untick(1, "which", ANN, "no")
    view = await world.desk.choose(1, "which", "redis", ANN)
    assert (view.step("redis-restore").due_at - world.now()).total_seconds() == 1_800


async def test_nothing_changes_after_the_end_and_the_refusal_says_who_ended_it_and_how_to_go_on(world):
    await decided(world)
    await world.desk.resolve(1, ending())

    for asked in (
        world.desk.tick(1, "redis-status", BEN),
        world.desk.untick(1, "which", BEN, "x"),
        world.desk.skip(1, "redis-status", BEN, "x"),
        world.desk.choose(1, "which", "code", BEN),
        world.desk.look(1, "redis", BEN),
        world.desk.tell(1, "orchestrator", BEN, "x"),
        world.desk.own(1, "redis-status", BEN, BEN),
        world.desk.join(1, BEN),
        world.desk.update(1, BEN, "x", "k"),
        world.desk.role(1, BEN, "commander", BEN),
        world.desk.command(1, BEN),
        world.desk.remind_later(1, BEN, 60),
        world.desk.resolve(1, ending(BEN)),
    ):
        refused = await refusal(asked)
        assert refused.reason is Reason.INCIDENT_RESOLVED
        assert str(refused) == (
            f"Incident 1 was resolved by <@{ANN}> {WHEN}. Nothing was changed. "
            "If it is not over: `/pawincident reopen 1 because …`."
        )
    assert (await world.desk.note(1, BEN, "It was also slow before.", "k")).revision > 1


async def test_all_kinds_of_steps_may_be_mixed_in_branches(incidents_db):
    steps = [decide("go", {"in": "deep", "out": None})]
    world = IncidentWorld(
        incidents_db, playbooks={API_DOWN: book(*steps, deep=[never("no"), look("l"), act("a")])}
    )
    view = await world.open()
    assert (keys(view), view.nevers) == (["go"], ())
    view = await world.desk.choose(1, "go", "in", ANN)
    assert (keys(view), view.nevers) == (["go", "l", "a"], ("Do not.",))
    assert [one.depth for one in view.steps] == [0, 1, 1]

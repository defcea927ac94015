"""The incident as a whole: updates, reminders, roles, severity, notes, its end and its coming back."""

import asyncio

import pytest

from bot.engine.incidents import IncidentState as State
from bot.engine.incidents import Sev
from bot.engine.reasons import Reason
from tests.bot.incidents._asked import ending, refusal, revision, said
from tests.bot.incidents._world import ANN, BEN, MIGRATION


async def reminded(world, number=1):
    return [key for key in await world.owed() if key.startswith(f"incident:{number}:remind:")]


@pytest.mark.parametrize(("severity", "seconds"), [(Sev.SEV1, 1_800), (Sev.SEV2, 3_600), (Sev.SEV3, None)])
async def test_how_bad_it_is_says_when_people_are_reminded(world, severity, seconds):
    view = await world.open(severity=severity)
    due = view.next_update_at
    assert (None if due is None else (due - world.now()).total_seconds()) == seconds


async def test_reminders_come_again_and_again_and_name_who_leads_else_who_opened_it(world):
    await world.open()
    await world.later(1_800)
    assert [one.mention for one in await said(world, "remind")] == [f"<@{ANN}>"]
    await world.desk.role(1, ANN, "commander", BEN)
    await world.later(1_800)
    await world.later(10)

    assert await reminded(world) == ["incident:1:remind:2"]
    assert [one.mention for one in await said(world, "remind")] == [f"<@{BEN}>"]


async def test_after_a_long_sleep_of_the_bot_people_are_reminded_once(world):
    await world.open()
    await world.clock.sleep(100_000)
    await world.keeper.sweep()
    await world.keeper.sweep()
    assert len(await reminded(world)) == 1


async def test_an_update_puts_the_reminder_off_and_is_kept_once(world):
    await world.open()
    await world.clock.sleep(1_700)
    for _ in range(2):
        view = await world.desk.update(1, ANN, " We look at it. ", "delivery-1")
    await world.later(200)

    assert (view.update, view.update_by, await reminded(world)) == ("We look at it.", ANN, [])
    assert len(await said(world, "update")) == 1
    assert (await refusal(world.desk.update(1, ANN, "", "d2"))).reason is Reason.NO_REASON


async def test_snoozing_puts_the_next_reminder_off_and_stopping_ends_them_until_an_update(world):
    await world.open()
    await world.later(1_800)
    view = await world.desk.remind_later(1, BEN, 900)
    assert (view.next_update_at - world.now()).total_seconds() == 900
    assert (await world.timeline())[-1] == "reminder: the next reminder comes in 15 min"
    await world.later(900)
    assert await reminded(world) == ["incident:1:remind:2"]

    assert (await world.desk.remind_later(1, BEN, 0)).next_update_at is None
    assert (await world.timeline())[-1] == "reminder: nobody is reminded any more"
    await world.later(90_000)
    assert await reminded(world) == ["incident:1:remind:2"]
    assert (await world.desk.update(1, BEN, "Still at it.", "d")).next_update_at is not None


async def test_nobody_is_reminded_of_what_is_over_and_everybody_of_what_is_back(world):
    await world.open()
    await world.desk.resolve(1, ending())
    await world.later(90_000)
    assert await reminded(world) == []
    await world.desk.reopen(1, BEN, "it is back")
    await world.later(1_800)
    assert await reminded(world) == ["incident:1:remind:1"]


async def test_while_slack_is_away_reminders_do_not_pile_up_and_stale_ones_are_never_said(world):
    await world.open()
    for _ in range(3):
        await world.later(1_800)
    assert await reminded(world) == ["incident:1:remind:3"]
    await world.clock.sleep(1)
    await world.desk.update(1, ANN, "We look at it.", "k")
    assert await reminded(world) == []
    await world.later(1_800)
    assert await reminded(world) == ["incident:1:remind:4"]
    await world.desk.resolve(1, ending())
    assert await reminded(world) == []


async def test_in_a_drill_people_are_reminded_and_nobody_is_called(world):
    await world.open(drill=True)
    await world.later(1_800)
    (note,) = await said(world, "remind")
    assert (note.mention, note.drill) == ("", True)


async def test_what_is_worse_is_reminded_of_sooner_and_the_same_severity_is_no_news(world):
    await world.open(MIGRATION, severity=Sev.SEV3)
    view = await world.desk.severity(1, BEN, Sev.SEV1)
    assert (view.severity, (view.next_update_at - world.now()).total_seconds()) == (Sev.SEV1, 1_800)
    before = await revision(world)
    await world.desk.severity(1, ANN, Sev.SEV1)
    assert await revision(world) == before
    assert [one.text for one in await said(world, "severity")] == ["SEV3 → SEV1"]
    assert (await world.desk.severity(1, BEN, Sev.SEV3)).next_update_at is None


async def test_of_two_who_take_command_the_second_is_told_who_has_it_and_since_when(world):
    await world.open()
    first = await asyncio.gather(world.desk.command(1, BEN), world.desk.command(1, BEN))
    assert [view.commander for view in first] == [BEN, BEN]
    since = int(world.now().timestamp())
    await world.clock.sleep(90)

    refused = await refusal(world.desk.command(1, ANN))

    assert refused.reason is Reason.ALREADY_DONE
    assert f"<@{BEN}> is commander of incident 1 since <!date^{since}^at {{time}}|" in str(refused)
    assert str(refused).endswith(
        "Nothing was changed. *Roles…* on the card, or `/pawincident role 1 commander me`, changes that."
    )
    assert (await world.desk.incident(1)).commander == BEN
    assert [one.mention for one in await said(world, "role")] == [f"<@{BEN}>"]
    await world.desk.role(1, ANN, "commander", "")
    assert (await world.desk.command(1, ANN)).commander == ANN


async def test_roles_are_those_of_the_playbook_and_are_given_and_taken(world):
    await world.open()

    assert (await world.desk.role(1, ANN, "commander", BEN)).commander == BEN
    before = await revision(world)
    await world.desk.role(1, ANN, "commander", BEN)
    assert await revision(world) == before
    assert (await world.desk.role(1, ANN, "commander", "")).commander == ""
    refused = await refusal(world.desk.role(1, ANN, "king", BEN))
    assert (refused.reason, str(refused)) == (
        Reason.UNKNOWN_ROLE,
        "This incident has no such role; there is `commander`, `investigator`, `speaker`. "
        "Nothing was changed.",
    )
    assert [one.mention for one in await said(world, "role")] == [f"<@{BEN}>", ""]
    assert "role: Nobody is commander any more" in await world.timeline()


async def test_a_note_is_kept_once_also_after_the_end(world):
    await world.open()
    await world.desk.resolve(1, ending())
    for _ in range(2):
        await world.desk.note(1, BEN, "It had been slow since noon.", "delivery-3")
    assert (await world.timeline()).count("note: It had been slow since noon.") == 1
    assert len(await said(world, "note")) == 1


@pytest.mark.parametrize(
    ("missing", "words"), [("summary", "Write a summary."), ("cause", "Write what the cause was.")]
)
async def test_an_end_without_a_summary_or_a_cause_is_refused(world, missing, words):
    await world.open()
    refused = await refusal(world.desk.resolve(1, ending(**{missing: " "})))
    assert (refused.reason, str(refused)) == (Reason.NO_REASON, f"{words} Nothing was changed.")
    assert (await world.desk.incident(1)).open


async def test_nothing_is_resolved_while_runs_it_started_go_on_and_the_refusal_names_them(world):
    await world.open()
    await world.desk.choose(1, "which", "code", ANN)
    await world.desk.act(1, "lock", BEN)
    await world.desk.act(1, "rollback", ANN)
    refused = await refusal(world.desk.resolve(1, ending()))
    assert "“Lock” and “Roll back” go on" in str(refused)
    await world.work()

    refused = await refusal(world.desk.resolve(1, ending(BEN)))

    assert refused.reason is Reason.STILL_RUNNING
    assert str(refused) == (
        f"Incident 1 cannot be resolved yet: run 1 goes on, started by <@{ANN}>. "
        "Wait for it, or press Cancel on its card; then resolve."
    )
    await world.ends(1, "cancelled")
    await world.keeper.sweep()
    assert (await world.desk.resolve(1, ending(BEN))).state is State.RESOLVED


async def test_follow_ups_are_bounded(world):
    await world.open()
    view = await world.desk.resolve(1, ending(follow_ups=tuple(f"{n} {'x' * 400}" for n in range(30))))
    assert (len(view.follow_ups), max(map(len, view.follow_ups))) == (20, 300)


async def test_only_what_is_over_is_reopened_and_for_a_reason(world):
    await world.open()
    refused = await refusal(world.desk.reopen(1, ANN, "why"))
    assert (refused.reason, str(refused)) == (Reason.ALREADY_DONE, "Incident 1 is open already.")
    await world.desk.resolve(1, ending())
    assert (await refusal(world.desk.reopen(1, ANN, " "))).reason is Reason.NO_REASON
    view = await world.desk.reopen(1, BEN, "it is back")
    assert (view.state, view.openings, view.resolved_by, view.mitigated_at) == (State.OPEN, 2, "", None)
    assert [(one.by, one.text) for one in await said(world, "reopened")] == [(BEN, "it is back")]

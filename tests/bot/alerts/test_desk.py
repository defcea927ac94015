"""What people ask of alerts, and what they are told when it cannot be."""

import asyncio

import pytest

from bot.alerts.nobody import NoAlerts
from bot.db.audit_store import AuditStore, Intact
from bot.engine.alert_groups import UNTOLD
from bot.engine.alerts import ActKind, AlertState, Happening, Severity
from bot.engine.reasons import Reason
from bot.errors import UserError
from tests.bot.engine._groups import later, sentry, told
from tests.bot.pipelines._memory import ANN, BEN, NOON

DISK = "generic:disk"


@pytest.fixture
async def world(alerts):
    await alerts.tell(told(service="api", environment="production"))
    return alerts


async def audited(world):
    return [(entry.actor, entry.action) async for entry in AuditStore(world.db).entries()]


async def refusal(asking) -> UserError:
    with pytest.raises(UserError) as refused:
        await asking
    return refused.value


@pytest.mark.parametrize("ask", [
    lambda desk: desk.alert(99),
    lambda desk: desk.acknowledge(99, ANN),
    lambda desk: desk.snooze(99, ANN, 60),
    lambda desk: desk.attach(99, ANN, "INC-1"),
])  # fmt: skip
async def test_what_nobody_knows_is_said_to_be_unknown_and_where_to_look(world, ask):
    error = await refusal(ask(world.desk))
    assert error.reason is Reason.UNKNOWN_ALERT
    assert "`/pawdeploy alerts`" in str(error)


async def test_who_looks_at_it_is_kept_with_when_and_how_long_it_took(world):
    await world.clock.sleep(90)
    alert = await world.desk.acknowledge(1, ANN)
    assert (alert.acked_by, alert.acked_at) == (ANN, later(90))
    assert alert.time_to_acknowledge.total_seconds() == 90
    assert await audited(world) == [(ANN, "alert.acknowledged")]
    assert world.cards.changes > 0


async def test_of_two_who_acknowledge_one_is_told_who_was_first(world):
    results = await asyncio.gather(
        world.desk.acknowledge(1, ANN), world.desk.acknowledge(1, BEN), return_exceptions=True
    )
    (refused,) = [one for one in results if isinstance(one, UserError)]
    alert = await world.named(DISK)
    assert refused.reason is Reason.ALREADY_DONE
    assert f"<@{alert.acked_by}> acknowledged alert 1 already, <!date^1777896000^" in str(refused)
    assert (await world.desk.acknowledge(1, alert.acked_by)) == alert
    assert len(await audited(world)) == 1


async def test_what_is_over_needs_nobody_to_look_at_it(world):
    await world.tell(told(Happening.RESOLVED, 5))
    error = await refusal(world.desk.acknowledge(1, ANN))
    assert (error.reason, "resolved" in str(error)) == (Reason.ALREADY_DONE, True)


async def test_what_came_back_may_be_acknowledged_anew(world):
    await world.desk.acknowledge(1, ANN)
    await world.tell(told(Happening.RESOLVED, 5), told(at=6))
    assert (await world.desk.acknowledge(1, BEN)).acked_by == BEN


@pytest.mark.parametrize(
    ("happening", "kind", "word"),
    [
        (Happening.RESOLVED, ActKind.RESOLVE, "resolved"),
        (Happening.ARCHIVED, ActKind.ARCHIVE, "archived"),
        (None, ActKind.REOPEN, "open"),
    ],
)
async def test_what_is_so_already_is_not_done_again(world, happening, kind, word):
    if happening:
        await world.tell(told(happening, 5))
    error = await refusal(world.press(kind, "forever"))
    assert error.reason is Reason.ALREADY_DONE
    assert f"is {word} already" in str(error)


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("Unknown <!channel>", ", by Unknown &lt;!channel&gt;, since <!date^1777896005^"),
        ("Ulla", ", by Ulla, since <!date^"),
        (BEN, f", by <@{BEN}>, since <!date^"),
        ("", ", since <!date^"),
        (UNTOLD, " at Sentry, since <!date^"),
    ],
)
async def test_what_is_so_already_says_who_did_it_and_since_when(world, by, said):
    await world.tell(told(Happening.RESOLVED, 5, by=by))
    for asking in (world.press(ActKind.RESOLVE, "now"), world.desk.acknowledge(1, ANN)):
        assert said in str(await refusal(asking))


async def test_what_is_over_is_not_snoozed_but_can_be_woken(world):
    await world.tell(told(Happening.RESOLVED, 5, by="Ida"))
    error = await refusal(world.desk.snooze(1, ANN, 1800))
    assert (error.reason, ", by Ida, since <" in str(error)) == (Reason.ALREADY_DONE, True)
    alert = await world.desk.snooze(1, ANN, 0)
    assert alert.snoozed_until is None
    assert await audited(world) == [(ANN, "alert.snoozed")]


@pytest.mark.parametrize(
    ("kind", "first", "second", "said"),
    [
        (ActKind.ASSIGN, ANN, BEN, f"asked to assign it to <@{ANN}> a moment ago"),
        (ActKind.ASSIGN, "", BEN, "asked to assign it to nobody a moment ago"),
        (ActKind.RESOLVE, "next", "now", "asked to resolve it with the next release a moment ago"),
        (ActKind.ARCHIVE, "forever", "forever", "asked for the same a moment ago"),
    ],
)
async def test_of_two_who_ask_at_once_the_second_is_told_what_the_first_asked_for(
    world, kind, first, second, said
):
    await world.press(kind, first, by=ANN)
    assert f"<@{ANN}> {said}" in str(await refusal(world.press(kind, second, by=BEN)))
    if first != second:
        assert f"You {said}" in str(await refusal(world.press(kind, second, by=ANN)))
    await world.work()
    assert (await world.named(DISK)).act.how == first


async def test_a_retry_of_what_nobody_asked_for_is_refused(world):
    assert (await refusal(world.desk.retry(99, ANN))).reason is Reason.ALREADY_DONE


async def test_a_snooze_holds_and_can_be_ended_and_both_are_audited(world):
    alert = await world.desk.snooze(1, ANN, 1800)
    assert (alert.snoozed_until, alert.snoozed_by) == (later(1800), ANN)
    alert = await world.desk.snooze(1, BEN, 0)
    assert (alert.snoozed_until, alert.snoozed_by) == (None, "")
    assert [action for _, action in await audited(world)] == ["alert.snoozed"] * 2


async def test_an_incident_is_noted_and_can_be_taken_off(world):
    before = (await world.named(DISK)).revision
    alert = await world.desk.attach(1, ANN, "INC-7 <&>")
    assert (alert.incident, alert.revision) == ("INC-7 <&>", before + 1)
    assert (await world.desk.attach(1, ANN, "")).incident == ""


async def test_lists_show_what_goes_on_what_is_mine_and_what_is_muted(world):
    await world.tell(told(fingerprint="generic:x", service="web"))
    await world.desk.acknowledge(1, ANN)
    mute = await world.desk.mute("m", service="api", environment="", by=ANN, until=later(60), why="x")
    assert (await world.desk.list("open", ANN)).total == 2
    assert [alert.id for alert in (await world.desk.list("mine", ANN)).alerts] == [1]
    assert (await world.desk.list("mine", BEN)).total == 0
    muted = await world.desk.list("muted", BEN)
    assert ([alert.id for alert in muted.alerts], muted.mutes) == ([1], (mute,))
    assert await world.desk.health() == ()


async def test_a_mute_of_everywhere_is_not_ended_for_one_environment(world):
    mute = await world.desk.mute("m", service="api", environment="", by=ANN, until=later(60), why="x")
    error = await refusal(world.desk.unmute(service="api", environment="staging", by=BEN))
    assert error.reason is Reason.NOT_MUTED
    assert f"api is muted everywhere, not in staging alone: <@{ANN}> muted it until 0" in str(error)
    assert "`/pawdeploy unmute api` ends that." in str(error)
    assert await world.desk.covering("api", "staging") == mute


async def test_ending_a_mute_that_is_not_there_says_so(world):
    error = await refusal(world.desk.unmute(service="api", environment="staging", by=ANN))
    assert (error.reason, "api in staging is not muted" in str(error)) == (Reason.NOT_MUTED, True)


async def test_a_test_alert_goes_the_whole_way_and_is_one_however_often_it_is_delivered(world):
    for _ in range(2):
        assert await world.desk.test("t1", ANN) == "C0ALERTS001"
    await world.read()
    alert = await world.named("pawdeploy:test:t1")
    assert (alert.test, alert.severity, alert.times) == (True, Severity.INFO, 1)
    await world.press(ActKind.RESOLVE, "now", alert=alert.id)
    await world.work()
    assert (await world.named("pawdeploy:test:t1")).state is AlertState.RESOLVED
    assert world.sentry.calls == []


async def test_the_log_of_all_that_was_done_is_whole(world):
    world.sentry.has()
    await world.tell(sentry())
    await world.press(ActKind.RESOLVE, "now")
    await world.work()
    await world.desk.mute("m", service="api", environment="", by=ANN, until=later(60), why="x")
    verdict = await AuditStore(world.db).verify()
    assert verdict == Intact(verdict.entries, verdict.head)
    assert (ANN, "alert.resolve") in await audited(world)
    assert world.clock.now() == NOON


@pytest.mark.parametrize("ask", [
    lambda desk: desk.alert(1), lambda desk: desk.list("open", ANN), lambda desk: desk.test("k", by=ANN),
    lambda desk: desk.mute("k", service="api"), lambda desk: desk.health(),
])  # fmt: skip
async def test_without_alerts_in_the_project_file_every_question_is_answered_with_how_to_have_them(ask):
    error = await refusal(ask(NoAlerts()))
    assert error.reason is Reason.NO_ALERTS
    assert "docs/alerts.md" in str(error)

"""A button acts once at Sentry and on the card, whatever Sentry says and whenever we die."""

from datetime import timedelta

import pytest

from bot.alerts.acting import GONE
from bot.engine.alert_groups import UNTOLD
from bot.engine.alerts import ActKind, ActState, AlertState, Happening
from bot.engine.reasons import Reason
from bot.errors import UserError
from tests.bot.alerts._kit import ISSUE, NAMED, Died, broken, limited, unauthorized
from tests.bot.engine._groups import later, sentry, told
from tests.bot.pipelines._memory import ANN, BEN

RESOLVE, ARCHIVE, ASSIGN, REOPEN = ActKind.RESOLVE, ActKind.ARCHIVE, ActKind.ASSIGN, ActKind.REOPEN
FIRING, RESOLVED, ARCHIVED = AlertState.FIRING, AlertState.RESOLVED, AlertState.ARCHIVED
ANNS_MAIL = "ann@pawlogic.app"


@pytest.fixture
async def world(alerts):
    """An issue that goes on, asked about and settled."""
    alerts.sentry.has()
    await alerts.tell(sentry())
    await alerts.work()
    alerts.sentry.calls.clear()
    return alerts


@pytest.mark.parametrize(
    ("kind", "how", "told_there", "state"),
    [
        (RESOLVE, "now", ("resolve", ISSUE, "now"), RESOLVED),
        (RESOLVE, "next", ("resolve", ISSUE, "next"), RESOLVED),
        (ARCHIVE, "escalating", ("archive", ISSUE, "escalating"), ARCHIVED),
        (ARCHIVE, "3600", ("archive", ISSUE, "3600"), ARCHIVED),
        (ASSIGN, ANN, ("assign", ISSUE, ANNS_MAIL), FIRING),
    ],
)
async def test_a_press_is_done_at_sentry_and_shows_on_the_card(world, kind, how, told_there, state):
    await world.press(kind, how)
    assert (await world.named()).act.state is ActState.PENDING
    await world.work()
    alert = await world.named()
    assert world.sentry.told == [told_there]
    assert (alert.act.state, alert.act.trouble, alert.state, alert.stale) == (ActState.DONE, "", state, False)
    assert alert.state_by == ("" if kind is ASSIGN else ANN)


async def test_what_was_assigned_is_shown_as_one_of_us(world):
    await world.press(ASSIGN, ANN)
    await world.work()
    alert = await world.named()
    assert (alert.assignee, alert.assignee_user) == (ANNS_MAIL, ANN)
    await world.press(ASSIGN, "")
    await world.work()
    assert ((await world.named()).assignee, (await world.named()).assignee_user) == ("", "")


async def test_an_archive_says_until_when(world):
    await world.press(ARCHIVE, "3600")
    await world.work()
    alert = await world.named()
    assert (alert.archived_how, alert.archived_until) == ("3600", later(3600))


async def test_what_is_over_can_be_reopened(world):
    await world.press(RESOLVE, "now")
    await world.work()
    await world.press(REOPEN, by=BEN)
    await world.work()
    alert = await world.named()
    assert (alert.state, alert.state_by, alert.openings) == (FIRING, BEN, 2)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [(unauthorized, "401"), (limited, "429; try again in 7 s"), (broken, "500")],
)
@pytest.mark.parametrize("where", ["issue", "resolve"])
async def test_when_sentry_refuses_the_card_says_what_was_not_done_and_retry_does_it_once(
    world, trouble, said, where
):
    world.sentry.before[where] = [trouble()]
    await world.press(RESOLVE, "now")
    await world.worker.step()
    alert = await world.named()
    assert (alert.act.state, alert.state) == (ActState.FAILED, FIRING)
    assert said in alert.act.trouble
    assert world.sentry.told == []

    await world.desk.retry(alert.act.id, BEN)
    with pytest.raises(UserError) as refused:
        await world.desk.retry(alert.act.id, ANN)
    assert refused.value.reason is Reason.ALREADY_DONE
    await world.work()
    alert = await world.named()
    assert world.sentry.told == [("resolve", ISSUE, "now")]
    assert (alert.act.state, alert.act.by, alert.state, alert.state_by) == (ActState.DONE, BEN, RESOLVED, BEN)


@pytest.mark.parametrize(
    ("kind", "how", "state"), [(RESOLVE, "next", RESOLVED), (ARCHIVE, "forever", ARCHIVED)]
)
async def test_of_an_issue_sentry_has_no_more_it_is_done_on_the_card_alone(world, kind, how, state):
    del world.sentry.issues[ISSUE]
    await world.press(kind, how)
    await world.work()
    alert = await world.named()
    assert (alert.state, alert.state_by, alert.act.state) == (state, ANN, ActState.DONE)
    assert alert.act.trouble == GONE
    await world.press(REOPEN, by=BEN)
    await world.work()
    assert ((await world.named()).state, world.sentry.told) == (FIRING, [])


@pytest.mark.parametrize("trouble", [unauthorized, broken])
async def test_a_sentry_that_knows_nothing_at_all_is_not_taken_at_its_word(world, trouble):
    del world.sentry.issues[ISSUE]
    slugs = {one.sentry_project for one in world.project.services_and_apps if one.sentry_project}
    world.sentry.before["recent"] = [trouble() for _ in slugs]
    await world.press(RESOLVE, "now")
    await world.worker.step()
    alert = await world.named()
    assert (alert.state, alert.act.state) == (FIRING, ActState.FAILED)
    assert "404" in alert.act.trouble


async def test_nothing_is_tried_again_behind_peoples_backs(world):
    world.sentry.before["resolve"] = [broken()]
    await world.press(RESOLVE, "now")
    await world.work()
    await world.clock.sleep(3600)
    await world.work()
    assert world.sentry.calls.count("resolve") == 1


async def test_what_took_effect_though_no_answer_came_is_seen_and_not_done_again(world):
    world.sentry.after["resolve"] = [broken()]
    await world.press(RESOLVE, "now")
    await world.work()
    alert = await world.named()
    assert (alert.act.state, alert.state, alert.stale) == (ActState.DONE, RESOLVED, False)
    assert alert.state_by == ANN
    with pytest.raises(UserError):
        await world.desk.retry(alert.act.id, ANN)
    assert len(world.sentry.told) == 1


async def test_what_sentry_tells_of_an_act_whose_answer_was_lost_is_whoever_asked(world):
    world.sentry.after["resolve"] = [broken()]
    await world.press(RESOLVE, "next")
    await world.actor.do((await world.kit.acts.pending())[0])  # and before Sentry is asked
    await world.tell(sentry(Happening.RESOLVED, 1, by="pawdeploy-bot"))
    assert (await world.named()).state_by == ANN
    await world.work()
    alert = await world.named()
    assert (alert.act.state, alert.state_by, alert.stale) == (ActState.DONE, ANN, False)


@pytest.mark.parametrize("trouble", [broken, unauthorized])
async def test_what_had_no_effect_is_nobodys_when_somebody_does_it_at_sentry_later(world, trouble):
    world.sentry.before["resolve"] = [trouble()]
    await world.press(RESOLVE, "now")
    await world.work()
    alert = await world.named()
    assert (alert.act.state, alert.state) == (ActState.FAILED, FIRING)
    world.sentry.has(status="resolved")
    await world.kit.upkeep.doubt(later(9999), every=timedelta(0))
    await world.work()
    alert = await world.named()
    assert (alert.act.state, alert.state, alert.state_by) == (ActState.FAILED, RESOLVED, UNTOLD)


async def test_who_did_it_at_sentry_is_named_as_soon_as_somebody_tells(world):
    world.sentry.has(status="resolved")
    await world.kit.upkeep.doubt(later(9999), every=timedelta(0))
    await world.work()
    assert (await world.named()).state_by == UNTOLD
    await world.tell(sentry(Happening.RESOLVED, 1, by="Ida"))
    await world.work()
    assert (await world.named()).state_by == "Ida"


async def test_an_act_whose_answer_was_lost_takes_nothing_from_whom_sentry_names(world):
    world.sentry.after["resolve"] = [broken()]
    await world.press(RESOLVE, "now")
    await world.actor.do((await world.kit.acts.pending())[0])  # and before Sentry is asked
    await world.clock.sleep(61)
    await world.tell(sentry(Happening.RESOLVED, 61, by="Ida"))
    await world.work()
    alert = await world.named()
    assert (alert.state, alert.state_by, alert.act.state) == (RESOLVED, "Ida", ActState.FAILED)


async def test_of_two_who_press_the_same_one_does_it_and_the_other_is_told(world):
    await world.press(RESOLVE, "now", by=ANN)
    with pytest.raises(UserError, match=ANN) as refused:
        await world.press(RESOLVE, "next", by=BEN)
    assert refused.value.reason is Reason.ALREADY_DONE
    await world.press(RESOLVE, "now", by=ANN)  # a double click is no news
    await world.work()
    assert world.sentry.told == [("resolve", ISSUE, "now")]
    with pytest.raises(UserError, match=f"resolved already, by <@{ANN}>"):
        await world.press(RESOLVE, "now", by=BEN)


async def test_the_same_delivery_twice_is_done_once(world):
    for _ in range(2):
        await world.press(ASSIGN, ANN, key="one")
        await world.work()
    assert len(world.sentry.told) == 1


async def test_what_somebody_did_at_sentry_meanwhile_stays_and_the_card_corrects_itself(world):
    world.sentry.has(status="resolved", substatus="")
    await world.press(ARCHIVE, "forever")
    await world.work()
    alert = await world.named()
    assert (alert.act.state, alert.act.trouble) == (ActState.MOOT, "Sentry already says resolved")
    assert (alert.state, alert.state_by, alert.archived_how) == (RESOLVED, UNTOLD, "")
    assert world.sentry.told == []


async def test_what_sentry_has_done_already_is_not_done_again(world):
    world.sentry.has(status="resolved")
    await world.press(RESOLVE, "next")
    await world.work()
    alert = await world.named()
    assert (alert.act.state, alert.state, world.sentry.told) == (ActState.MOOT, RESOLVED, [])


async def test_after_a_death_between_telling_sentry_and_noting_it_is_not_told_twice(world):
    world.sentry.after["resolve"] = [Died()]
    await world.press(RESOLVE, "next")
    with pytest.raises(Died):
        await world.worker.step()
    (act,) = await world.kit.acts.pending()
    assert act.tries == 1
    world.reborn()
    await world.work()
    alert = await world.named()
    assert world.sentry.told == [("resolve", ISSUE, "next")]
    assert (alert.act.state, alert.state, alert.state_by) == (ActState.DONE, RESOLVED, ANN)


@pytest.mark.parametrize("where", ["issue", "resolve"])
async def test_after_a_death_before_sentry_heard_it_is_done(world, where):
    world.sentry.before[where] = [Died()]
    await world.press(RESOLVE, "now")
    with pytest.raises(Died):
        await world.worker.step()
    world.reborn()
    await world.work()
    assert world.sentry.told == [("resolve", ISSUE, "now")]
    assert (await world.named()).act.state is ActState.DONE


async def test_what_sentry_tells_of_our_own_act_before_it_answers_changes_nothing(world):
    world.sentry.after["resolve"] = [Died()]
    await world.press(RESOLVE, "now")
    with pytest.raises(Died):
        await world.worker.step()
    await world.tell(sentry(Happening.RESOLVED, 1, by="pawdeploy-bot"))
    world.reborn()
    await world.work()
    alert = await world.named()
    assert (alert.state, alert.state_by, alert.act.state) == (RESOLVED, ANN, ActState.DONE)


@pytest.mark.parametrize(("kind", "how", "state"), [(RESOLVE, "now", RESOLVED), (ARCHIVE, "60", ARCHIVED)])
async def test_what_is_not_sentrys_is_done_on_the_card_alone(alerts, kind, how, state):
    await alerts.tell(told())
    await alerts.press(kind, how)
    await alerts.work()
    alert = await alerts.named("generic:disk")
    assert (alert.state, alert.state_by, alert.act.state) == (state, ANN, ActState.DONE)
    assert alerts.sentry.calls == []
    await alerts.press(REOPEN, by=BEN)
    await alerts.work()
    assert (await alerts.named("generic:disk")).state is FIRING


async def test_where_sentry_cannot_be_asked_the_card_is_all_there_is(unasked):
    await unasked.tell(sentry())
    await unasked.press(ASSIGN, ANN)
    await unasked.press(RESOLVE, "now")
    await unasked.work()
    alert = await unasked.named(NAMED)
    assert (alert.state, alert.assignee, alert.assignee_user) == (RESOLVED, ANNS_MAIL, ANN)

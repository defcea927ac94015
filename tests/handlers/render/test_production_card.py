from datetime import timedelta

import pytest

from bot.engine.consent import Via, Voice
from bot.engine.reasons import Reason
from bot.engine.runs import TakenBack
from bot.engine.states import RunKind, RunState, StepName, StepState
from handlers._payloads import RunButton, VoteButton
from handlers.render.run_card import around, render_run_card
from tests.handlers._limits import assert_message, words
from tests.handlers._runs import (
    ANN,
    ASK,
    BACK,
    BEN,
    CY,
    NOON,
    a_guarded_run,
    a_run,
    a_vote,
    an_asking,
    steps,
    up_to,
)
from tests.handlers._slack import pawlogic

DONE, RUNNING, FAILED = StepState.DONE, StepState.RUNNING, StepState.FAILED
ASKING = up_to(StepName.CONSENT)


def draw(run):
    message = render_run_card(run, now=NOON, several=False, around=around(pawlogic(), run))
    assert_message(message)
    return message


def first_line(run) -> str:
    return draw(run).blocks[0]["text"]["text"].split("\n")[0]


def pressable(run) -> dict:
    rows = [block["elements"] for block in draw(run).blocks if block["type"] == "actions"]
    return {element["action_id"]: element for row in rows for element in row if "value" in element}


def test_a_card_that_asks_says_how_many_approvals_are_missing():
    one = a_guarded_run(*ASKING, asking=an_asking(a_vote()))
    none = a_guarded_run(*ASKING, asking=an_asking())

    assert first_line(one) == (
        ":large_yellow_circle: *Waiting for 1 more approval: `a1b2c3d` to production* · api"
    )
    assert "Waiting for 2 more approvals: `a1b2c3d` to production" in first_line(none)


def test_votes_are_named_with_how_and_when_and_only_those_that_count():
    asking = an_asking(
        a_vote(via=Via.REACTION),
        a_vote(ANN),
        a_vote("U0EVEAUT001"),
        a_vote(CY, binding="fedcba9876543210"),
        barred=("U0EVEAUT001",),
    )
    said = words(draw(a_guarded_run(*ASKING, asking=asking)))

    assert "*Approvals: 1 of 2*, until <!date^1795449600^" in said
    assert "· 4 h 00 min left" in said
    assert f"Approved by <@{BEN}> (by reaction, <!date^1795435200^{{time}}|12:00 UTC>)." in said
    assert f"<@{CY}>" not in said


def test_who_may_approve_and_who_never_is_said_with_the_reactions_that_count():
    said = words(draw(a_guarded_run(*ASKING, asking=an_asking(barred=(CY,)))))

    assert f"May approve: <!subteam^S0APPROVER1>; never <@{ANN}> (asked for it) nor <@{CY}>" in said
    assert ":white_check_mark: or :+1: approves, :x: or :no_entry: rejects." in said


def test_while_people_are_asked_they_can_approve_reject_and_cancel():
    made = pressable(a_guarded_run(*ASKING, asking=an_asking()))

    assert list(made) == ["vote_approve", "vote_reject", "run_cancel"]
    assert [made[name].get("style") for name in made] == ["primary", "danger", None]
    assert "confirm" not in made["vote_approve"]
    assert VoteButton.decode(made["vote_approve"]["value"]) == VoteButton(run=12, ask=ASK)


def test_an_approval_can_be_withdrawn_until_shipping_starts():
    asking = an_asking(a_vote(), a_vote(CY))
    in_line = a_guarded_run(*up_to(StepName.LINE), state=RunState.WAITING, asking=asking)
    shipping = a_guarded_run(*up_to(StepName.SHIP), state=RunState.RUNNING, asking=asking)

    assert list(pressable(in_line)) == ["vote_withdraw", "run_cancel"]
    assert list(pressable(shipping)) == ["run_cancel"]


def test_once_decided_the_card_says_who_and_when():
    asking = an_asking(a_vote(), a_vote(CY, via=Via.REACTION))
    said = words(draw(a_guarded_run(*up_to(StepName.SHIP), state=RunState.RUNNING, asking=asking)))

    assert f"*Approved* by <@{BEN}> (by button, " in said
    assert f"and <@{CY}> (by reaction, " in said
    assert "May approve" not in said
    assert "You can also react" not in said


def test_a_rejection_says_who_and_why_in_the_first_line_and_offers_no_retry():
    asking = an_asking(a_vote(CY), a_vote(BEN, Voice.REJECT, reason="the <!channel> `index`\nis missing"))
    run = a_guarded_run(
        *up_to(StepName.CONSENT, FAILED), state=RunState.REFUSED, reason=Reason.REJECTED, asking=asking
    )

    assert first_line(run) == (
        ":white_circle: *Not deployed to production: `a1b2c3d`, "
        f"rejected by <@{BEN}>: the &lt;!channel&gt; `index` is missing* · api"
    )
    assert list(pressable(run)) == []
    assert "Retry" not in words(draw(run))


def test_a_second_round_says_that_what_was_said_before_counts_for_nothing():
    said = words(draw(a_guarded_run(*ASKING, asking=an_asking(round=2))))

    assert "Asked again (round 2)" in said


@pytest.mark.parametrize(
    ("reason", "step", "note", "says"),
    [
        (Reason.EXPIRED, StepName.CONSENT, "", "1 of 2 approvals came in time"),
        (Reason.NOT_SOAKED, StepName.SOAK, "11 h 20 min of 24 h", "not soaked: 11 h 20 min of 24 h"),
        (Reason.LOCKED, StepName.LINE, "", "it is locked"),
        (Reason.FROZEN, StepName.LINE, "", "nothing ships there now"),
    ],
)
def test_a_refusal_says_its_reason_first_and_can_be_retried(reason, step, note, says):
    walked = up_to(step, FAILED)
    run = a_guarded_run(*walked, state=RunState.REFUSED, reason=reason, asking=an_asking(a_vote()))
    noted = tuple(
        each if each.name is not step else type(each)(name=step, state=FAILED, note=note)
        for each in run.steps
    )
    run = type(run)(**{name: getattr(run, name) for name in run.__slots__} | {"steps": noted})

    assert says in first_line(run)
    assert "run_retry" in pressable(run)
    assert ("soak_override" in pressable(run)) is (reason is Reason.NOT_SOAKED)


def test_while_it_watches_the_way_is_back_not_cancel():
    run = a_guarded_run(*up_to(StepName.WATCH), state=RunState.RUNNING)

    assert first_line(run) == ":large_blue_circle: *Deployed `a1b2c3d` to production; watching it* · api"
    assert list(pressable(run)) == ["rollback_start"]
    assert RunButton.decode(pressable(run)["rollback_start"]["value"]) == RunButton(run=12, attempt=1)


def test_a_watch_that_could_not_tell_asks_a_person_until_one_decides():
    over = {"state": RunState.SUCCEEDED, "reason": Reason.WATCH_INCONCLUSIVE, "ended_at": NOON}
    walked = up_to(StepName.WATCH, DONE)
    asks = a_guarded_run(*walked, **over, detail="Sentry was silent for 9 min.")
    kept = a_guarded_run(*walked, **over, kept_by=BEN)

    assert "Deployed `a1b2c3d` to production, but the watch could not tell" in first_line(asks)
    assert first_line(asks).startswith(":large_yellow_circle:")
    assert "Sentry was silent for 9 min." in words(draw(asks))
    assert list(pressable(asks)) == ["run_keep", "rollback_start"]
    assert f"kept by <@{BEN}>" in first_line(kept)
    assert list(pressable(kept)) == ["rollback_start"]


@pytest.mark.parametrize(
    ("state", "says", "back"),
    [
        (RunState.SUCCEEDED, "Taken back: errors rose; production runs `9f8e7d6` again (run 13)", False),
        (RunState.RUNNING, "Errors rose with `a1b2c3d`; rolling production back (run 13)", False),
        (RunState.FAILED, "Errors rose with `a1b2c3d`, and the rollback of production failed", True),
        (RunState.CANCELLED, "the rollback of production was cancelled (run 13)", True),
    ],
)
def test_what_regressed_says_how_its_rollback_stands_and_is_never_retried(state, says, back):
    after = TakenBack(run_id=13, state=state, sha="9f8e7d6" + "0" * 33, live="production runs 9f8e7d6.")
    run = a_guarded_run(
        *up_to(StepName.WATCH, FAILED),
        state=RunState.FAILED,
        reason=Reason.REGRESSED,
        taken_back=after,
        live="production runs a1b2c3d.",
    )

    assert says in first_line(run)
    assert "*As it stands:* production runs 9f8e7d6." in words(draw(run))
    assert "run_retry" not in pressable(run)
    assert ("rollback_start" in pressable(run)) is back


def test_a_failed_migration_is_not_retried():
    run = a_guarded_run(
        *up_to(StepName.MIGRATE, FAILED), state=RunState.FAILED, reason=Reason.MIGRATION_FAILED
    )

    assert list(pressable(run)) == ["run_incident"]
    assert "Look at the database first" in words(draw(run))


def test_an_incident_is_offered_where_something_people_guard_broke_and_nowhere_else():
    failed = {"state": RunState.FAILED, "reason": Reason.HEALTH_BAD}

    assert "run_incident" in pressable(a_guarded_run(*up_to(StepName.HEALTH, FAILED), **failed))
    assert "run_incident" not in pressable(a_run(**failed))
    refused = {"state": RunState.REFUSED, "reason": Reason.CHECKS_RED}
    assert "run_incident" not in pressable(a_guarded_run(*up_to(StepName.CHECKS, FAILED), **refused))


def test_a_good_run_can_be_taken_back_where_people_must_agree_and_nowhere_else():
    over = {"state": RunState.SUCCEEDED, "reason": Reason.DEPLOYED, "ended_at": NOON}

    assert list(pressable(a_guarded_run(*up_to(StepName.WATCH, DONE), **over))) == ["rollback_start"]
    assert pressable(a_run(**over)) == {}


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (RunState.PREPARING, ":large_blue_circle: *Preparing to roll production back to `a1b2c3d`*"),
        (RunState.WAITING, ":large_yellow_circle: *Waiting to roll production back to `a1b2c3d`*"),
        (RunState.RUNNING, ":large_blue_circle: *Rolling production back to `a1b2c3d`*"),
        (RunState.CANCELLING, ":large_blue_circle: *Stopping the rollback of production to `a1b2c3d`*"),
        (RunState.SUCCEEDED, ":large_green_circle: *Rolled production back to `a1b2c3d`*"),
        (RunState.FAILED, ":red_circle: *Rollback of production to `a1b2c3d` failed*"),
        (RunState.REFUSED, ":white_circle: *Not rolled back to `a1b2c3d` in production*"),
        (RunState.CANCELLED, ":white_circle: *Cancelled the rollback of production to `a1b2c3d`*"),
    ],
)
def test_a_rollback_says_that_it_goes_back(state, says):
    run = a_run(
        kind=RunKind.ROLLBACK,
        environment="production",
        state=state,
        steps=steps(*[DONE] * 6, names=BACK),
        parent_id=11,
        target_run=7,
        automatic=True,
        restore_id="d-7",
    )

    assert first_line(run) == f"{says} · api"
    assert (
        "Started by itself, because run 11 hurt · to what run 7 shipped · with the image Railway kept"
        in words(draw(run))
    )
    assert "rollback_start" not in pressable(run)


def test_steps_a_run_does_not_have_are_not_shown():
    said = words(draw(a_run(state=RunState.RUNNING, steps=steps(RUNNING), ended_at=None)))

    for title in ("Soak", "Approvals", "Hold", "Migrations", "Watch"):
        assert title.lower() not in said.lower()


def test_a_card_in_a_place_no_longer_configured_still_shows_who_said_what():
    run = a_guarded_run(*ASKING, asking=an_asking(a_vote()), service="gone")

    assert f"Approved by <@{BEN}>" in words(draw(run))
    assert "May approve" not in words(draw(run))


def test_time_that_is_over_is_not_counted_below_nothing():
    asking = an_asking(expires_at=NOON - timedelta(minutes=1))

    assert "left" not in words(draw(a_guarded_run(*ASKING, asking=asking)))


def test_what_regressed_says_the_sentence_that_matters_and_leaves_statistics_to_the_picture():
    said = "24 errors/min against 1.1 before (22×): 24 in 1 min, 66 in 1 h. p < 0.0001; the limit is 0.003."
    run = a_guarded_run(
        *up_to(StepName.WATCH, FAILED), state=RunState.FAILED, reason=Reason.REGRESSED, detail=said
    )

    assert "24 errors/min against 1.1 before (22×)" in words(draw(run))
    assert "p &lt;" not in words(draw(run))

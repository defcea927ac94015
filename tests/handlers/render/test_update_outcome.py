"""An update over the air in its first line: how it stands, in every state."""

from dataclasses import replace

import pytest

from bot.engine.consent import Voice
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName, StepState
from tests.handlers._limits import words
from tests.handlers._runs import BEN, a_vote, an_asking
from tests.handlers._updates import (
    BACK,
    MESSAGE,
    an_update,
    rolled,
    rolling_out,
    taken_back,
    to_update,
)
from tests.handlers.render._update_cards import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    YELLOW,
    asking,
    draw,
    first_line,
    pressable,
)

DONE, RUNNING, FAILED = StepState.DONE, StepState.RUNNING, StepState.FAILED


@pytest.mark.parametrize(
    ("run", "says"),
    [
        (an_update(RUNNING, state=RunState.PREPARING), f"{BLUE} *Preparing “{MESSAGE}” for production*"),
        (
            asking(),
            f"{YELLOW} *Waiting for 1 more approval: “{MESSAGE}” over the air to production*",
        ),
        (
            an_update(*to_update(StepName.LINE), state=RunState.WAITING),
            f"{YELLOW} *Waiting in line to publish “{MESSAGE}” to production*",
        ),
        (an_update(*to_update(StepName.PUBLISH)), f"{BLUE} *Publishing “{MESSAGE}” to production*"),
        (rolling_out(), f"{BLUE} *Over the air to 10 % of production: “{MESSAGE}”; watching it*"),
        (
            rolling_out(100, 2),
            f"{BLUE} *Over the air to everybody in production: “{MESSAGE}”; watching it*",
        ),
        (
            rolling_out(mobile=rolled(50, 1, held="Too few errors to tell.")),
            f"{YELLOW} *Over the air to 50 % of production, and waiting for somebody to decide: “{MESSAGE}”*",
        ),
        (
            rolling_out(mobile=rolled(0, 1, apart="iOS 50 %, Android 10 %")),
            f"{YELLOW} *Platforms are out of step in production: “{MESSAGE}”*",
        ),
        (
            rolling_out(state=RunState.CANCELLING),
            f"{BLUE} *Stopping the update of production: “{MESSAGE}”*",
        ),
        (
            an_update(*[DONE] * 7, state=RunState.SUCCEEDED, reason=Reason.UPDATED, mobile=rolled(100, 2)),
            f"{GREEN} *Live for everybody in production: “{MESSAGE}”*",
        ),
        (
            rolling_out(mobile=rolled(10, 0, behind=True)),
            f"{BLUE} *Over the air to 10 % of those on 1.4.0 in production: “{MESSAGE}”; watching it*",
        ),
        (
            an_update(*[DONE] * 7, state=RunState.SUCCEEDED, mobile=rolled(100, 2, unreleased=True)),
            f"{GREEN} *Live for everybody on 1.4.0 in production, and no store has that live yet: "
            f"“{MESSAGE}”*",
        ),
        (
            an_update(
                *to_update(StepName.PUBLISH, FAILED), state=RunState.FAILED, reason=Reason.PUBLISH_FAILED
            ),
            f"{RED} *The update of production failed at publish: “{MESSAGE}”*",
        ),
        (
            an_update(state=RunState.CANCELLED, reason=Reason.CANCELLED),
            f"{WHITE} *Cancelled the update of production: “{MESSAGE}”*",
        ),
        (
            an_update(state=RunState.CANCELLED, reason=Reason.CANCELLED, mobile=rolled(10, 0)),
            f"{WHITE} *Cancelled the update of production when it had reached 10 %: “{MESSAGE}”*",
        ),
    ],
)
def test_the_first_line_says_how_it_stands(run, says):
    assert first_line(run) == f"{says} · mobile"


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (None, f"{RED} *Errors rose after “{MESSAGE}” reached 10 % of production*"),
        (
            RunState.RUNNING,
            f"{BLUE} *Errors rose after “{MESSAGE}” reached 10 % of production; taking it back (run 13)*",
        ),
        (
            RunState.SUCCEEDED,
            f"{RED} *Taken back: errors rose after “{MESSAGE}” reached 10 % of production (run 13)*",
        ),
        (
            RunState.FAILED,
            f"{RED} *Errors rose after “{MESSAGE}” reached 10 % of production, "
            "and taking it back failed (run 13)*",
        ),
        (
            RunState.CANCELLED,
            f"{RED} *Errors rose after “{MESSAGE}” reached 10 % of production; "
            "taking it back was cancelled (run 13)*",
        ),
    ],
)
def test_one_that_hurt_says_how_its_way_back_stands(state, says):
    assert first_line(taken_back(state)) == f"{says} · mobile"


@pytest.mark.parametrize(
    ("run", "says"),
    [
        (
            an_update(*[DONE] * 7, state=RunState.SUCCEEDED, mobile=rolled(100, 2)),
            f"{WHITE} *Was live for everybody in production: “{MESSAGE}”; taken back since (run 13)*",
        ),
        (
            taken_back(None, Reason.EXPIRED),
            f"{WHITE} *Taken back: “{MESSAGE}” was at 10 % of production (run 13)*",
        ),
        (
            an_update(
                *to_update(StepName.ROLLOUT, FAILED),
                state=RunState.REFUSED,
                reason=Reason.LOCKED,
                mobile=rolled(0, 1, apart="iOS 50 %"),
            ),
            f"{WHITE} *Taken back: “{MESSAGE}” was out of step in production (run 13)*",
        ),
        (
            an_update(state=RunState.CANCELLED, reason=Reason.CANCELLED, mobile=rolled(10, 0)),
            f"{WHITE} *Cancelled the update of production when it had reached 10 %: “{MESSAGE}”; "
            "taken back since (run 13)*",
        ),
        (
            taken_back(None, Reason.ROLLOUT_REFUSED),
            f"{RED} *Taken back: “{MESSAGE}” did not work out in production (run 13)*",
        ),
    ],
)
def test_one_that_a_person_took_back_says_so_and_what_stands_now(run, says):
    run = replace(run, taken_back=BACK, live="It is out to 10 % of runtime 1.4.0.")

    assert first_line(run) == f"{says} · mobile"
    assert "It is out to 10 %" not in words(draw(run))
    assert not {"run_retry", "ota_take_back"} & set(pressable(run))


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        (
            Reason.RUNTIME_CHANGED,
            f"Taken back: “{MESSAGE}” was published to production for another runtime than people agreed to",
        ),
        (
            Reason.PLATFORMS_APART,
            f"Taken back: iOS and Android could not be brought into step with “{MESSAGE}” in production",
        ),
    ],
)
def test_one_that_is_not_what_was_agreed_says_what_was_wrong(reason, says):
    assert says in first_line(taken_back(RunState.SUCCEEDED, reason))


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        (Reason.NATIVE_CHANGED, "native code has changed"),
        (Reason.NATIVE_UNKNOWN, "it is not known to be JavaScript only"),
        (Reason.RUNTIME_CHANGED, "no installed build would receive it"),
        (Reason.CHANNEL_PAUSED, "the channel is paused"),
        (Reason.BRANCH_UNKNOWN, "Expo has no such branch"),
        (Reason.ROLLOUT_ELSEWHERE, "another update is being rolled out there"),
        (Reason.NO_BUILD, "there is no production build to receive it"),
        (Reason.CHECKS_RED, "checks are red"),
        (Reason.FROZEN, "nothing ships there now"),
    ],
)
def test_a_refusal_says_why_and_what_it_saw_and_is_not_red(reason, why):
    detail = "ios/Podfile.lock and package.json (react-native-maps) changed since 1.4.0 (57)."
    run = an_update(
        *to_update(StepName.NATIVE, FAILED), state=RunState.REFUSED, reason=reason, detail=detail, mobile=""
    )

    assert first_line(run) == f"{WHITE} *Not published to production: “{MESSAGE}”, {why}* · mobile"
    assert detail in words(draw(run))
    assert RED not in words(draw(run))


@pytest.mark.parametrize(
    ("mobile", "there"),
    [
        (rolled(10, 0), "Stays at 10 % of production"),
        (rolled(0, 1, apart="iOS 50 %, Android 10 %"), "Stays out of step in production"),
    ],
)
def test_what_people_have_of_it_is_not_called_unpublished_where_a_gate_stops_another_try(mobile, there):
    run = an_update(
        *to_update(StepName.LINE, FAILED), state=RunState.REFUSED, reason=Reason.FROZEN, mobile=mobile
    )

    assert first_line(run) == f"{WHITE} *{there}: “{MESSAGE}”, nothing ships there now* · mobile"
    assert "ota_take_back" in pressable(run)


def test_a_rejection_says_by_whom_and_why():
    no = an_asking(a_vote(BEN, Voice.REJECT, reason="wait for the release"), quorum=1)
    run = an_update(
        *to_update(StepName.CONSENT, FAILED), state=RunState.REFUSED, reason=Reason.REJECTED, asking=no
    )

    assert first_line(run).endswith(f", rejected by <@{BEN}>: wait for the release* · mobile")


def test_one_that_gave_way_says_so_and_offers_nothing():
    run = an_update(
        *to_update(StepName.ROLLOUT, FAILED),
        state=RunState.FAILED,
        reason=Reason.OVERTAKEN,
        mobile=rolled(10, 0),
        detail="Run 13 takes it back. It had reached 10 % of people, and goes no further.",
    )

    assert first_line(run) == (
        f"{WHITE} *Went no further than 10 % of production, it is taken back: “{MESSAGE}”* · mobile"
    )
    assert "Run 13 takes it back." in words(draw(run))
    assert "The card of the way back says what people have." in words(draw(run))
    assert "As it stands" not in words(draw(replace(run, live="It is out to 10 %.")))
    assert pressable(run) == {}
    assert RED not in words(draw(run))


def test_one_that_nobody_sent_on_stays_where_it_is_and_says_so():
    run = an_update(
        *to_update(StepName.ROLLOUT, FAILED),
        state=RunState.FAILED,
        reason=Reason.EXPIRED,
        asking=an_asking(a_vote(), quorum=1),
        mobile=rolled(10, 0, held="Too few errors to tell."),
        detail="Nobody said within 1 day whether to go on from 10 %, where it stays.",
    )
    said = words(draw(run))

    assert first_line(run) == (
        f"{WHITE} *Stays at 10 % of production, nobody said to go on: “{MESSAGE}”* · mobile"
    )
    assert "Nobody said within 1 day" in said
    assert f"*Approved* by <@{BEN}>" in said
    assert "`/pawota rollback` takes it back; Retry waits for a decision once more." in said
    assert {"run_retry", "ota_take_back"} <= set(pressable(run))


def test_a_long_message_is_cut_in_the_first_line_and_whole_below():
    run = rolling_out(why="long " * 90)

    assert "…”; watching it" in first_line(run)
    assert "long " * 89 in words(draw(run))


@pytest.mark.parametrize("mobile", ["", "{", "[]", '{"stages": "all"}'])
def test_what_another_version_stored_draws_a_card_all_the_same(mobile):
    assert MESSAGE in first_line(rolling_out(mobile=mobile))


def test_platforms_apart_that_were_taken_back_offer_no_retry_and_are_out_of_step_no_more():
    apart = rolled(10, 0, apart="iOS 50 %, Android 10 %")
    run = taken_back(RunState.RUNNING, Reason.PLATFORMS_APART, mobile=apart)
    assert "*Out of step:*" in words(draw(run))
    assert "Retry goes on" not in words(draw(run))

    run = taken_back(RunState.SUCCEEDED, Reason.PLATFORMS_APART, mobile=apart)
    assert "*Out of step:*" not in words(draw(run))
    assert "Retry goes on" not in words(draw(run))

"""An update over the air on its card: outcome first, what was proved, how far it is, what can be pressed."""

from dataclasses import replace

import pytest

from bot.engine.consent import Voice
from bot.engine.mobile import AppPlatform
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName, StepState
from handlers.render._ways_out import way_out
from handlers.render.asks import render_ask, render_dm, render_reason_wanted, render_remind
from handlers.render.run_card import around, render_run_card
from tests.handlers._limits import assert_message, words
from tests.handlers._runs import ANN, BEN, NOON, a_vote, an_asking
from tests.handlers._slack import pawlogic
from tests.handlers._updates import (
    MESSAGE,
    PROOF,
    an_update,
    facts,
    rolled,
    rolling_out,
    taken_back,
    to_update,
)

DONE, RUNNING, FAILED = StepState.DONE, StepState.RUNNING, StepState.FAILED
BLUE, YELLOW, GREEN = ":large_blue_circle:", ":large_yellow_circle:", ":large_green_circle:"
RED, WHITE = ":red_circle:", ":white_circle:"
NASTY = '<!channel> & `code` *bold* :red_circle: "quote" </b> ' + "x" * 600


def draw(run, *, several=False):
    message = render_run_card(run, now=NOON, several=several, around=around(pawlogic(), run))
    assert_message(message)
    return message


def first_line(run) -> str:
    return draw(run).blocks[0]["text"]["text"].split("\n")[0]


def pressable(run) -> dict[str, dict]:
    rows = [block["elements"] for block in draw(run).blocks if block["type"] == "actions"]
    return {element["action_id"]: element for row in rows for element in row}


def asking(*votes, **changes):
    return an_update(
        *to_update(StepName.CONSENT),
        state=RunState.PREPARING,
        asking=an_asking(*votes, quorum=1, **changes),
    )


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
    ("reason", "says"),
    [
        (Reason.RUNTIME_CHANGED, f"Taken back: no installed build would receive “{MESSAGE}” in production"),
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
        (Reason.ROLLOUT_ELSEWHERE, "somebody rolls something out there outside pawdeploy"),
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


def test_a_rejection_says_by_whom_and_why():
    no = an_asking(a_vote(BEN, Voice.REJECT, reason="wait for the release"), quorum=1)
    run = an_update(
        *to_update(StepName.CONSENT, FAILED), state=RunState.REFUSED, reason=Reason.REJECTED, asking=no
    )

    assert first_line(run).endswith(f", rejected by <@{BEN}>: wait for the release* · mobile")


def test_what_was_proved_whom_it_reaches_and_which_commit_it_is():
    said = words(draw(rolling_out()))

    assert f"*JavaScript only:* {PROOF}" in said
    assert "Reaches 1.4.0 (57) on iOS and 1.4.0 (140057) on Android." in said
    assert "`a1b2c3d` · <https://github.com/pawlogic/backend/commit/" in said
    assert f"Asked by <@{ANN}>" in said
    assert "Update group `5f0c2a11` on branch `production`." in said


def test_a_proof_is_said_once():
    run = an_update(*to_update(StepName.PUBLISH), mobile=facts(proof="JavaScript only: same on both."))
    noted = tuple(
        replace(step, note="JavaScript only") if step.name is StepName.NATIVE else step for step in run.steps
    )
    said = words(draw(replace(run, steps=noted)))

    assert "*JavaScript only*: same on both." in said
    assert f"{GREEN} *JavaScript only* · 0.4 s" in said


def test_a_runtime_that_is_not_the_version_is_named():
    runtimes = {AppPlatform.IOS: "exposdk:52", AppPlatform.ANDROID: "1.4.0"}

    assert "1.4.0 (57) on iOS, runtime `exposdk:52` and 1.4.0 (140057) on Android." in words(
        draw(an_update(mobile=facts(runtimes=runtimes)))
    )


@pytest.mark.parametrize(
    ("run", "line"),
    [
        (asking(), "Stages: 10 % · 50 % · 100 %."),
        (rolling_out(10, 0), "Stages: 10 % now · 50 % · 100 %."),
        (rolling_out(50, 1), "Stages: 10 % ✓ · 50 % now · 100 %."),
        (rolling_out(100, 2), "Stages: 10 % ✓ · 50 % ✓ · 100 % now."),
        (taken_back(RunState.SUCCEEDED), "Stages: 10 % · 50 % · 100 %; it reached 10 %."),
    ],
)
def test_stages_are_one_calm_line(run, line):
    assert line in words(draw(run)).split("\n")


def test_once_everybody_has_it_there_are_no_stages_to_show():
    run = an_update(*[DONE] * 7, state=RunState.SUCCEEDED, reason=Reason.UPDATED, mobile=rolled(100, 2))

    assert "Stages" not in words(draw(run))
    assert "Live at" not in words(draw(run)), "an app is in no one place"


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
    assert "run_retry" not in pressable(run)


def test_while_some_have_it_one_goes_on_or_takes_back_and_nothing_else():
    shown = pressable(rolling_out(10, 0))

    assert list(shown) == ["ota_promote", "ota_take_back"]
    assert shown["ota_promote"]["text"]["text"] == "Go on to 50 %"
    assert '"stage":0' in shown["ota_promote"]["value"]
    assert "style" not in shown["ota_promote"]
    assert shown["ota_take_back"]["style"] == "danger"


def test_the_button_names_the_stage_the_card_shows():
    shown = pressable(rolling_out(50, 1))

    assert shown["ota_promote"]["text"]["text"] == "Go on to 100 %"
    assert '"stage":1' in shown["ota_promote"]["value"]


def test_a_held_one_says_why_and_asks_for_a_decision():
    run = rolling_out(mobile=rolled(10, 0, held="Only 3 sessions: too few to tell.", told="3 sessions"))
    shown = pressable(run)

    assert "*It does not go on by itself.* Only 3 sessions: too few to tell. Somebody has to decide" in words(
        draw(run)
    )
    assert list(shown) == ["ota_promote", "ota_take_back"]
    assert shown["ota_promote"]["style"] == "primary"


def test_what_the_step_says_is_not_said_twice():
    why = "Only 3 sessions: too few to tell."
    run = rolling_out(mobile=rolled(10, 0, held=why, told=why))
    noted = tuple(
        replace(step, note=f"10 %; waits for a person: {why}") if step.name is StepName.ROLLOUT else step
        for step in run.steps
    )

    assert words(draw(replace(run, steps=noted))).count(why) == 1


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


def test_one_watched_at_its_last_stage_has_nowhere_to_go_on_to():
    assert list(pressable(rolling_out(100, 2))) == ["ota_take_back"]


def test_platforms_apart_are_said_plainly_and_nothing_goes_on_until_they_agree():
    run = rolling_out(mobile=rolled(0, 1, apart="iOS 50 %, Android 10 %"))

    assert "*Out of step:* iOS 50 %, Android 10 %" in words(draw(run))
    assert list(pressable(run)) == ["ota_take_back"]


def test_what_the_watch_saw_and_who_sent_it_on_are_said():
    run = rolling_out(mobile=rolled(50, 1, told="no new errors in 4 min"), promoted=50, promoted_by=BEN)
    said = words(draw(run))

    assert "The watch: no new errors in 4 min" in said
    assert f"Sent on to 50 % by <@{BEN}>, before the watch had ended." in said


def test_before_anybody_has_it_it_can_be_cancelled():
    assert "run_cancel" in pressable(an_update(*to_update(StepName.PUBLISH)))
    assert "people keep what they have" in str(pressable(an_update(RUNNING))["run_cancel"]["confirm"])


def test_approvers_press_and_everybody_else_reads_what_they_agree_to():
    assert list(pressable(asking())) == ["vote_approve", "vote_reject", "run_cancel"]


def test_one_that_is_live_can_be_taken_back():
    run = an_update(*[DONE] * 7, state=RunState.SUCCEEDED, reason=Reason.UPDATED, mobile=rolled(100, 2))

    assert list(pressable(run)) == ["ota_take_back"]


def test_one_that_is_taken_back_already_is_not_taken_back_again():
    assert "ota_take_back" not in pressable(taken_back(RunState.SUCCEEDED))
    assert "run_retry" not in pressable(taken_back(RunState.SUCCEEDED))


def test_one_whose_rollout_was_refused_can_be_taken_back_or_retried():
    run = an_update(
        *to_update(StepName.ROLLOUT, FAILED),
        state=RunState.FAILED,
        reason=Reason.ROLLOUT_REFUSED,
        mobile=rolled(10, 0),
    )

    assert {"run_retry", "ota_take_back"} <= set(pressable(run))


def not_proved(**changes):
    known = {"state": RunState.REFUSED, "reason": Reason.NATIVE_UNKNOWN, "mobile": ""}
    return an_update(*to_update(StepName.NATIVE, FAILED), **known | changes)


def test_what_is_not_proved_can_be_published_for_a_reason():
    assert "native_override" in pressable(not_proved())


def test_what_is_known_to_be_native_cannot():
    assert "native_override" not in pressable(not_proved(reason=Reason.NATIVE_CHANGED))


def test_where_nobody_may_override_nobody_is_offered_to():
    facts_ = pawlogic().model_dump(mode="json")
    facts_["apps"][0]["environments"]["production"]["override_roles"] = []
    run = not_proved()
    message = render_run_card(run, now=NOON, around=around(type(pawlogic()).model_validate(facts_), run))

    assert "native_override" not in str(message.blocks)


def test_an_override_stands_on_the_card_with_its_reason():
    said = words(draw(an_update(*to_update(StepName.CONSENT), override="only a <b> text", override_by=ANN)))

    assert "*Published although it is not known to be JavaScript only.* One more approval is needed." in said
    assert f"<@{ANN}> says: only a &lt;b&gt; text" in said


@pytest.mark.parametrize(
    ("run", "way"),
    [
        (not_proved(), "When CI has set the commit's fingerprint, Retry."),
        (taken_back(RunState.SUCCEEDED), f'publish the new commit: `/pawota production "{MESSAGE}" BRANCH`.'),
        (
            an_update(state=RunState.CANCELLED, reason=Reason.CANCELLED, ref="main"),
            f'To start afresh: `/pawota production "{MESSAGE}" main`.',
        ),
        (
            an_update(state=RunState.CANCELLED, reason=Reason.CANCELLED, why='say "hi"'),
            '`/pawota production "…" main`',
        ),
        (
            an_update(*to_update(StepName.LINE, FAILED), state=RunState.REFUSED, reason=Reason.LOCKED),
            "To free it: `/pawdeploy unlock production --service mobile`.",
        ),
        (
            an_update(*to_update(StepName.LINE, FAILED), state=RunState.REFUSED, reason=Reason.FROZEN),
            "Retry when the freeze is over. `/pawdeploy locks` says until when.",
        ),
    ],
)
def test_the_way_out_is_a_command_of_updates(run, way):
    assert way in words(draw(run))


@pytest.mark.parametrize("reason", sorted(Reason))
def test_no_way_out_of_an_update_starts_a_deploy(reason):
    said = way_out(an_update(state=RunState.REFUSED, reason=reason))

    assert "/pawdeploy production" not in said
    assert "{" not in said


def test_a_command_names_the_app_only_where_there_are_several():
    run = an_update(state=RunState.CANCELLED, reason=Reason.CANCELLED)

    assert "--app mobile" not in words(draw(run))
    assert "--app mobile" in words(draw(run, several=True))


@pytest.mark.parametrize("state", sorted(RunState))
def test_nasty_words_are_escaped_in_every_state(state):
    known = rolled(10, 0, proof=NASTY, apart=NASTY, held=NASTY, told=NASTY, branch=NASTY)
    run = an_update(
        *to_update(StepName.ROLLOUT),
        state=state,
        why=NASTY,
        mobile=known,
        detail=NASTY,
        override=NASTY,
        promoted=50,
        promoted_by=NASTY,
    )

    said = words(draw(run))

    assert "<!channel>" not in said
    assert "&lt;!channel&gt;" in said


def test_a_long_message_is_cut_in_the_first_line_and_whole_below():
    run = rolling_out(why="long " * 90)

    assert "…”; watching it" in first_line(run)
    assert "long " * 89 in words(draw(run))


@pytest.mark.parametrize("mobile", ["", "{", "[]", '{"stages": "all"}'])
def test_what_another_version_stored_draws_a_card_all_the_same(mobile):
    assert MESSAGE in first_line(rolling_out(mobile=mobile))


def test_those_asked_are_told_what_would_be_published():
    run = asking()
    what = f"publish “{MESSAGE}” over the air to production (mobile)"

    for message in (render_ask(run, "<!subteam^S0A>", ""), render_dm(run, ""), render_remind(run, 1, "", "")):
        assert_message(message)
        assert what in words(message)
    assert "After that nothing is published." in words(render_remind(run, 1, "", ""))


def test_a_no_by_reaction_is_asked_for_its_reason_without_talk_of_shipping():
    no = an_asking(a_vote(BEN, Voice.REJECT))

    assert "Why must it not be done?" in words(render_reason_wanted(replace(asking(), asking=no)))

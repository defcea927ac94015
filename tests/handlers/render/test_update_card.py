"""An update over the air on its card: what was proved, whom it reaches, how far it is."""

from dataclasses import replace

import pytest

from bot.engine.mobile import AppPlatform
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName, StepState
from tests.handlers._limits import words
from tests.handlers._runs import ANN, BEN
from tests.handlers._updates import (
    PROOF,
    an_update,
    facts,
    rolled,
    rolling_out,
    taken_back,
    to_update,
)
from tests.handlers.render._update_cards import (
    GREEN,
    NASTY,
    asking,
    draw,
)

DONE = StepState.DONE


def test_what_was_proved_whom_it_reaches_and_which_commit_it_is():
    said = words(draw(rolling_out()))

    assert f"*JavaScript only:* {PROOF}" in said
    assert "Reaches" not in said, "the proof names both builds"
    assert "`a1b2c3d` · <https://github.com/pawlogic/backend/commit/" in said
    assert f"Asked by <@{ANN}>" in said
    assert "Update group `5f0c2a11` on branch `production`." in said


def test_before_there_is_a_proof_the_builds_it_reaches_are_named():
    said = words(draw(an_update(mobile=facts(proof=""))))

    assert "Reaches 1.4.0 (57) on iOS and 1.4.0 (140057) on Android." in said


def test_a_proof_is_said_once():
    run = an_update(*to_update(StepName.PUBLISH), mobile=facts(proof="JavaScript only: same on both."))
    noted = tuple(
        replace(step, note="JavaScript only") if step.name is StepName.NATIVE else step for step in run.steps
    )
    said = words(draw(replace(run, steps=noted)))

    assert "*JavaScript only*: same on both." in said
    assert f"{GREEN} *JavaScript only* · 0.4 s" in said


def test_what_was_overridden_is_not_called_proved():
    run = an_update(mobile=facts(proof="Not proved, overridden: the commit's fingerprint is not known."))

    assert "*Not proved*, overridden: the commit's fingerprint is not known." in words(draw(run))
    assert "*JavaScript only*" not in words(draw(run)).split("Reaches")[0]


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


def test_what_ended_before_anybody_had_it_shows_no_stages():
    run = an_update(*to_update(StepName.NATIVE, StepState.FAILED), state=RunState.REFUSED)

    assert "Stages" not in words(draw(run))
    assert "Reaches" not in words(draw(replace(run, mobile=facts(proof=""))))


def test_once_everybody_has_it_there_are_no_stages_to_show():
    run = an_update(*[DONE] * 7, state=RunState.SUCCEEDED, reason=Reason.UPDATED, mobile=rolled(100, 2))

    assert "Stages" not in words(draw(run))
    assert "Live at" not in words(draw(run)), "an app is in no one place"


def test_what_the_step_says_is_not_said_twice():
    why = "Only 3 sessions: too few to tell."
    run = rolling_out(mobile=rolled(10, 0, held=why, told=why))
    noted = tuple(
        replace(step, note=f"10 %; waits for a person: {why}") if step.name is StepName.ROLLOUT else step
        for step in run.steps
    )

    assert words(draw(replace(run, steps=noted))).count(why) == 1


def test_what_the_watch_saw_and_who_sent_it_on_are_said():
    run = rolling_out(
        mobile=rolled(50, 1, told="4 errors in 1 s; usual there: 2.2. p = 0.6; the limit is 0.0033."),
        promoted=50,
        promoted_by=BEN,
    )
    said = words(draw(run))

    assert "The watch: 4 errors in 1 s; usual there: 2.2\n" in said
    assert f"Sent on to 50 % by <@{BEN}>." in said


def test_an_override_stands_on_the_card_with_its_reason():
    said = words(draw(an_update(*to_update(StepName.CONSENT), override="only a <b> text", override_by=ANN)))

    assert "*Published although it is not known to be JavaScript only.* One more approval is needed." in said
    assert f"<@{ANN}> says: only a &lt;b&gt; text" in said


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

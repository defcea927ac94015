"""The card of a release that ended badly: nothing on it is still under way, and no button is promised."""

import pytest

from bot.engine.mobile import Stage
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName, StepState
from tests.handlers._limits import words
from tests.handlers._releases import (
    ANDROID,
    IOS,
    a_build,
    a_release,
    a_submission,
    by_platform,
    release_facts,
)
from tests.handlers.render._releases import draw


@pytest.mark.parametrize(
    ("stage", "says"),
    [
        (Stage.WAITING, "was in the queue when this run ended"),
        (Stage.GOING, "was being built when this run ended"),
    ],
)
def test_a_build_that_went_on_as_its_run_ended_is_not_said_to_go_on_still(stage, says):
    builds = by_platform(a_build(IOS, Stage.FAILED), a_build(ANDROID, stage, queue=2, wait=900.0))
    run = a_release(
        state=RunState.FAILED,
        ended=StepState.FAILED,
        reason=Reason.BUILD_FAILED,
        known=release_facts(builds=builds),
    )
    said = words(draw(run))

    assert f":white_circle: *Android* · build `57` · {says}" in said
    assert "about 15 min" not in said


def test_a_release_cancelled_after_its_handing_over_failed_offers_no_retry_and_what_it_built():
    run = a_release(
        StepName.SUBMIT,
        RunState.CANCELLED,
        ended=StepState.FAILED,
        reason=Reason.CANCELLED,
        known=release_facts(
            submissions=by_platform(*(a_submission(one, Stage.FAILED) for one in (IOS, ANDROID)))
        ),
        detail="Handing over to Google Play failed: No key. Retry hands over only what is missing.",
        not_done="Not every build was handed to its store. Retry hands over only what is missing.",
        live="No store took it.",
    )
    said = words(draw(run))

    assert "Retry" not in said
    assert "Handing over to Google Play failed: No key.\nNot every build was handed to its store.\n" in said
    assert "To hand over what it built: `/pawmobile submit 12`. To build anew: `/pawmobile build" in said


def test_a_cancelled_release_whose_stores_have_it_offers_no_handing_over():
    handed = by_platform(a_submission(IOS), a_submission(ANDROID))
    run = a_release(
        StepName.REVIEW,
        RunState.CANCELLED,
        reason=Reason.CANCELLED,
        known=release_facts(submissions=handed),
    )
    assert "/pawmobile submit" not in words(draw(run))

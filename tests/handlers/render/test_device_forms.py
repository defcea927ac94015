"""The forms of a release: what they ask, and that Slack takes them whatever vendors wrote."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.engine.mobile import AppPlatform, Verdict
from bot.engine.states import StepName
from bot.engine.stores import StorePhase
from handlers._payloads import AttemptForm, DeviceForm
from handlers.render.device_forms import device_form, halt_form, said_words
from tests.handlers._limits import assert_view, texts
from tests.handlers._releases import (
    ANDROID,
    BUILT,
    IOS,
    a_build,
    a_release,
    a_report,
    a_version,
    by_platform,
    release_facts,
    released,
)
from tests.handlers._runs import nasty
from tests.handlers.render._releases import keyed, versions


def ids(view) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if "block_id" in block]


def test_the_form_names_the_build_it_is_about():
    view = device_form(a_release(StepName.DEVICES), Verdict.WORKS, ANDROID)
    said = "\n".join(texts(view["blocks"]))

    assert "You say that 1.5.0, build `58` works." in said
    assert view["blocks"][1]["element"]["placeholder"]["text"] == "Pixel 9, Android 16"


def test_a_problem_says_that_it_stops_the_release():
    view = device_form(a_release(StepName.DEVICES), Verdict.PROBLEM, None)
    assert "A problem with 1.5.0 stops the release before a store gets it." in texts(view["blocks"])[0]
    assert view["blocks"][-1]["element"]["min_length"] == 3


def test_where_there_is_one_platform_nobody_is_asked_for_it():
    run = a_release(StepName.DEVICES, known=release_facts(builds=by_platform(a_build(IOS))))
    view = device_form(run, Verdict.PROBLEM, None)

    assert ids(view) == ["device", "note"]
    assert DeviceForm.decode(view["private_metadata"]).platform is IOS


def test_a_halt_carries_the_attempt_it_was_asked_on():
    known = release_facts(stores=by_platform(a_version(IOS, StorePhase.LIVE, share=0.05, day=3)))
    view = halt_form(released(known=known, attempt=2))

    assert AttemptForm.decode(view["private_metadata"]) == AttemptForm(run=12, attempt=2)
    assert "1.5.0 goes to nobody new at Apple until somebody resumes it" in texts(view["blocks"])[0]


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("platform", [*AppPlatform, None])
def test_every_form_is_one_slack_takes(verdict, platform):
    assert_view(device_form(a_release(StepName.DEVICES), verdict, platform))


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(version=nasty, number=nasty, stores=keyed(versions), verdict=st.sampled_from(Verdict))
def test_whatever_vendors_write_forms_are_taken(version, number, stores, verdict):
    builds = {key: one.model_copy(update={"number": number}) for key, one in BUILT.items()}
    run = a_release(known=release_facts(version=version, builds=builds, stores=stores))
    assert_view(device_form(run, verdict, IOS))
    assert_view(halt_form(run))


def test_what_was_said_is_said_back():
    assert "works on iOS" in said_words(a_report(IOS))
    assert "problem on Android. The release stops" in said_words(a_report(ANDROID, Verdict.PROBLEM))

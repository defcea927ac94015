"""What the stores say, releases, builds to hand over: answers to one person."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.engine.app_status import AppStatus
from bot.engine.states import RunKind, RunState, StepName
from bot.engine.stores import StorePhase
from handlers.render.mobile_lists import (
    releases_foot,
    render_releases,
    render_review,
    render_submittable,
)
from tests.handlers._limits import assert_message, assert_mrkdwn, words
from tests.handlers._releases import (
    ANDROID,
    IOS,
    a_release,
    a_version,
    an_order,
    release_facts,
    released,
)
from tests.handlers._runs import NOON, nasty, run_views
from tests.handlers.render._releases import versions


def review(*stores, run=None, trouble=()):
    status = AppStatus(app="mobile", environment="production", stores=stores, trouble=trouble)
    drawn = render_review(status, run, now=NOON)
    assert_message(drawn)
    return words(drawn)


def test_a_store_says_its_own_word_since_when_and_what_is_to_be_done():
    there = a_version(
        IOS, StorePhase.APPROVED, raw="PENDING_DEVELOPER_RELEASE", created_at=NOON - timedelta(days=2)
    )
    said = review(there)

    assert ":large_yellow_circle: iOS 1.5.0 (57) · approved by Apple, and somebody has to release it" in said
    assert "Apple's word: `PENDING_DEVELOPER_RELEASE` · there since <!date^" in said
    assert "Press Release This Version in App Store Connect." in said


def test_a_word_nobody_knows_is_shown_as_it_is():
    said = review(a_version(ANDROID, StorePhase.UNKNOWN, raw="NAPPING", version="", number=""))
    assert "Google says `NAPPING`, which pawdeploy does not know" in said
    assert "since when is unknown" in said


def test_unknown_is_not_nothing():
    assert "The stores have nothing of it, or none is asked." in review()
    said = review(trouble=("App Store Connect refused: HTTP 403.",))
    assert "What the stores say is unknown." in said
    assert "App Store Connect refused: HTTP 403." in said


def test_the_newest_release_says_when_it_was_handed_over_and_which_store_is_not_asked():
    run = a_release(
        StepName.REVIEW,
        RunState.RUNNING,
        known=release_facts(unasked={ANDROID: "no access is configured"}),
    )
    said = review(a_version(), run=run)

    assert "Newest release: :large_blue_circle: 1.5.0 handed to both stores" in said
    assert "handed over just now" in said
    assert ":large_yellow_circle: Google: no access is configured" in said


def test_builds_to_hand_over_are_listed_with_what_to_type():
    drawn = render_submittable([released(id=9), released(id=7, mobile="")], now=NOON)
    assert_message(drawn)
    assert "`/pawmobile submit 9` *1.5.0* · iOS build `57` · Android build `58` · just now by" in words(drawn)
    assert "`/pawmobile submit 7` *without a version* · just now by" in words(drawn)


def test_history_has_releases_and_orders_and_says_when_there_is_none():
    drawn = render_releases([released(id=9), an_order(id=8)], "mobile", "production", now=NOON)
    assert_message(drawn)
    assert drawn.text == "The newest releases of mobile in production: 1.5.0 is built"
    assert "*Halting 1.5.0 at Apple and Google*" in words(drawn)

    none = render_releases([], "mobile", "production", now=NOON)
    assert "There is no release of mobile in production yet. `/pawmobile build` starts one." in words(none)


@pytest.mark.parametrize("apps", [(), ("mobile",), tuple(f"app{at}" for at in range(30))])
def test_help_names_the_apps(apps):
    foot = releases_foot(apps)
    assert_mrkdwn(foot)
    assert (f"`{apps[0]}`" if apps else "none yet") in foot


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    runs=st.lists(run_views, max_size=2),
    stores=st.lists(versions, max_size=3),
    app=nasty,
    trouble=st.lists(nasty, max_size=3),
)
def test_whatever_was_typed_it_is_a_message_slack_takes(runs, stores, app, trouble):
    many = [replace(run, kind=RunKind.RELEASE) for run in runs] * 15
    status = AppStatus(app=app, environment=app, stores=tuple(stores) * 6, trouble=tuple(trouble) * 6)
    assert_message(render_review(status, many[0] if many else None, now=NOON))
    assert_message(render_releases(many, app, app, now=NOON))
    assert_message(render_submittable(many, now=NOON))

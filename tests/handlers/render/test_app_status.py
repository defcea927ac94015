"""How an app stands: over the air, built, at the stores, by its sessions; unknown is said as unknown."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.engine.app_status import AppStatus
from bot.engine.crash_free import CrashFree
from bot.engine.mobile import Update, UpdateGroup, marked
from bot.engine.states import StepName
from bot.engine.stores import StorePhase
from handlers.render.app_status import app_sections, render_app_status
from tests.handlers._limits import assert_block, assert_message, words
from tests.handlers._releases import ANDROID, BUILT, IOS, a_release, a_version, released
from tests.handlers._runs import NOON, SHA, nasty, times
from tests.handlers.render._releases import builds, keyed, platforms, versions

CRASHES = CrashFree(
    release="app.pawlogic@1.5.0+57", sessions=12_345, rate=0.99997, until=NOON - timedelta(hours=1)
)


def a_group(*percents, runtime="1.5.0", **changes) -> UpdateGroup:
    parts = tuple(
        Update(id=f"u-{platform.value}", platform=platform, runtime=runtime, percent=percent)
        for platform, percent in zip((IOS, ANDROID), percents or (None, None), strict=True)
    )
    facts = {
        "group": "g1",
        "branch": "production",
        "branch_id": "b1",
        "message": marked("Fix the login", 9),
        "created_at": NOON - timedelta(hours=3),
        "sha": SHA,
        "parts": parts,
    }
    return UpdateGroup(**facts | changes)


def a_status(**changes) -> AppStatus:
    facts = {
        "app": "mobile",
        "environment": "production",
        "branch": "production",
        "updates": (a_group(),),
        "builds": BUILT,
        "stores": (a_version(IOS, StorePhase.LIVE), a_version(ANDROID, StorePhase.LIVE, share=0.2)),
        "crash_free": (CRASHES,),
    }
    return AppStatus(**facts | changes)


def said(**changes) -> str:
    drawn = render_app_status(a_status(**changes), now=NOON)
    assert_message(drawn)
    return words(drawn)


def test_everything_people_have_is_said():
    text = said()

    assert "*mobile* · production" in text
    assert "*Over the air:* branch `production`" in text
    assert "• runtime `1.5.0` · “Fix the login” · everybody · `a1b2c3d` · run 9 · 3 h ago" in text
    assert "*Newest build:* iOS 1.5.0 (57) · <https://expo.dev/builds/ios|page> · 20 min ago" in text
    assert ":large_green_circle: iOS 1.5.0 (57) · live at Apple for everybody" in text
    assert ":large_green_circle: Android 1.5.0 (57) · live at Google for 20 % of people" in text


def test_the_first_words_name_what_is_live():
    assert render_app_status(a_status(), now=NOON).text == "mobile in production: iOS 1.5.0 and Android 1.5.0"
    rejected = (a_version(IOS, StorePhase.REJECTED), a_version(IOS, StorePhase.LIVE, version="1.4.2"))
    assert render_app_status(a_status(stores=rejected), now=NOON).text == "mobile in production: iOS 1.4.2"
    assert (
        render_app_status(a_status(stores=()), now=NOON).text
        == "mobile in production: what is live is unknown"
    )


def test_crash_free_sessions_are_never_rounded_up_and_their_grain_is_said():
    text = said()
    assert "*Crash-free* until <!date^" in text
    assert ": 99.99 % of 12345 sessions of `app.pawlogic@1.5.0+57`." in text
    assert text.count("Sentry counts sessions by the hour, so what is newer is not in it.") == 1
    assert "Sentry counts" not in said(crash_free=())


@pytest.mark.parametrize(
    ("percents", "says"),
    [
        ((10, 10), "10 % of people"),
        ((100, None), "everybody"),
        ((50, 10), "*out of step:* iOS 50 % and Android 10 %"),
    ],
    ids=["rolling", "all", "apart"],
)
def test_how_many_people_have_an_update_is_said(percents, says):
    assert f"“Fix the login” · {says} ·" in said(updates=(a_group(*percents),))


def test_what_one_platform_alone_gets_is_said_to_be_its_own():
    part = Update(id="u", platform=ANDROID, runtime="1.4.0")
    assert "runtime `1.4.0` on Android · “Fix the login” · everybody ·" in said(
        updates=(a_group(parts=(part,)),)
    )


def test_phones_sent_back_to_what_is_built_in_are_said():
    part = Update(id="u", platform=IOS, runtime="1.5.0", embedded=True)
    assert "· back to what is built in ·" in said(updates=(a_group(parts=(part,)),))


def test_a_paused_channel_is_said_before_what_nobody_gets():
    text = said(paused=True)
    assert "the channel is paused: nobody gets an update" in text
    assert "Fix the login" in text


@pytest.mark.parametrize(
    ("changes", "known", "unknown"),
    [
        ({"updates": ()}, "none yet, people have what is built in", "branch `production` · unknown"),
        ({"builds": {}}, "*Newest build:* iOS none yet", "*Newest build:* Android unknown"),
        ({"stores": ()}, "*Stores:* none is asked, or nothing is there", "*Stores:* unknown"),
    ],
    ids=["updates", "builds", "stores"],
)
def test_nothing_is_not_unknown_and_unknown_says_why(changes, known, unknown):
    assert known in said(**changes)
    text = said(**changes, trouble=("Expo did not answer <at all>.",))
    assert unknown in text
    assert ":large_yellow_circle: Expo did not answer &lt;at all&gt;." in text


def test_where_no_updates_go_that_is_said():
    assert "*Over the air:* no updates go there." in said(branch="", updates=())


def test_what_is_under_way_and_what_was_last_are_said_in_a_line_each():
    text = said(active=(a_release(StepName.CHECKS, id=14),), last=released(id=13))
    assert "Preparing 1.5.0 · run 14 by <@U0ANNREQ001>" in text
    assert "Last: :large_green_circle: 1.5.0 is built · run 13" in text


def test_long_lists_say_how_much_more_there_is():
    text = said(updates=tuple(a_group(runtime=f"1.{number}") for number in range(9)))
    assert text.count("• runtime") == 6
    assert "and 3 more" in text


groups = st.builds(
    UpdateGroup,
    group=nasty,
    branch=nasty,
    branch_id=nasty,
    message=nasty,
    created_at=times,
    sha=nasty,
    parts=st.lists(
        st.builds(
            Update,
            id=nasty,
            platform=platforms,
            runtime=nasty,
            percent=st.none() | st.integers(0, 100),
            embedded=st.booleans(),
        ),
        max_size=3,
    ).map(tuple),
)
stands = st.builds(
    AppStatus,
    app=nasty,
    environment=nasty,
    branch=nasty,
    paused=st.booleans(),
    updates=st.lists(groups, max_size=2).map(lambda few: tuple(few) * 6),
    builds=keyed(builds),
    stores=st.lists(versions, max_size=2).map(lambda few: tuple(few) * 6),
    crash_free=st.lists(
        st.builds(
            CrashFree, release=nasty, sessions=st.integers(0, 10**9), rate=st.floats(0, 1), until=times
        ),
        max_size=2,
    ).map(tuple),
    trouble=st.lists(nasty, max_size=9).map(tuple),
)


@settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))
@given(stands=stands)
def test_whatever_vendors_write_it_is_a_message_slack_takes(stands):
    assert_message(render_app_status(stands, now=NOON))
    for block in app_sections(stands, now=NOON):
        assert_block(block)

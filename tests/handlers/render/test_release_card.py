"""The card of a release, from its version to the stores: what the first line says, what can be pressed."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.engine.mobile import Stage
from bot.engine.reasons import Reason
from bot.engine.release import ReleaseFacts
from bot.engine.states import RunKind, RunState, StepName, StepState
from bot.engine.stores import StorePhase, StoreVersion
from handlers._payloads import DeviceButton, RunButton
from handlers.render.lists import render_history
from handlers.render.run_card import around, render_run_card
from tests.handlers._limits import assert_message, words
from tests.handlers._releases import (
    ANDROID,
    IOS,
    a_build,
    a_release,
    a_report,
    a_version,
    by_platform,
    release_facts,
    released,
)
from tests.handlers._runs import BEN, NOON, nasty, run_views
from tests.handlers._slack import pawlogic
from tests.handlers.render._release_states import LINES, QUEUED, asked_of, in_review
from tests.handlers.render._releases import (
    builds,
    buttons,
    draw,
    first_line,
    keyed,
    platforms,
    reports,
    submissions,
    versions,
)

LIVE = StorePhase.LIVE
FAILED = StepState.FAILED


@pytest.mark.parametrize("name", sorted(LINES))
def test_the_first_line_says_how_far_it_is(name):
    run, line = LINES[name]
    assert first_line(run) == f"{line} · mobile"


@pytest.mark.parametrize("name", sorted(LINES))
def test_a_list_of_runs_says_it_without_naming_what_only_the_card_knows(name):
    run, line = LINES[name]
    said = words(render_history([run], None, now=NOON))
    assert line.split("*")[1].split(": iOS and")[0].split(": Android")[0] in said


def test_platforms_nobody_has_to_test_are_not_waited_for():
    run = a_release(StepName.DEVICES)
    facts = pawlogic().model_dump(mode="json")
    facts["apps"][0]["environments"]["production"]["devices"] = ["android"]
    project = type(pawlogic()).model_validate(facts)

    drawn = render_run_card(run, now=NOON, around=around(project, run))

    assert "*1.5.0 waits for device tests: Android* · mobile" in words(drawn)
    assert "*Device tests wanted: Android.*" in words(drawn)


def test_a_platform_has_its_build_its_testers_and_its_store_with_links():
    told = (a_report(IOS, device="iPhone 15, iOS 18.1", note="login and pets"),)
    said = words(draw(replace(in_review(versions=(a_version(IOS),)), reports=told)))

    assert "*Version* 1.4.2 → 1.5.0, a minor release" in said
    assert (
        ":large_green_circle: *iOS* · build `57` · built · <https://expo.dev/builds/ios|page> · "
        "<https://expo.dev/artifacts/ios.bin|get it>" in said
    )
    assert f":large_green_circle: <@{BEN}>: works on iPhone 15, iOS 18.1: login and pets" in said
    assert ":large_blue_circle: Apple reviews it" in said
    assert "Nothing to do until Apple has looked at it." in said
    assert ":large_green_circle: handed to Google · <https://expo.dev/submissions/android|page>" in said


def test_a_build_that_failed_links_its_logs_and_says_why_and_a_good_one_does_not():
    builds = by_platform(a_build(IOS, Stage.FAILED, error="No profile matches"), a_build(ANDROID))
    said = words(draw(asked_of(builds, state=RunState.FAILED, ended=FAILED, reason=Reason.BUILD_FAILED)))

    assert "the build failed · <https://expo.dev/builds/ios|page> · <https://expo.dev/logs/ios|logs>" in said
    assert said.count("↳ No profile matches") == 1
    assert "https://expo.dev/logs/android" not in said


def test_what_is_to_be_done_about_a_store_is_said_once_and_nothing_when_nothing_is():
    versions = (a_version(IOS, StorePhase.APPROVED), a_version(ANDROID, LIVE))
    said = words(draw(in_review(versions=versions)))

    assert said.count("Press Release This Version in App Store Connect.") == 1
    assert "Nothing is left to do" not in said


def test_a_step_that_waits_for_testers_is_marked_as_waiting():
    assert ":large_yellow_circle: *Device tests*" in words(draw(a_release(StepName.DEVICES)))


def test_how_the_version_was_raised_is_linked():
    run = a_release(known=release_facts(bump="https://github.com/p/1"))
    assert "<https://github.com/p/1|how the version was raised>" in words(draw(run))


@pytest.mark.parametrize(
    ("there", "says"),
    [
        (a_version(IOS, StorePhase.DRAFT), ":large_yellow_circle: known to Apple, not handed in"),
        (a_version(IOS, StorePhase.PROCESSING), ":large_blue_circle: Apple processes it"),
        (a_version(IOS, StorePhase.WAITING), ":large_blue_circle: handed in, waits for Apple to look at it"),
        (a_version(IOS, LIVE), ":large_green_circle: live at Apple for everybody"),
        (
            a_version(IOS, LIVE, share=0.02, day=2),
            ":large_green_circle: live at Apple for 2 % of people, day 2 of 7 of the phased release",
        ),
        (a_version(ANDROID, LIVE, share=0.005), ":large_green_circle: live at Google for 0.5 % of people"),
        (
            a_version(ANDROID, LIVE, share=0.2, halted=True),
            ":large_yellow_circle: halted at Google for 20 % of people",
        ),
        (a_version(IOS, StorePhase.REJECTED), ":red_circle: rejected by Apple"),
        (
            a_version(IOS, StorePhase.WITHDRAWN),
            ":white_circle: withdrawn, or replaced by a newer one, at Apple",
        ),
        (
            a_version(ANDROID, StorePhase.UNKNOWN, raw="NAPPING"),
            ":large_yellow_circle: Google says `NAPPING`, which pawdeploy does not know",
        ),
    ],
    ids=lambda value: value.raw if isinstance(value, StoreVersion) else "",
)
def test_a_stores_phase_is_said_in_our_words(there, says):
    assert says in words(draw(in_review(versions=(there,))))


def test_what_is_known_of_a_store_that_stopped_answering_is_marked_as_old():
    said = words(draw(in_review(versions=(a_version(IOS),), unasked={IOS: "it does not answer"})))
    assert ":large_yellow_circle: how Apple stands now is unknown: it does not answer" in said


def test_while_devices_are_tested_testers_press_what_they_found_for_each_platform():
    there = buttons(a_release(StepName.DEVICES))

    assert [element["text"]["text"] for element in there.values()] == [
        "Works on iOS",
        "Works on Android",
        "Found a problem…",
        "Cancel",
        "Open at Expo",
    ]
    works = DeviceButton.decode(there["device_works:android"]["value"])
    assert works == DeviceButton(run=12, attempt=1, platform=ANDROID)
    assert DeviceButton.decode(there["device_problem"]["value"]).platform is None


@pytest.mark.parametrize("name", sorted(LINES.keys() - {"testers", "testers for one more"}))
def test_nobody_is_asked_for_device_tests_before_and_after(name):
    pressed = buttons(LINES[name][0])
    assert not any(action.startswith("device_") for action in pressed)
    assert "Device tests wanted" not in words(draw(LINES[name][0]))


def test_the_card_says_who_may_test_and_everybody_may_where_no_role_is_named():
    run = a_release(StepName.DEVICES)
    facts = pawlogic().model_dump(mode="json")
    facts["apps"][0]["environments"]["production"]["tester_roles"] = ["lead"]
    project = type(pawlogic()).model_validate(facts)

    assert "Everybody in this channel may say so." in words(draw(run))
    named = words(render_run_card(run, now=NOON, around=around(project, run)))
    assert "May say so: <@" in named or "May say so: <!subteam^" in named
    assert "Everybody" not in named


@pytest.mark.parametrize(
    ("there", "offered"),
    [
        (a_version(IOS, LIVE, share=0.05, day=3), {"store_halt"}),
        (a_version(ANDROID, LIVE, share=0.2), {"store_halt"}),
        (a_version(ANDROID, LIVE, share=0.2, halted=True), {"store_resume"}),
        (a_version(IOS, LIVE), set()),
        (a_version(IOS), set()),
    ],
    ids=["phased", "rolled out", "halted", "for all", "in review"],
)
def test_what_goes_out_to_more_and_more_people_can_be_halted_and_resumed(there, offered):
    done = released(known=release_facts(stores=by_platform(there)))
    for run in (done, in_review(versions=(there,))):
        assert {action for action in buttons(run) if action.startswith("store_")} == offered
        for action in offered:
            assert RunButton.decode(buttons(run)[action]["value"]) == RunButton(run=12, attempt=1)


@pytest.mark.parametrize(
    ("step", "state", "says"),
    [
        (StepName.BUILD, RunState.PREPARING, "builds under way are cancelled"),
        (StepName.REVIEW, RunState.RUNNING, "What was handed over stays there"),
    ],
)
def test_before_it_is_stopped_somebody_reads_what_stays(step, state, says):
    cancel = buttons(a_release(step, state))["run_cancel"]
    assert says in cancel["confirm"]["text"]["text"]


def test_a_rejection_says_what_to_do_next():
    run, _ = LINES["rejected"]
    said = words(draw(replace(run, detail="The App Store rejected 1.5.0 (REJECTED).")))

    assert said.count("The App Store rejected 1.5.0 (REJECTED).") == 1
    assert "When an answer to the store has helped, Retry asks it again." in said


def test_facts_of_another_version_draw_a_card_all_the_same():
    run = a_release(mobile='{"part": "giant"}')
    assert first_line(run) == ":large_blue_circle: *Building the next patch version* · mobile"


known = st.builds(
    ReleaseFacts,
    old_version=nasty,
    version=nasty,
    bump=nasty,
    builds=keyed(builds),
    submissions=keyed(submissions),
    stores=keyed(versions),
    unasked=st.dictionaries(platforms, nasty, max_size=2),
)


@settings(deadline=None, max_examples=120, suppress_health_check=list(HealthCheck))
@given(run=run_views, known=known, said=st.lists(reports, max_size=3).map(lambda few: tuple(few) * 8))
def test_whatever_people_and_vendors_write_the_card_is_one_slack_takes(run, known, said):
    text = known.model_dump_json()
    drawn = replace(run, kind=RunKind.RELEASE, mobile=text, reports=said, service="mobile")
    assert_message(render_run_card(drawn, now=NOON, around=around(pawlogic(), drawn)))


def test_builds_are_named_in_one_order_whoever_was_first():
    turned = dict(reversed(QUEUED.items()))
    assert first_line(asked_of(turned)).endswith("about 12 min; Android is built* · mobile")


def test_a_release_of_builds_that_were_there_names_the_run_that_built_them():
    said = words(draw(a_release(StepName.SUBMIT, RunState.RUNNING, target_run=7)))
    assert "Asked by <@U0ANNREQ001> · hands over what run 7 built" in said

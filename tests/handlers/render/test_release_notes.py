"""What is said under a release's card: testers are asked, a store's unknown word is told."""

from hypothesis import HealthCheck, given, settings

from bot.engine.mobile import Stage
from bot.engine.stores import StorePhase
from handlers.render.posts import WORDS, Call, Occasion
from handlers.render.release_notes import (
    build_line,
    build_name,
    render_store_live,
    render_store_word,
    render_testers,
)
from tests.handlers._limits import assert_message, assert_mrkdwn, words
from tests.handlers._releases import (
    ANDROID,
    IOS,
    a_build,
    a_release,
    a_version,
    by_platform,
    release_facts,
)
from tests.handlers._runs import BEN, NOON
from tests.handlers.render._releases import builds, versions


def occasion(kind: str, body: str = "1", **call) -> Occasion:
    key, run = f"run:12:{kind}:1", a_release()
    return Occasion(key=key, body=body, now=NOON, run=run, call=Call(**call))


def test_testers_are_asked_by_name_and_told_where_the_builds_are_and_what_to_press():
    drawn = WORDS["testers"](occasion("testers", testers=f"<@{BEN}>"))
    assert_message(drawn)
    said = words(drawn)

    assert said.startswith(f"<@{BEN}> 1.5.0 is built: try it on iOS and Android, please.")
    assert "The card leads to the builds, and so do the codes in this thread." in said
    assert "A problem stops the release before a store gets it." in said


def test_where_no_tester_is_named_nobody_is_mentioned():
    assert render_testers(a_release(), "").text.startswith("1.5.0 is built")


def test_a_build_without_an_artifact_or_a_number_is_named_all_the_same():
    bare = a_build(ANDROID, Stage.GOING, number="", page="")
    assert build_line(bare) == "Android 1.5.0 · it has no artifact"
    assert build_name(a_build(IOS, version="", number="")) == "iOS"


def test_a_stores_unknown_word_is_told_raw_and_what_becomes_of_the_run():
    there = a_version(ANDROID, StorePhase.UNKNOWN, raw="NAPPING<x>")
    drawn = WORDS["store_word"](occasion("store_word", there.model_dump_json()))
    assert_message(drawn)
    said = words(drawn)

    assert "Google says `NAPPING&lt;x&gt;` of 1.5.0, which pawdeploy does not know." in said
    assert "Run 12 shows it as it is, asks again and goes on waiting." in said


def test_that_one_store_has_live_what_another_rejected_is_told_with_how_it_is_held():
    there = a_version(IOS, StorePhase.LIVE, share=0.01, day=1)
    drawn = WORDS["store_live"](occasion("store_live", there.model_dump_json()))
    assert_message(drawn)

    assert words(drawn).startswith(
        "Apple has published to 1 %: 1.5.0 is live there, though not in every store. "
        "The card of run 12 shows how each store stands. If it does badly: Halt… on the card, for Apple."
    )


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(build=builds, there=versions)
def test_whatever_vendors_write_it_is_a_message_slack_takes(build, there):
    run = a_release(known=release_facts(version=there.version, builds=by_platform(build)))
    assert_message(render_testers(run, ""))
    assert_message(render_store_word(run, there))
    assert_message(render_store_live(run, there))
    assert_mrkdwn(build_line(build))

"""Rules of ``bot/engine/store_words.py``: every word of the stores, and what a person does now."""

from itertools import product

import pytest

from bot.engine.mobile import AppPlatform
from bot.engine.store_words import (
    APPLE,
    GOOGLE,
    apple_phase,
    google_phase,
    next_step,
    phased_share,
)
from bot.engine.stores import StorePhase, StoreVersion

P = StorePhase
APPLES = {
    "ACCEPTED": P.IN_REVIEW,
    "DEVELOPER_REJECTED": P.WITHDRAWN,
    "IN_REVIEW": P.IN_REVIEW,
    "INVALID_BINARY": P.REJECTED,
    "METADATA_REJECTED": P.REJECTED,
    "PENDING_APPLE_RELEASE": P.APPROVED,
    "PENDING_DEVELOPER_RELEASE": P.APPROVED,
    "PREPARE_FOR_SUBMISSION": P.DRAFT,
    "PROCESSING_FOR_DISTRIBUTION": P.PROCESSING,
    "READY_FOR_DISTRIBUTION": P.LIVE,
    "READY_FOR_REVIEW": P.DRAFT,
    "REJECTED": P.REJECTED,
    "REPLACED_WITH_NEW_VERSION": P.WITHDRAWN,
    "WAITING_FOR_EXPORT_COMPLIANCE": P.WAITING,
    "WAITING_FOR_REVIEW": P.WAITING,
}
"""``AppVersionState`` of App Store Connect API 3.7.0, all 15."""
GOOGLES = {
    "RELEASE_LIFECYCLE_STATE_UNSPECIFIED": P.UNKNOWN,
    "RELEASE_LIFECYCLE_STATE_DRAFT": P.DRAFT,
    "RELEASE_LIFECYCLE_STATE_NOT_SENT_FOR_REVIEW": P.DRAFT,
    "RELEASE_LIFECYCLE_STATE_IN_REVIEW": P.IN_REVIEW,
    "RELEASE_LIFECYCLE_STATE_APPROVED_NOT_PUBLISHED": P.APPROVED,
    "RELEASE_LIFECYCLE_STATE_NOT_APPROVED": P.REJECTED,
    "RELEASE_LIFECYCLE_STATE_PUBLISHED": P.LIVE,
}
"""``releaseLifecycleState`` of the discovery document 20261026, all 7."""
SUBMISSIONS = (
    "READY_FOR_REVIEW",
    "WAITING_FOR_REVIEW",
    "IN_REVIEW",
    "UNRESOLVED_ISSUES",
    "CANCELING",
    "COMPLETING",
    "COMPLETE",
)
LOOKED_AT = ("IN_REVIEW", "WAITING_FOR_EXPORT_COMPLIANCE", "WAITING_FOR_REVIEW")


def at(platform: AppPlatform, phase: StorePhase, raw: str = "", **more) -> StoreVersion:
    return StoreVersion(platform=platform, phase=phase, raw=raw, **more)


@pytest.mark.parametrize(("word", "phase"), sorted(APPLES.items()))
def test_every_state_of_apple_has_a_phase(word, phase):
    assert apple_phase(word) is phase
    assert set(APPLE) == set(APPLES)


@pytest.mark.parametrize(("word", "phase"), sorted(GOOGLES.items()))
def test_every_state_of_google_has_a_phase(word, phase):
    assert google_phase(word) is phase
    assert set(GOOGLE) < set(GOOGLES)


@pytest.mark.parametrize("word", ["", "in_review", "LIVE", "READY_FOR_SALE", "WAITING_FOR_LEGAL_REVIEW"])
def test_a_word_nobody_knows_is_unknown_at_either_store(word):
    assert {apple_phase(word), google_phase(word), apple_phase(word, "UNRESOLVED_ISSUES")} == {P.UNKNOWN}


def test_a_submission_with_unresolved_issues_rejects_what_is_looked_at_and_nothing_else_does():
    changed = {
        (word, submission)
        for word, submission in product(APPLES, SUBMISSIONS)
        if apple_phase(word, submission) is not APPLES[word]
    }

    assert changed == {(word, "UNRESOLVED_ISSUES") for word in LOOKED_AT}
    assert {apple_phase(*one) for one in changed} == {P.REJECTED}


def test_a_phased_release_reaches_more_people_each_day_and_everybody_on_the_last():
    assert [phased_share(day) for day in range(1, 8)] == [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, None]
    assert [phased_share(day) for day in (None, 0, -1, 8)] == [None] * 4


@pytest.mark.parametrize(("word", "phase"), sorted(APPLES.items()))
def test_at_apple_every_state_says_in_a_sentence_what_to_do(word, phase):
    said = next_step(at(AppPlatform.IOS, phase, word))

    assert said.endswith(".")
    assert "Play Console" not in said
    assert said.count("`") % 2 == 0


@pytest.mark.parametrize(("word", "phase"), sorted(GOOGLES.items()))
def test_at_google_every_state_says_in_a_sentence_what_to_do(word, phase):
    said = next_step(at(AppPlatform.ANDROID, phase, word))

    assert said.endswith(".")
    assert "App Store" not in said
    assert said.count("`") % 2 == 0


@pytest.mark.parametrize("platform", list(AppPlatform))
@pytest.mark.parametrize("phase", list(StorePhase))
def test_every_phase_says_what_to_do_also_of_a_word_without_one_of_its_own(platform, phase):
    assert next_step(at(platform, phase, "WHATEVER")).endswith((".", "`."))


@pytest.mark.parametrize(
    ("platform", "where"),
    [(AppPlatform.IOS, "Resolution Center"), (AppPlatform.ANDROID, "Publishing overview")],
)
def test_who_is_rejected_reads_why_fixes_it_and_builds_again(platform, where):
    raw = "REJECTED" if platform is AppPlatform.IOS else "RELEASE_LIFECYCLE_STATE_NOT_APPROVED"

    said = next_step(at(platform, P.REJECTED, raw))

    assert where in said
    assert "`/pawmobile build patch`" in said


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("ACCEPTED", "another item of the same submission was rejected"),
        ("DEVELOPER_REJECTED", "Somebody took it out of review"),
        ("INVALID_BINARY", "does not meet Apple's requirements"),
        ("PENDING_APPLE_RELEASE", "deployment target"),
        ("PENDING_DEVELOPER_RELEASE", "Press Release This Version"),
        ("READY_FOR_REVIEW", "a submission that was not sent"),
        ("RELEASE_LIFECYCLE_STATE_APPROVED_NOT_PUBLISHED", "press Publish changes"),
        ("RELEASE_LIFECYCLE_STATE_NOT_SENT_FOR_REVIEW", "press Send for review"),
        ("REPLACED_WITH_NEW_VERSION", "a newer version took its place"),
        ("WAITING_FOR_EXPORT_COMPLIANCE", "export documents"),
    ],
)
def test_a_word_that_says_more_than_its_phase_is_told_so(word, said):
    platform = AppPlatform.ANDROID if word in GOOGLES else AppPlatform.IOS

    assert said in next_step(at(platform, (APPLES | GOOGLES)[word], word))


def test_texts_that_are_rejected_need_no_build():
    assert "/pawmobile build" not in next_step(at(AppPlatform.IOS, P.REJECTED, "METADATA_REJECTED"))


@pytest.mark.parametrize("word", LOOKED_AT)
def test_a_no_of_the_submission_alone_is_told_as_a_no(word):
    said = next_step(at(AppPlatform.IOS, P.REJECTED, word, detail="review submission: UNRESOLVED_ISSUES"))

    assert "Resolution Center" in said


def test_an_unknown_word_is_shown_as_it_is_with_where_to_look():
    said = next_step(at(AppPlatform.IOS, P.UNKNOWN, "WAITING_FOR_LEGAL_REVIEW"))

    assert "'WAITING_FOR_LEGAL_REVIEW'" in said
    assert "App Store Connect" in said


def test_what_is_live_says_whether_it_grows_by_itself_and_how_to_halt_or_go_on():
    said = {
        (platform, halted, share): next_step(at(platform, P.LIVE, "", halted=halted, share=share))
        for platform, halted, share in product(AppPlatform, (False, True), (None, 0.1))
    }

    assert "each day by itself" in said[AppPlatform.IOS, False, 0.1]
    assert "until somebody raises it in Play Console" in said[AppPlatform.ANDROID, False, 0.1]
    for platform in AppPlatform:
        assert "`/pawmobile halt because …`" in said[platform, False, 0.1]
        assert "`/pawmobile resume`" in said[platform, True, 0.1]
        assert said[platform, False, None].startswith("Nothing is left to do")

"""Every state of a release, and the first line of its card."""

from bot.engine.consent import Voice
from bot.engine.mobile import Stage, Verdict
from bot.engine.reasons import Reason
from bot.engine.release import ReleaseFacts
from bot.engine.states import RunState, StepName, StepState
from bot.engine.stores import StorePhase
from tests.handlers._releases import (
    ANDROID,
    HANDED,
    IOS,
    a_build,
    a_release,
    a_report,
    a_submission,
    a_version,
    by_platform,
    release_facts,
    released,
)
from tests.handlers._runs import BEN, CY, a_vote, an_asking

FAILED = StepState.FAILED
QUEUED = by_platform(a_build(IOS, Stage.WAITING, queue=2, wait=720.0), a_build(ANDROID))
LIVE = StorePhase.LIVE


def in_review(**stores):
    there = by_platform(*stores.pop("versions", ()))
    known = release_facts(submissions=HANDED, stores=there, **stores)
    return a_release(StepName.REVIEW, RunState.RUNNING, known=known)


def asked_of(builds, **changes):
    return a_release(StepName.BUILD, known=release_facts(builds=builds), **changes)


EARLY = ReleaseFacts()
LINES = {
    "before there is a number": (
        a_release(StepName.RESOLVE, known=EARLY),
        ":large_blue_circle: *Preparing the next patch version*",
    ),
    "checks": (
        a_release(StepName.CHECKS, known=EARLY),
        ":large_blue_circle: *Preparing the next patch version*",
    ),
    "the version": (
        a_release(StepName.BUMP, known=release_facts(builds={})),
        ":large_blue_circle: *Raising the version to 1.5.0*",
    ),
    "the version unread": (
        a_release(StepName.BUMP, known=EARLY),
        ":large_blue_circle: *Raising the version for the next patch version*",
    ),
    "nothing built yet": (asked_of({}), ":large_blue_circle: *Building 1.5.0*"),
    "in the queue": (
        asked_of(QUEUED),
        ":large_blue_circle: *Building 1.5.0: iOS 3rd in the queue, about 12 min; Android is built*",
    ),
    "both in the queue": (
        asked_of(by_platform(*(a_build(one, Stage.WAITING, queue=2, wait=720.0) for one in (IOS, ANDROID)))),
        ":large_blue_circle: *Building 1.5.0: both 3rd in the queue, about 12 min*",
    ),
    "going": (
        asked_of(by_platform(a_build(IOS, Stage.GOING))),
        ":large_blue_circle: *Building 1.5.0: iOS is being built*",
    ),
    "a build's word unknown": (
        asked_of(by_platform(a_build(IOS, Stage.UNKNOWN, raw="RESTING"))),
        ":large_blue_circle: *Building 1.5.0: iOS is `RESTING` at Expo*",
    ),
    "testers": (
        a_release(StepName.DEVICES),
        ":large_yellow_circle: *1.5.0 waits for device tests: iOS and Android*",
    ),
    "testers for one more": (
        a_release(StepName.DEVICES, reports=(a_report(IOS),)),
        ":large_yellow_circle: *1.5.0 waits for device tests: Android*",
    ),
    "approvals": (
        a_release(StepName.CONSENT, asking=an_asking(quorum=1)),
        ":large_yellow_circle: *1.5.0 waits for 1 more approval*",
    ),
    "the line": (
        a_release(StepName.LINE, RunState.WAITING),
        ":large_yellow_circle: *1.5.0 waits in line to be handed to both stores*",
    ),
    "handing over": (
        a_release(
            StepName.SUBMIT,
            RunState.RUNNING,
            known=release_facts(
                submissions=by_platform(a_submission(IOS), a_submission(ANDROID, Stage.GOING))
            ),
        ),
        ":large_blue_circle: *Handing 1.5.0 to both stores: iOS handed to Apple; "
        "Android is being handed to Google*",
    ),
    "reviewed": (
        in_review(versions=(a_version(IOS), a_version(ANDROID, LIVE))),
        ":large_blue_circle: *1.5.0 handed to both stores; Apple reviews it; Google has published*",
    ),
    "reviewed by both": (
        in_review(versions=(a_version(IOS), a_version(ANDROID))),
        ":large_blue_circle: *1.5.0 handed to both stores; both review it*",
    ),
    "nothing known of it": (in_review(), ":large_blue_circle: *1.5.0 handed to both stores*"),
    "a store that cannot be asked": (
        in_review(versions=(a_version(ANDROID, LIVE),), unasked={IOS: "HTTP 403"}),
        ":large_blue_circle: *1.5.0 handed to both stores; how Apple stands is unknown; "
        "Google has published*",
    ),
    "somebody has to release it": (
        in_review(versions=(a_version(IOS, StorePhase.APPROVED),)),
        ":large_yellow_circle: *1.5.0 handed to both stores; Apple has approved, somebody has to release it*",
    ),
    "a store's word unknown": (
        in_review(versions=(a_version(IOS, StorePhase.UNKNOWN, raw="PONDERING"),)),
        ":large_yellow_circle: *1.5.0 handed to both stores; Apple says `PONDERING`*",
    ),
    "stopping": (
        a_release(StepName.BUILD, RunState.CANCELLING),
        ":large_blue_circle: *Stopping the release of 1.5.0*",
    ),
    "live": (
        released(known=release_facts(stores=by_platform(a_version(IOS, LIVE), a_version(ANDROID, LIVE)))),
        ":large_green_circle: *1.5.0 is live in both stores*",
    ),
    "live for some": (
        released(known=release_facts(stores=by_platform(a_version(IOS, LIVE, share=0.05, day=3)))),
        ":large_green_circle: *1.5.0 is live at Apple (5 % on iOS)*",
    ),
    "handed over, not followed": (
        released(known=release_facts(submissions=HANDED, unasked={IOS: "x", ANDROID: "x"})),
        ":large_green_circle: *1.5.0 was handed to both stores; whether it is live is unknown*",
    ),
    "one followed": (
        released(known=release_facts(submissions=HANDED, stores=by_platform(a_version(IOS, LIVE)))),
        ":large_green_circle: *1.5.0 is live at Apple; handed to Google, whether live is unknown*",
    ),
    "rejected": (
        a_release(
            StepName.REVIEW,
            RunState.FAILED,
            ended=FAILED,
            reason=Reason.STORE_REJECTED,
            known=release_facts(
                submissions=HANDED,
                stores=by_platform(a_version(IOS, StorePhase.REJECTED), a_version(ANDROID, LIVE)),
            ),
        ),
        ":red_circle: *1.5.0 rejected by Apple; live at Google*",
    ),
    "withdrawn": (
        a_release(
            StepName.REVIEW,
            RunState.FAILED,
            ended=FAILED,
            reason=Reason.STORE_REJECTED,
            known=release_facts(stores=by_platform(a_version(IOS, StorePhase.WITHDRAWN))),
        ),
        ":red_circle: *1.5.0 withdrawn at Apple*",
    ),
    "not built": (
        asked_of(
            by_platform(a_build(IOS, Stage.FAILED), a_build(ANDROID)),
            state=RunState.FAILED,
            ended=FAILED,
            reason=Reason.BUILD_FAILED,
        ),
        ":red_circle: *1.5.0 was not built: iOS failed; Android is built*",
    ),
    "not built, the other in the queue": (
        asked_of(
            by_platform(a_build(IOS, Stage.FAILED), a_build(ANDROID, Stage.WAITING, queue=2, wait=900.0)),
            state=RunState.FAILED,
            ended=FAILED,
            reason=Reason.BUILD_FAILED,
        ),
        ":red_circle: *1.5.0 was not built: iOS failed; Android was in the queue then*",
    ),
    "cancelled at Expo": (
        asked_of(
            by_platform(a_build(IOS, Stage.CANCELLED)),
            state=RunState.FAILED,
            ended=FAILED,
            reason=Reason.BUILD_CANCELLED,
        ),
        ":red_circle: *1.5.0 was not built: iOS was cancelled*",
    ),
    "not handed over": (
        a_release(
            StepName.SUBMIT,
            RunState.FAILED,
            ended=FAILED,
            reason=Reason.SUBMISSION_FAILED,
            known=release_facts(
                submissions=by_platform(a_submission(IOS), a_submission(ANDROID, Stage.FAILED))
            ),
        ),
        ":red_circle: *1.5.0 was not handed to Google; Apple has it*",
    ),
    "something else": (
        a_release(StepName.BUMP, RunState.FAILED, ended=FAILED, reason=Reason.VENDOR_UNAVAILABLE),
        ":red_circle: *Release of 1.5.0 failed at version*",
    ),
    "a problem": (
        a_release(
            StepName.DEVICES,
            RunState.REFUSED,
            ended=FAILED,
            reason=Reason.DEVICE_PROBLEM,
            reports=(a_report(IOS), a_report(ANDROID, Verdict.PROBLEM, CY, note="blank screen")),
        ),
        f":white_circle: *1.5.0 is not released, <@{CY}> found a problem on Android*",
    ),
    "rejected by a person": (
        a_release(
            StepName.CONSENT,
            RunState.REFUSED,
            ended=FAILED,
            reason=Reason.REJECTED,
            asking=an_asking(a_vote(BEN, Voice.REJECT, reason="after the fair")),
        ),
        f":white_circle: *1.5.0 is not released, rejected by <@{BEN}>: after the fair*",
    ),
    "older": (
        a_release(StepName.SUBMIT, RunState.REFUSED, ended=FAILED, reason=Reason.OLDER_THAN_LIVE),
        ":white_circle: *1.5.0 is not released, what is live is newer*",
    ),
    "stopped at its next try": (
        a_release(
            StepName.LINE,
            RunState.REFUSED,
            ended=FAILED,
            reason=Reason.FROZEN,
            known=release_facts(
                submissions=by_platform(a_submission(IOS), a_submission(ANDROID, Stage.FAILED))
            ),
        ),
        ":white_circle: *1.5.0 goes no further than Apple, nothing ships there now*",
    ),
    "cancelled": (
        a_release(StepName.BUILD, RunState.CANCELLED, ended=StepState.CANCELLED),
        ":white_circle: *Cancelled the release of 1.5.0*",
    ),
}

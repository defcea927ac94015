"""Releases and orders to draw: an app's builds, submissions and stores, in any state."""

from datetime import timedelta

from bot.engine.mobile import AppPlatform, Build, DeviceReport, Stage, Submission, Verdict
from bot.engine.release import OrderFacts, Part, ReleaseFacts
from bot.engine.runs import RunView
from bot.engine.states import BUILD_STEPS, STORE_STEPS, SUBMIT_STEPS, RunKind, RunState, StepName, StepState
from bot.engine.stores import Order, OrderKind, StorePhase, StoreVersion
from tests.handlers._runs import BEN, NOON, a_run, steps

IOS, ANDROID = AppPlatform.IOS, AppPlatform.ANDROID
NAMES = tuple(name for name in StepName if name in SUBMIT_STEPS | BUILD_STEPS | {StepName.CONSENT})
ORDER_NAMES = tuple(name for name in StepName if name in STORE_STEPS | {StepName.CONSENT})


def a_build(platform=IOS, stage=Stage.FINISHED, **changes) -> Build:
    facts = {
        "id": f"build-{platform.value}",
        "raw": stage.value.upper(),
        "created_at": NOON - timedelta(minutes=20),
        "version": "1.5.0",
        "number": "57",
        "page": f"https://expo.dev/builds/{platform.value}",
        "artifact": f"https://expo.dev/artifacts/{platform.value}.bin" if stage is Stage.FINISHED else "",
        "logs": f"https://expo.dev/logs/{platform.value}",
    }
    return Build(**{"platform": platform, "stage": stage} | facts | changes)


def a_submission(platform=IOS, stage=Stage.FINISHED, **changes) -> Submission:
    facts = {
        "id": f"submission-{platform.value}",
        "raw": stage.value.upper(),
        "created_at": NOON,
        "build": f"build-{platform.value}",
        "page": f"https://expo.dev/submissions/{platform.value}",
        "logs": f"https://expo.dev/logs/submission-{platform.value}",
    }
    return Submission(**{"platform": platform, "stage": stage} | facts | changes)


def a_version(platform=IOS, phase=StorePhase.IN_REVIEW, **changes) -> StoreVersion:
    facts = {"raw": phase.value.upper(), "version": "1.5.0", "number": "57", "id": f"v-{platform.value}"}
    return StoreVersion(**{"platform": platform, "phase": phase} | facts | changes)


def a_report(platform=IOS, verdict=Verdict.WORKS, user=BEN, **changes) -> DeviceReport:
    facts = {"device": "iPhone 15, iOS 18.1", "at": NOON}
    return DeviceReport(**{"platform": platform, "verdict": verdict, "user": user} | facts | changes)


def by_platform(*them) -> dict:
    return {one.platform: one for one in them}


BUILT = by_platform(a_build(IOS), a_build(ANDROID, number="58"))
HANDED = by_platform(a_submission(IOS), a_submission(ANDROID))


def release_facts(**changes) -> ReleaseFacts:
    facts = {"part": Part.MINOR, "old_version": "1.4.2", "version": "1.5.0", "builds": BUILT}
    return ReleaseFacts(**facts | changes)


def in_step(name: StepName, state: StepState = StepState.RUNNING, names=NAMES) -> tuple:
    """The steps of a release: done before ``name``, which is in ``state``."""
    return steps(*[StepState.DONE] * names.index(name), state, names=names)


def a_release(
    step=StepName.BUILD, state=RunState.PREPARING, *, ended=StepState.RUNNING, **changes
) -> RunView:
    """A release in ``step``, which is in the state ``ended``; facts go in by ``known``."""
    known = changes.pop("known", release_facts())
    facts = {
        "kind": RunKind.RELEASE,
        "service": "mobile",
        "environment": "production",
        "state": state,
        "steps": in_step(step, ended),
        "mobile": known.encode(),
        "vendor_page": "https://expo.dev/builds/ios",
        "environment_url": "",
        "ended_at": None,
    }
    return a_run(**facts | changes)


def released(**changes) -> RunView:
    """A release in which every step is done."""
    facts = {"steps": steps(*[StepState.DONE] * len(NAMES), names=NAMES), "ended_at": NOON}
    return a_release(StepName.REVIEW, RunState.SUCCEEDED, **facts | changes)


def order_facts(kind=OrderKind.HALT, *platforms, **changes) -> OrderFacts:
    order = Order(kind=kind, platforms=platforms or (IOS, ANDROID), why="it crashes at start")
    return OrderFacts(**{"order": order, "version": "1.5.0"} | changes)


def an_order(step=StepName.STORE, state=RunState.RUNNING, *, ended=StepState.RUNNING, **changes) -> RunView:
    known = changes.pop("known", order_facts())
    facts = {
        "kind": RunKind.STORE,
        "service": "mobile",
        "environment": "production",
        "state": state,
        "steps": in_step(step, ended, ORDER_NAMES),
        "mobile": known.encode(),
        "why": "it crashes at start",
        "vendor_page": "",
        "environment_url": "",
        "sha": "",
        "commit_title": "",
        "commit_author": "",
        "commit_url": "",
        "ref": "",
        "ended_at": None,
    }
    return a_run(**facts | changes)

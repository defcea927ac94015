"""Builds, submissions and store versions in people's words, short for a first line and long for a card. Pure.

Everything comes back escaped; an unknown word of a vendor is shown as it is.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import assert_never

from bot.engine.mobile import NAMES, Build, DeviceReport, Stage, Submission, Verdict
from bot.engine.stores import KEEPERS, StorePhase, StoreVersion
from handlers.render import _steps as steps
from handlers.render._text import code, duration, person, plain

PLATFORMS, STORES = NAMES, KEEPERS
MOST_VERSION = 40
_TH = {1: "st", 2: "nd", 3: "rd"}


def version(text: str) -> str:
    """Return a version's number, safe to show."""
    return plain(text, MOST_VERSION)


def share(part: float) -> str:
    """Say a part of all people: ``20 %``, and ``0.5 %`` where whole numbers would hide it."""
    return f"{part * 100:.3g} %"


def builds_short(builds: Sequence[Build], *, over: bool = False) -> str:
    """Say how builds stand, for a first line: ``iOS 3rd in the queue, about 12 min; Android is built``.

    Both are said in one, where they stand alike. ``over``: the run has ended, and nobody looks any more.
    """
    said = [_then(one) or _build_short(one) if over else _build_short(one) for one in builds]
    if len(said) > 1 and len(set(said)) == 1:
        return f"both {_PLURAL.get(said[0], said[0])}"
    return "; ".join(f"{PLATFORMS[one.platform]} {state}" for one, state in zip(builds, said, strict=True))


_PLURAL = {"is being built": "are being built", "is built": "are built", "was cancelled": "were cancelled"}


def _build_short(build: Build) -> str:
    match build.stage:
        case Stage.WAITING:
            return _queue(build)
        case Stage.GOING:
            return "is being built"
        case Stage.FINISHED:
            return "is built"
        case Stage.FAILED:
            return "failed"
        case Stage.CANCELLED:
            return "was cancelled"
        case Stage.UNKNOWN:
            return f"is {_raw(build.raw)} at Expo"
        case _:
            assert_never(build.stage)


def _then(build: Build) -> str:
    """Say how a build stood when its run ended; empty for one that was over itself."""
    return {Stage.WAITING: "was in the queue then", Stage.GOING: "was being built then"}.get(build.stage, "")


def build_state(build: Build, *, over: bool = False) -> str:
    """Say how a build stands, on its platform's line; ``over`` as for ``builds_short``."""
    if over and (then := _then(build)):
        return f"{then.removesuffix(' then')} when this run ended"
    match build.stage:
        case Stage.WAITING:
            return _queue(build)
        case Stage.GOING:
            return "being built"
        case Stage.FINISHED:
            return "built"
        case Stage.FAILED:
            return "the build failed"
        case Stage.CANCELLED:
            return "the build was cancelled at Expo"
        case Stage.UNKNOWN:
            return f"Expo says {_raw(build.raw)}, which pawdeploy does not know"
        case _:
            assert_never(build.stage)


def submission_short(submission: Submission) -> str:
    """Say how a handing over stands, for a first line."""
    return f"{PLATFORMS[submission.platform]} {submission_state(submission)}"


def submission_state(submission: Submission) -> str:
    """Say how a handing over stands, on its platform's line."""
    store = STORES[submission.platform]
    match submission.stage:
        case Stage.WAITING:
            return "waits in Expo's queue to be handed over"
        case Stage.GOING:
            return f"is being handed to {store}"
        case Stage.FINISHED:
            return f"handed to {store}"
        case Stage.FAILED:
            return f"was not handed to {store}"
        case Stage.CANCELLED:
            return "the handing over was cancelled at Expo"
        case Stage.UNKNOWN:
            return f"Expo says {_raw(submission.raw)} of the handing over"
        case _:
            assert_never(submission.stage)


def stores_short(there: Sequence[StoreVersion]) -> str:
    """Say what stores do, for a first line; both in one, while they do the same."""
    if len(there) > 1 and (phase := there[0].phase) in _BOTH and all(one.phase is phase for one in there):
        return _BOTH[phase]
    return "; ".join(store_short(one) for one in there)


_BOTH = {
    StorePhase.WAITING: "neither has looked yet",
    StorePhase.IN_REVIEW: "both review it",
    StorePhase.PROCESSING: "both process it",
}


def store_short(there: StoreVersion) -> str:
    """Say what a store does, for a first line: ``Apple reviews it``, ``Google has published``."""
    store = STORES[there.platform]
    match there.phase:
        case StorePhase.DRAFT:
            return f"{store} has it as a draft"
        case StorePhase.PROCESSING:
            return f"{store} processes it"
        case StorePhase.WAITING:
            return f"{store} has not looked yet"
        case StorePhase.IN_REVIEW:
            return f"{store} reviews it"
        case StorePhase.APPROVED:
            return f"{store} has approved, somebody has to release it"
        case StorePhase.LIVE:
            return f"{store} {_published(there)}"
        case StorePhase.REJECTED:
            return f"{store} rejected it"
        case StorePhase.WITHDRAWN:
            return f"withdrawn at {store}"
        case StorePhase.UNKNOWN:
            return f"{store} says {_raw(there.raw)}"
        case _:
            assert_never(there.phase)


def _published(there: StoreVersion) -> str:
    if there.halted:
        return f"has halted it{f' at {share(there.share)}' if there.share is not None else ''}"
    reach = "" if there.share is None else f" to {share(there.share)}"
    return f"has published{reach}"


def store_state(there: StoreVersion) -> str:
    """Say how a version stands at its store, on a line that names the store's own word as well."""
    store = STORES[there.platform]
    match there.phase:
        case StorePhase.DRAFT:
            said = f"known to {store}, not handed in"
        case StorePhase.PROCESSING:
            said = f"{store} processes it"
        case StorePhase.WAITING:
            said = f"handed in, waits for {store} to look at it"
        case StorePhase.IN_REVIEW:
            said = f"{store} reviews it"
        case StorePhase.APPROVED:
            said = f"approved by {store}, and somebody has to release it"
        case StorePhase.LIVE:
            return _live(there)
        case StorePhase.REJECTED:
            said = f"rejected by {store}"
        case StorePhase.WITHDRAWN:
            said = f"withdrawn, or replaced by a newer one, at {store}"
        case StorePhase.UNKNOWN:
            return f"{store} says {_raw(there.raw)}, which pawdeploy does not know{_detail(there)}"
        case _:
            assert_never(there.phase)
    return f"{said}{_detail(there)}"


def _live(there: StoreVersion) -> str:
    store = STORES[there.platform]
    if there.share is None and there.day is None:
        return f"halted at {store}" if there.halted else f"live at {store} for everybody"
    reach = f" for {share(there.share)} of people" if there.share is not None else ""
    day = f", day {there.day} of 7 of the phased release" if there.day is not None else ""
    return f"{'halted' if there.halted else 'live'} at {store}{reach}{day}"


def _detail(there: StoreVersion) -> str:
    twice = bool(there.raw) and there.detail.endswith(f": {there.raw}")  # the submission says the same
    return f" ({plain(there.detail, 120)})" if there.detail and not twice else ""


def store_mark(there: StoreVersion) -> str:
    """Return the state mark of a version at its store."""
    match there.phase:
        case StorePhase.LIVE:
            return steps.WAITING if there.halted else steps.DONE
        case StorePhase.REJECTED:
            return steps.FAILED
        case StorePhase.APPROVED | StorePhase.DRAFT | StorePhase.UNKNOWN:
            return steps.WAITING
        case StorePhase.WITHDRAWN:
            return steps.STOPPED
        case StorePhase.PROCESSING | StorePhase.WAITING | StorePhase.IN_REVIEW:
            return steps.GOING
        case _:
            assert_never(there.phase)


def stage_mark(stage: Stage) -> str:
    """Return the state mark of a build or a submission."""
    match stage:
        case Stage.FINISHED:
            return steps.DONE
        case Stage.FAILED:
            return steps.FAILED
        case Stage.CANCELLED:
            return steps.STOPPED
        case Stage.UNKNOWN:
            return steps.WAITING
        case Stage.WAITING | Stage.GOING:
            return steps.GOING
        case _:
            assert_never(stage)


def report_text(said: DeviceReport) -> str:
    """Say what one person found on one phone."""
    works = said.verdict is Verdict.WORKS
    mark = steps.DONE if works else steps.FAILED
    what = "works" if works else "*found a problem*"
    note = f": {plain(said.note, 300)}" if said.note else ""
    return f"{mark} {person(said.user)}: {what} on {plain(said.device, 80) or 'a device not named'}{note}"


def _queue(build: Build) -> str:
    place = "" if build.queue is None else "next" if build.queue <= 0 else _ordinal(build.queue + 1)
    wait = f", about {_minutes(build.wait)}" if build.wait is not None and build.wait > 0 else ""
    return f"{place or 'is'} in the queue{wait}"


def _minutes(seconds: float) -> str:
    """Say an estimate, for which seconds would be too exact."""
    minutes = max(1, round(seconds / 60))
    return f"{minutes} min" if minutes < 90 else duration(timedelta(minutes=minutes))


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else _TH.get(number % 10, "th")
    return f"{number}{ending}"


def _raw(word: str) -> str:
    return code(word, 60) or "nothing"

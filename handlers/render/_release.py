"""A release of an app in one breath: its state mark, and how far it is, platform by platform. Pure."""

from collections.abc import Iterable
from typing import assert_never

from bot.engine.mobile import BOTH, AppPlatform, Stage, Verdict
from bot.engine.reasons import Reason
from bot.engine.release import ReleaseFacts
from bot.engine.runs import RunView
from bot.engine.states import RunState, StepName, StepState
from bot.engine.stores import StorePhase
from handlers.render import _release_words as words
from handlers.render import _steps as steps
from handlers.render._text import listed, person
from handlers.render._voices import approvals_missing, is_asking, stopped_because

WHY: dict[Reason, str] = {
    Reason.VERSION_UNREADABLE: "its version could not be raised safely",
    Reason.VERSION_USED: "that version is used already",
    Reason.NO_BUILD: "there is no finished build to hand over",
    Reason.OLDER_THAN_LIVE: "what is live is newer",
    Reason.DEVICE_PROBLEM: "a tester found a problem",
}
"""Why a gate said no to a release, short enough for the first line."""


def release_facts(run: RunView) -> ReleaseFacts:
    """Return what a release knows; what another version wrote and cannot be read is not known."""
    try:
        return ReleaseFacts.model_validate_json(run.mobile or "{}")
    except ValueError:
        return ReleaseFacts()


def name_of(facts: ReleaseFacts) -> str:
    """Name a release inside a sentence: ``1.5.0``, or ``the next minor version`` before there is a number."""
    return words.version(facts.version) or f"the next {facts.part.value} version"


def release_outcome(run: RunView, why: str) -> tuple[str, str]:
    """Return the state mark and how the release stands; ``why``: why a gate said no, where that is known."""
    facts = release_facts(run)
    mark, said = _stands(run, facts, why)
    return mark, f"{said[:1].upper()}{said[1:]}"


def _stands(run: RunView, facts: ReleaseFacts, why: str) -> tuple[str, str]:
    name = name_of(facts)
    match run.state:
        case RunState.PREPARING:
            return _preparing(run, facts, name)
        case RunState.WAITING:
            return steps.WAITING, f"{name} waits in line to be handed to {stores(facts)}"
        case RunState.RUNNING:
            return _running(run, facts, name)
        case RunState.CANCELLING:
            return steps.GOING, f"stopping the release of {name}"
        case RunState.SUCCEEDED:
            return _succeeded(facts, name)
        case RunState.FAILED:
            return steps.FAILED, _failed(run, facts, name)
        case RunState.REFUSED:
            return steps.STOPPED, _refused(run, facts, name, why)
        case RunState.CANCELLED:
            at = steps.failed_step(run)
            return steps.STOPPED, f"cancelled the release of {name}{f' after {at} failed' if at else ''}"
        case _:
            assert_never(run.state)


def _preparing(run: RunView, facts: ReleaseFacts, name: str) -> tuple[str, str]:
    if run.step(StepName.BUILD).state is StepState.RUNNING:
        builds = words.builds_short([facts.builds[one] for one in BOTH if one in facts.builds])
        return steps.GOING, f"building {name}{f': {builds}' if builds else ''}"
    if run.step(StepName.DEVICES).state is StepState.RUNNING:
        return steps.WAITING, f"{name} waits for device tests"
    if is_asking(run):
        return steps.WAITING, f"{name} waits for {approvals_missing(run)}"
    if run.step(StepName.BUMP).state is StepState.RUNNING:
        to = words.version(facts.version)
        return steps.GOING, f"raising the version to {to}" if to else f"raising the version for {name}"
    return steps.GOING, f"preparing {name}"


def untested(run: RunView, devices: tuple[AppPlatform, ...]) -> tuple[AppPlatform, ...]:
    """Return those of ``devices`` that nobody has found working yet."""
    works = {one.platform for one in run.reports if one.verdict is Verdict.WORKS}
    return tuple(one for one in BOTH if one in devices and one not in works)


def _running(run: RunView, facts: ReleaseFacts, name: str) -> tuple[str, str]:
    if run.step(StepName.SUBMIT).state is not StepState.DONE:
        going = "; ".join(
            words.submission_short(facts.submissions[one]) for one in BOTH if one in facts.submissions
        )
        return steps.GOING, f"handing {name} to {stores(facts)}{f': {going}' if going else ''}"
    attention = any(there.phase in _WANTS for there in facts.stores.values())
    said = _stores_say(facts)
    return (
        steps.WAITING if attention else steps.GOING,
        f"{name} handed to {stores(facts)}{f'; {said}' if said else ''}",
    )


_WANTS = frozenset({StorePhase.APPROVED, StorePhase.DRAFT, StorePhase.REJECTED, StorePhase.UNKNOWN})
"""Phases that go on only when a person does something, or looks."""


def _stores_say(facts: ReleaseFacts) -> str:
    """Say what the stores do, in the same order everywhere; one that cannot be asked is named."""
    if not facts.unasked:
        return words.stores_short([facts.stores[one] for one in BOTH if one in facts.stores])
    said = []
    for one in BOTH:
        if one in facts.unasked:
            said.append(f"how {words.STORES[one]} stands is unknown")
        elif one in facts.stores:
            said.append(words.store_short(facts.stores[one]))
    return "; ".join(said)


def stores(facts: ReleaseFacts) -> str:
    """Name the stores it goes to: ``both stores``, ``Apple``; ``the stores`` before builds are known."""
    return _named(facts.builds) or "the stores"


def _named(platforms: Iterable[AppPlatform]) -> str:
    there = [words.STORES[one] for one in BOTH if one in set(platforms)]
    return "both stores" if len(there) == len(BOTH) else "".join(there)


def _at(platforms: Iterable[AppPlatform]) -> str:
    named = _named(platforms)
    return f"in {named}" if named == "both stores" else f"at {named}"


def _succeeded(facts: ReleaseFacts, name: str) -> tuple[str, str]:
    live = [one for one, there in facts.stores.items() if there.phase is StorePhase.LIVE]
    handed = [one for one, there in facts.submissions.items() if there.stage is Stage.FINISHED]
    unknown = [one for one in BOTH if one in handed and one not in live]
    if live and not unknown:
        return steps.DONE, f"{name} is live {_at(live)}{_reach(facts)}"
    if live:
        rest = listed([words.STORES[one] for one in unknown])
        return (
            steps.DONE,
            f"{name} is live {_at(live)}{_reach(facts)}; handed to {rest}, whether live is unknown",
        )
    if handed:
        return steps.DONE, f"{name} was handed to {_named(handed)}; whether it is live is unknown"
    return steps.DONE, f"{name} is built"


def _reach(facts: ReleaseFacts) -> str:
    """Say how far it is out, where that is not everybody."""
    parts = [
        f"{'halted at ' if there.halted else ''}{words.share(there.share)} {_on(one)}"
        for one in BOTH
        if (there := facts.stores.get(one)) and there.phase is StorePhase.LIVE and there.share is not None
    ]
    return f" ({', '.join(parts)})" if parts else ""


def _on(platform: AppPlatform) -> str:
    return f"on {words.PLATFORMS[platform]}"


def _failed(run: RunView, facts: ReleaseFacts, name: str) -> str:
    match run.reason:
        case Reason.STORE_REJECTED:
            rejected = [one for one, at in facts.stores.items() if at.phase is StorePhase.REJECTED]
            live = [one for one, at in facts.stores.items() if at.phase is StorePhase.LIVE]
            by = listed([words.STORES[one] for one in BOTH if one in rejected])
            gone = listed([words.STORES[one] for one in BOTH if _withdrawn(facts, one)])
            said = (
                f"rejected by {by}" if by else f"withdrawn at {gone}" if gone else "was rejected by a store"
            )
            return f"{name} {said}{f'; live {_at(live)}' if live else ''}{_reach(facts)}"
        case Reason.BUILD_FAILED | Reason.BUILD_CANCELLED:
            there = [facts.builds[one] for one in BOTH if one in facts.builds]
            builds = words.builds_short(there, over=True)
            return f"{name} was not built{f': {builds}' if builds else ''}"
        case Reason.SUBMISSION_FAILED:
            return f"{name} was not handed to {_not_handed(facts)}"
        case _:
            at = steps.failed_step(run)
            return f"release of {name} failed{f' at {at}' if at else ''}"


def _withdrawn(facts: ReleaseFacts, one: AppPlatform) -> bool:
    there = facts.stores.get(one)
    return there is not None and there.phase is StorePhase.WITHDRAWN


def _not_handed(facts: ReleaseFacts) -> str:
    handed = [one for one, there in facts.submissions.items() if there.stage is Stage.FINISHED]
    left = [words.STORES[one] for one in BOTH if one in facts.builds and one not in handed]
    there = f"; {_named(handed)} has it" if handed else ""
    return f"{listed(left, 'or') or 'its stores'}{there}"


def _refused(run: RunView, facts: ReleaseFacts, name: str, why: str) -> str:
    handed = [one for one, there in facts.submissions.items() if there.stage is Stage.FINISHED]
    head = f"{name} goes no further than {_named(handed)}" if handed else f"{name} is not released"
    if run.reason is Reason.DEVICE_PROBLEM and (said := problem(run)):
        return f"{head}, {said}"
    return f"{head}{stopped_because(run, WHY.get(run.reason, why) if run.reason else why)}"


def problem(run: RunView) -> str:
    """Say who found a problem where; empty when nobody did."""
    found = [one for one in run.reports if one.verdict is Verdict.PROBLEM]
    said = [f"{person(one.user)} found a problem on {words.PLATFORMS[one.platform]}" for one in found[:2]]
    return listed(said)

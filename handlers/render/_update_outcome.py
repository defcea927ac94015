"""How an update over the air, or the way back of one, stands: in one breath, with its state mark. Pure."""

from typing import assert_never

from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import RunState
from handlers.render import _steps as steps
from handlers.render._text import plain
from handlers.render._update_words import (
    all_go_to,
    back_facts,
    quoted,
    reach,
    rolling,
    update_facts,
)
from handlers.render._voices import approvals_missing, expired, gave_way, is_asking, stopped_because

WHY: dict[Reason, str] = {
    Reason.NATIVE_CHANGED: "native code has changed",
    Reason.NATIVE_UNKNOWN: "it is not known to be JavaScript only",
    Reason.RUNTIME_CHANGED: "no installed build would receive it",
    Reason.BRANCH_UNKNOWN: "Expo has no such branch",
    Reason.CHANNEL_PAUSED: "the channel is paused",
    Reason.ROLLOUT_ELSEWHERE: "another update is being rolled out there",
    Reason.NO_UPDATE: "there is no update to take back",
    Reason.NO_BUILD: "there is no production build to receive it",
}
"""Why a gate said no to an update, short enough for the first line."""
_NEWER = ", something newer was published since"


def update_outcome(run: RunView, why: str) -> tuple[str, str]:
    """Return the state mark and how an update stands; ``why``: why a gate said no, where that is known."""
    said, where = quoted(run.why), plain(run.environment, 40)
    match run.state:
        case RunState.PREPARING:
            if is_asking(run):
                return steps.WAITING, f"Waiting for {approvals_missing(run)}: {said} over the air to {where}"
            return steps.GOING, f"Preparing {said} for {where}"
        case RunState.WAITING:
            return steps.WAITING, f"Waiting in line to publish {said} to {where}"
        case RunState.RUNNING:
            return _running(run, said, where)
        case RunState.CANCELLING:
            return steps.GOING, f"Stopping the update of {where}: {said}"
        case RunState.SUCCEEDED:
            return _live(run, said, where)
        case RunState.FAILED:
            return _failed(run, said, where)
        case RunState.REFUSED:
            return steps.STOPPED, _by_hand(run, where) or _refused(run, said, where, why)
        case RunState.CANCELLED:
            reached = update_facts(run).percent
            after = f" when it had reached {reached} %" if reached else ""
            return steps.STOPPED, f"Cancelled the update of {where}{after}: {said}{_since(run)}"
        case _:
            assert_never(run.state)


def _live(run: RunView, said: str, where: str) -> tuple[str, str]:
    """Say that everybody it is for gets it, and where it stands in no store, that; or who took it back."""
    facts = update_facts(run).model_copy(update={"percent": 100})
    if run.taken_back is not None:
        return steps.STOPPED, f"Was live for {reach(facts, where)}: {said}{_since(run)}"
    yet = ", and no store has that live yet" if facts.unreleased else ""
    return steps.DONE, f"Live for {reach(facts, where)}{yet}: {said}"


def _by_hand(run: RunView, where: str) -> str:
    """Say that a person took it back after it had stopped on its way; empty where nobody did."""
    if run.taken_back is None:
        return ""
    facts = update_facts(run)
    there = f"was at {reach(facts, where)}" if facts.percent else f"was out of step in {where}"
    return f"Taken back: {quoted(run.why)} {there} (run {run.taken_back.run_id})"


def _since(run: RunView) -> str:
    """Say by which run it was taken back since; empty where it was not."""
    return f"; taken back since (run {run.taken_back.run_id})" if run.taken_back else ""


def _refused(run: RunView, said: str, where: str, why: str) -> str:
    """Say that a gate stopped it; what an attempt before had published stays with people."""
    facts = update_facts(run)
    if not facts.groups:
        return f"Not published to {where}: {said}{_no(run, why)}"
    there = f"at {reach(facts, where)}" if facts.percent else f"out of step in {where}"
    return f"Stays {there}: {said}{_no(run, why)}"


def _running(run: RunView, said: str, where: str) -> tuple[str, str]:
    facts = update_facts(run)
    if facts.apart:
        return steps.WAITING, f"Platforms are out of step in {where}: {said}"
    if not rolling(run) or not facts.percent:
        return steps.GOING, f"Publishing {said} to {where}"
    there = f"Over the air to {reach(facts, where)}"
    if facts.held:
        return steps.WAITING, f"{there}, and waiting for somebody to decide: {said}"
    return steps.GOING, f"{there}: {said}; watching it"


def _failed(run: RunView, said: str, where: str) -> tuple[str, str]:
    back, hurt = run.taken_back, _hurt(run, said, where)
    if back is not None and run.reason is Reason.EXPIRED:
        return steps.STOPPED, _by_hand(run, where)
    if run.reason is Reason.EXPIRED and not expired(run):
        there = reach(update_facts(run), where)
        return steps.STOPPED, f"Stays at {there}, nobody said to go on: {said}"
    if gave_way(run):
        return (
            steps.STOPPED,
            f"Went no further than {reach(update_facts(run), where)}, it is taken back: {said}",
        )
    if not hurt:
        at = steps.failed_step(run)
        return steps.FAILED, f"The update of {where} failed{f' at {at}' if at else ''}: {said}"
    upper = f"{hurt[0].upper()}{hurt[1:]}"
    if back is None:
        return steps.FAILED, upper
    by = f"(run {back.run_id})"
    match back.state:
        case RunState.SUCCEEDED:
            return steps.FAILED, f"Taken back: {hurt} {by}"
        case RunState.FAILED | RunState.REFUSED:
            return steps.FAILED, f"{upper}, and taking it back failed {by}"
        case RunState.CANCELLED | RunState.CANCELLING:
            return steps.FAILED, f"{upper}; taking it back was cancelled {by}"
        case RunState.PREPARING | RunState.WAITING | RunState.RUNNING:
            return steps.GOING, f"{upper}; taking it back {by}"
        case _:
            assert_never(back.state)


def _hurt(run: RunView, said: str, where: str) -> str:
    """Say why an update is taken back; empty for one that failed and is not."""
    facts = update_facts(run)
    match run.reason:
        case Reason.REGRESSED:
            how_far = f"reached {reach(facts, where)}" if facts.percent else f"went to {where}"
            return f"errors rose after {said} {how_far}"
        case Reason.RUNTIME_CHANGED:
            return f"{said} was published to {where} for another runtime than people agreed to"
        case Reason.PLATFORMS_APART:
            return f"iOS and Android could not be brought into step with {said} in {where}"
        case _:
            return f"{said} did not work out in {where}" if run.taken_back else ""


def update_back_outcome(run: RunView, why: str) -> tuple[str, str]:
    """Return the state mark and how a way back of an update stands."""
    where, to = plain(run.environment, 40), all_go_to(back_facts(run))
    back = f"the update of {where} back{f' to {to}' if to else ''}"
    match run.state:
        case RunState.PREPARING:
            if is_asking(run):
                return steps.WAITING, f"Waiting for {approvals_missing(run)}: take {back}"
            return steps.GOING, f"Preparing to take {back}"
        case RunState.WAITING:
            return steps.WAITING, f"Waiting in line to take {back}"
        case RunState.RUNNING:
            return steps.GOING, f"Taking {back}"
        case RunState.CANCELLING:
            return steps.GOING, f"Stopping to take {back}"
        case RunState.SUCCEEDED:
            return steps.DONE, f"Took {back}"
        case RunState.FAILED:
            at = steps.failed_step(run)
            return steps.FAILED, f"The update of {where} could not be taken back{f', at {at}' if at else ''}"
        case RunState.REFUSED:
            because = _NEWER if run.reason is Reason.ALREADY_LIVE else _no(run, why)
            return steps.STOPPED, f"The update of {where} was not taken back{because}"
        case RunState.CANCELLED:
            return steps.STOPPED, f"Cancelled taking {back}"
        case _:
            assert_never(run.state)


def _no(run: RunView, why: str) -> str:
    """Say why it was stopped: by a person, by the clock, or by a gate."""
    return stopped_because(run, WHY.get(run.reason, why) if run.reason else why)

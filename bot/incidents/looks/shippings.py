"""What a run brought to people, in words, and since when: deploys, updates, releases, ways back. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine.mobile import inside
from bot.engine.ota import UpdateBackFacts, UpdateFacts
from bot.engine.release import OrderFacts, ReleaseFacts
from bot.engine.rollout import ALL
from bot.engine.runs import RunView
from bot.engine.states import RunKind, RunState, StepName, StepState
from bot.engine.stores import KEEPERS, OrderKind, StorePhase, StoreVersion
from bot.incidents.looks.words import length

JUST_BEFORE = timedelta(minutes=30)
_SPAN = {
    RunKind.DEPLOY: (StepName.SHIP, StepName.FOLLOW),
    RunKind.ROLLBACK: (StepName.SHIP, StepName.FOLLOW),
    RunKind.WORKFLOW: (StepName.WORKFLOW, StepName.WORKFLOW),
    RunKind.UPDATE: (StepName.PUBLISH, StepName.PUBLISH),
    RunKind.UPDATE_BACK: (StepName.REVERT, StepName.REVERT),
    RunKind.RELEASE: (StepName.SUBMIT, StepName.SUBMIT),
    RunKind.STORE: (StepName.STORE, StepName.STORE),
}
"""With which step it begins to arrive, and with whose end the first people have it."""
_WIDENS = {RunKind.UPDATE: StepName.ROLLOUT, RunKind.RELEASE: StepName.REVIEW}
"""In which step more and more people get it after that."""
_MESSAGE = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Shipped:
    """One thing that went live."""

    what: str
    began: datetime
    at: datetime
    """When it was live."""
    url: str = ""
    going: bool = False
    """Whether more people still get it."""

    def just_before(self, since: datetime) -> bool:
        """Whether it was on its way, or had arrived, in the half hour before ``since``."""
        return self.began <= since and (self.going or self.at >= since - JUST_BEFORE)

    def when(self, since: datetime) -> str:
        """Say how long before or after ``since`` it was live."""
        if self.at > since:
            return f"{length(self.at - since)} after this began"
        return f"{length(since - self.at)} before this began"


def of_run(run: RunView) -> Shipped | None:
    """Return what a run brought live; None where it brought nothing, as far as anybody saw."""
    first, arrived = (run.step(name) for name in _SPAN[run.kind])
    if not run.has(arrived.name) or arrived.state is not StepState.DONE or arrived.ended_at is None:
        return None
    what = _what(run)
    if not what:
        return None
    widens = run.step(_WIDENS[run.kind]) if run.kind in _WIDENS else arrived
    going = run.has(widens.name) and widens.state is StepState.RUNNING
    failed = ", which failed" if run.state is RunState.FAILED else ""
    return Shipped(
        what=f"{what} (run {run.id}{failed})",
        began=first.started_at or arrived.started_at or arrived.ended_at,
        at=arrived.ended_at if going else widens.ended_at or arrived.ended_at,
        url=run.vendor_page,
        going=going,
    )


def _what(run: RunView) -> str:
    """Say what reached people; empty where nobody is known to have it."""
    title = f" {run.commit_title}" if run.commit_title else ""
    commit = f"{run.sha[:7]}{title}".strip()
    match run.kind:
        case RunKind.DEPLOY:
            return commit
        case RunKind.ROLLBACK:
            return f"the way back to {commit}"
        case RunKind.WORKFLOW:
            return f"{run.workflow or 'a workflow'} of {commit}"
        case RunKind.UPDATE:
            return _update(run)
        case RunKind.UPDATE_BACK:
            return _update_back(run)
        case RunKind.RELEASE:
            return _release(run)
        case RunKind.STORE:
            return _order(run)


def _update(run: RunView) -> str:
    percent = UpdateFacts.model_validate_json(run.mobile or "{}").percent
    reach = {0: "some people", ALL: "everybody"}.get(percent, f"{percent} % of people")
    return f"the update {_quoted(run.why)} over the air to {reach}"


def _update_back(run: RunView) -> str:
    older = [one.to_message for one in UpdateBackFacts.model_validate_json(run.mobile or "{}").undo if one.to]
    to = (_quoted(older[0]) if older[0] else "the one before") if older else "what is built in"
    return f"the way back of an update to {to}"


def _quoted(message: str) -> str:
    return f"“{inside(message[:_MESSAGE])}”"


def _release(run: RunView) -> str:
    """Name the version; a store may have it for days before the other."""
    facts = ReleaseFacts.model_validate_json(run.mobile or "{}")
    live = [KEEPERS[one] for one in KEEPERS if _is_live(facts.stores.get(one))]
    return f"version {facts.version} of the app, live at {' and '.join(live)}" if live else ""


def _is_live(there: StoreVersion | None) -> bool:
    return there is not None and there.phase is StorePhase.LIVE


def _order(run: RunView) -> str:
    """Name the version that goes on; halting one brings nobody anything."""
    facts = OrderFacts.model_validate_json(run.mobile) if run.mobile else None
    if facts is None or facts.order.kind is not OrderKind.RESUME:
        return ""
    return f"version {facts.version} of the app, which goes on to more people"

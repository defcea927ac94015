"""What must hold when a storm is over, whatever happened in it."""

from collections import Counter
from datetime import UTC, datetime

from bot.db.audit_store import AuditStore, Intact
from bot.db.posts_store import PostsStore
from bot.db.tables import AuditEntry
from bot.engine.aftermath import redo
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import TRANSITIONS, RunState, StepName
from handlers.render.run_card import render_run_card
from sandbox.vendors.railway_world import TERMINAL
from tests.faults.storm import Storm, key_of
from tests.flows.driver import DEPLOYS, Flow

Span = tuple[datetime, datetime, str, str]
"""From, until, commit, vendor's word for how it ended."""


class Ends:
    """Notes when each deployment at the simulated Railway first came to an end."""

    def __init__(self, desk: Flow) -> None:
        self._desk = desk
        self.first: dict[str, tuple[datetime, str]] = {}
        world = desk.box.railway._world
        self._enter = world._enter
        world._enter = self._noted  # the simulator keeps only the newest change

    def _noted(self, deployment, status, at, stay):
        if status in TERMINAL:
            self.first.setdefault(deployment.id, (at, status))
        self._enter(deployment, status, at, stay)

    def spans(self, service: str) -> list[Span]:
        """Return every deployment that was asked for in staging, oldest first."""
        if service == "worker":
            return [
                (one.created_at, one.updated_at, one.inputs["sha"], one.conclusion or one.status)
                for one in self._desk.box.github.runs
                if one.inputs["service"] == service
            ]
        never = (datetime.max.replace(tzinfo=UTC), "never")
        started = self._desk.box.railway.started(service, "staging")
        return [
            (one.created_at, *self.first.get(one.id, never)[:1], one.sha, self.first.get(one.id, never)[1])
            for one in started
        ]


FELL_OVER = ("listener failed", "Exception encountered in")
"""What the log says when a request or a workflow met an error nobody foresaw."""


async def check(storm: Storm, ends: Ends, runs: list[RunView]) -> None:
    """Assert every promise."""
    for log in storm.desk.state.glob("*.log"):
        fell = [
            line for line in log.read_text("utf-8").splitlines() if any(word in line for word in FELL_OVER)
        ]
        assert fell == [], fell[0][:2000]
    async with storm.database() as database:
        verdict = await AuditStore(database).verify()
        entries = [entry async for entry in AuditStore(database).entries()]
        assert isinstance(verdict, Intact), verdict
        await storm.shows(lambda: all(_card_agrees(storm, run) for run in runs))
        await storm.empties(PostsStore(database).due)
    keys = Counter(key_of(one) for one in _everything(storm.desk))
    assert [key for key, times in keys.items() if key and times > 1] == []
    assert sum(key.startswith("run:") and key.endswith(":card") for key in keys) == len(runs)
    moves = {run.id: [entry for entry in entries if entry.run_id == run.id] for run in runs}
    for run in runs:
        _moves_are_allowed(run, moves[run.id])
    records = Counter(one.payload["pawdeploy_run"] for one in storm.desk.box.github.deployments)
    assert [run for run, times in records.items() if times > 1] == []
    shipped = Counter(run.deployment_id for run in runs if run.deployment_id)
    assert [one for one, times in shipped.items() if times > 1] == []
    by_run = Counter(int(one.inputs["pawdeploy_run"]) for one in storm.desk.box.github.runs)
    assert all(times <= _may_ship(moves[run]) for run, times in by_run.items()), by_run
    for service in {run.service for run in runs}:
        mine = [run for run in runs if run.service == service]
        _one_deployment_an_attempt(ends.spans(service), mine, moves)
        _one_at_a_time(ends.spans(service), mine)
        succeeded = [entry.run_id for entry in entries if entry.action == "run.succeeded"]
        last = max((run for run in mine if run.id in succeeded), key=lambda run: succeeded.index(run.id))
        assert storm.desk.box.railway.live(service, "staging") == last.sha, (service, last.id)
        assert last.sha[:7] in last.live


def _everything(desk: Flow):
    for card in desk.cards():
        yield card
        yield from desk.ws.thread(DEPLOYS, card.ts)


def _card_agrees(storm: Storm, run: RunView) -> bool:
    card = storm.card(run.id)
    drawn = render_run_card(run, now=datetime.now(UTC)).to_slack()
    first = drawn["blocks"][0]["text"]["text"].splitlines()[0]
    return card is not None and card.blocks[0]["text"]["text"].splitlines()[0] == first


def _moves_are_allowed(run: RunView, entries: list[AuditEntry]) -> None:
    said = [entry.action for entry in entries]
    assert said[0] == "run.requested", (run.id, said)
    state = RunState.PREPARING
    for action in said[1:]:
        following = RunState(action.removeprefix("run."))
        assert following in TRANSITIONS[state], (run.id, said)
        state = following
    assert state is run.state, (run.id, said)


def _may_ship(entries: list[AuditEntry]) -> int:
    """Say how many deployments the run's own moves allow: one, and one for each that ended at the vendor."""
    said = [entry.action for entry in entries]
    if "run.running" not in said:
        return 0
    ended = [
        entry
        for entry, after in zip(entries, said[1:], strict=False)
        if entry.action == "run.failed"
        and after == "run.preparing"
        and StepName.SHIP in redo(StepName.FOLLOW, Reason(entry.reason))
    ]
    return 1 + len(ended)


def _one_deployment_an_attempt(
    spans: list[Span], runs: list[RunView], moves: dict[int, list[AuditEntry]]
) -> None:
    asked = Counter(sha for _, _, sha, _ in spans)
    allowed = Counter[str]()
    for run in runs:
        allowed[run.sha] += _may_ship(moves[run.id])
    assert asked <= allowed, (asked - allowed, [(run.id, run.sha[:7]) for run in runs])


def _one_at_a_time(spans: list[Span], runs: list[RunView]) -> None:
    cancelled = {run.sha for run in runs if run.state is RunState.CANCELLED}
    for at, (_, ended, sha, how) in enumerate(spans):
        for began, _, other, _ in spans[at + 1 :]:
            excused = how in ("REMOVED", "cancelled") or sha in cancelled
            assert began >= ended or excused, (sha[:7], how, "ran until", ended, "and", other[:7], began)

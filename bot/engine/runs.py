"""A run as people see it: frozen facts for cards, lists and status. Raw text: renderers escape it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.engine.consent import Vote
from bot.engine.migrations import Changes
from bot.engine.mobile import DeviceReport
from bot.engine.reasons import Reason
from bot.engine.states import BACK, RunKind, RunState, StepName, StepState


@dataclass(frozen=True, kw_only=True, slots=True)
class StepView:
    """One step of a run. Times are aware UTC."""

    name: StepName
    state: StepState
    started_at: datetime | None = None
    ended_at: datetime | None = None
    note: str = ""
    """Evidence or progress in a few words, plain text: ``3 checks green``, ``2 of 3 good answers``."""
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class InLine:
    """Who holds the environment this run waits for."""

    run_id: int
    requested_by: str
    """Slack user id."""
    ahead: int
    """Runs before this one in the line, the holder included."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """What people were asked to agree to, and what they said. One per round of asking."""

    binding: str
    """Names exactly what was asked; a voice given for another binding counts for nothing."""
    round: int
    """1 for the first asking; more when the ref moved or the configuration changed meanwhile."""
    quorum: int
    asked_at: datetime
    expires_at: datetime
    barred: tuple[str, ...]
    """Slack users whose own commits are among the changes, where the rule bars them."""
    votes: tuple[Vote, ...]
    """Every voice given for this binding and not withdrawn, oldest first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenBack:
    """The rollback that followed a run by itself; of an update also the way back a person asked for."""

    run_id: int
    state: RunState
    sha: str
    live: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RunView:
    """One run with everything its card shows."""

    id: int
    kind: RunKind = RunKind.DEPLOY
    service: str
    environment: str
    ref: str
    """As typed, or the default branch."""
    again: bool
    """``--again`` was given."""
    requested_by: str
    requested_at: datetime
    state: RunState
    attempt: int
    """1 for the first try; Retry adds one."""
    revision: int
    """Grows with every visible change; the card with the highest one wins."""
    steps: tuple[StepView, ...]
    sha: str = ""
    commit_title: str = ""
    commit_author: str = ""
    commit_url: str = ""
    previous_sha: str = ""
    """What the environment ran before; empty when unknown."""
    reason: Reason | None = None
    detail: str = ""
    """What happened, when it ended badly: one or two sentences, plain text."""
    not_done: str = ""
    """What was not done because of it, plain text."""
    live: str = ""
    """What the environment runs now as far as observed, plain text."""
    deployment_id: str = ""
    github_deployment: int | None = None
    vendor_page: str = ""
    environment_url: str = ""
    ended_at: datetime | None = None
    cancelled_by: str = ""
    waiting_for: InLine | None = None
    asking: Asking | None = None
    changes: str = ""
    """``engine.migrations.Changes`` as JSON; empty until they were looked at."""
    emergency: str = ""
    """Why soak and freeze were skipped, as typed; empty when they were not."""
    override: str = ""
    """Why the rest of the soak, or an irreversible migration in the way back, was overridden."""
    override_by: str = ""
    automatic: bool = False
    """A rollback nobody asked for: its parent hurt."""
    parent_id: int | None = None
    """The run a rollback takes back."""
    target_run: int | None = None
    """The run a rollback goes back to."""
    restore_id: str = ""
    """The vendor's deployment a rollback brings back; empty: its image is gone, the commit is deployed."""
    watch: str = ""
    """The watch's verdict as JSON; empty until there is one."""
    taken_back: TakenBack | None = None
    kept_by: str = ""
    """Who decided to keep it after a watch that could not tell."""
    why: str = ""
    """Why a workflow is started, as typed; empty for deploys and ways back."""
    workflow: str = ""
    """What the workflow it starts is called for people; empty for deploys and ways back."""
    workflow_name: str = ""
    """Its name in the project file."""
    workflow_file: str = ""
    inputs: str = ""
    """What is sent along with it: a JSON object of texts, sorted."""
    mobile: str = ""
    """What a run of an app knows beside the commit, as JSON: ``UpdateFacts`` and its like, by kind."""
    promoted: int = 0
    """To how many percent a person said to go on at once, without the rest of the watch; 0: nobody did."""
    promoted_by: str = ""
    reports: tuple[DeviceReport, ...] = ()
    """What testers say of a release's builds, in the order they last spoke."""

    @property
    def sent(self) -> Mapping[str, str]:
        """What is sent along with the workflow, by name."""
        return {str(name): str(value) for name, value in json.loads(self.inputs or "{}").items()}

    @property
    def rollback(self) -> bool:
        """Whether this run takes a deploy back."""
        return self.kind is RunKind.ROLLBACK

    @property
    def going_back(self) -> bool:
        """Whether this run goes back: from a deploy, or from an update."""
        return self.kind in BACK

    @property
    def watching(self) -> bool:
        """Whether it has shipped and is being watched."""
        watch = self.step(StepName.WATCH)
        return self.state is RunState.RUNNING and watch.state is StepState.RUNNING

    def step(self, name: StepName) -> StepView:
        """Return the step called ``name``; one this run does not have is done from the start."""
        absent = StepView(name=name, state=StepState.DONE)
        return next((step for step in self.steps if step.name is name), absent)

    def has(self, name: StepName) -> bool:
        """Say whether the run has such a step."""
        return any(step.name is name for step in self.steps)


@dataclass(frozen=True, kw_only=True, slots=True)
class Commit:
    """One commit on GitHub."""

    sha: str
    title: str
    author: str
    url: str
    login: str = ""
    """The author's GitHub login; empty where GitHub knows no account for them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """What lies between two commits."""

    commits: tuple[Commit, ...]
    """Oldest first, as many as the vendor listed."""
    total_commits: int
    files: tuple[str, ...]
    files_complete: bool
    """False when the vendor cut the list (300 files): then "no migrations" cannot be said."""
    additions: int
    deletions: int
    url: str
    status: str
    """``ahead``, ``behind``, ``identical`` or ``diverged``."""
    gone: tuple[str, ...] = ()
    """Those of ``files`` that are not there any more afterwards: removed, or renamed to another."""
    authors: tuple[str, ...] = ()
    """Who wrote the commits listed, each once: GitHub logins where known, else the names git has."""

    @property
    def commits_complete(self) -> bool:
        """Whether every commit was listed: if not, nobody can be said to be no author of them."""
        return len(self.commits) >= self.total_commits


@dataclass(frozen=True, kw_only=True, slots=True)
class EnvironmentStatus:
    """What one service runs in one environment, as observed just now."""

    service: str
    environment: str
    url: str
    sha: str
    """Full SHA the vendor reports live; empty when unknown."""
    since: datetime | None
    health: str
    """``up``, ``down`` or ``unknown``, with a few words after it."""
    active: RunView | None
    waiting: int
    last: RunView | None
    trouble: str = ""
    """Why something above is unknown, plain text."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Diff:
    """What a deploy would ship."""

    service: str
    environment: str
    ref: str
    head: Commit
    live_sha: str
    comparison: Comparison | None
    """None when what is live is unknown."""
    migrations: tuple[str, ...]


class GateName(StrEnum):
    """Every gate a dry run looks at, as people read it."""

    NOT_LIVE = "not live yet"
    CHECKS = "checks"
    TESTS = "tests"
    SOAK = "soak"
    FREEZE = "freeze and locks"
    MIGRATIONS = "migrations"
    PLATFORM = "platform"
    OTHER_WAY_BACK = "no other rollback"
    IMAGE = "image"
    LINE = "line"
    HOLD = "lock"
    APPROVALS = "approvals"
    WATCH = "watch"


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """One gate of a dry run."""

    name: str
    open: bool
    evidence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """A dry run: what would happen, with nothing changed."""

    diff: Diff
    gates: tuple[Gate, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RollbackPreview:
    """A dry run of a way back: where it leads, and what it would do there."""

    live_sha: str
    """What it leaves; empty when unknown."""
    sha: str
    run: int | None
    """The run that shipped ``sha``; None where none of ours did."""
    changes: Changes | None
    """What lies between; None where no migrations are looked for."""
    gates: tuple[Gate, ...]

"""Runs to draw: a plain one, and strategies that make every shape Slack could ever be sent."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.engine.consent import Via, Voice, Vote
from bot.engine.migrations import Changes, Migration
from bot.engine.mobile import AppPlatform, Fact
from bot.engine.ota import Undo, UpdateBackFacts, UpdateFacts
from bot.engine.reasons import Reason
from bot.engine.runs import Asking, InLine, RunView, StepView, TakenBack
from bot.engine.states import DEPLOY_STEPS, ROLLBACK_STEPS, RunKind, RunState, StepName, StepState

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SHA = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678"


ASK = "0123456789abcdef"
ANN, BEN, CY = "U0ANNREQ001", "U0BENAPP001", "U0CYAPPR001"
PLAIN = tuple(name for name in StepName if name in DEPLOY_STEPS)
_GUARDS = {StepName.SOAK, StepName.CHANGES, StepName.CONSENT, StepName.MIGRATE, StepName.WATCH}
GUARDED = tuple(name for name in StepName if name in DEPLOY_STEPS | _GUARDS)
BACK = tuple(name for name in StepName if name in ROLLBACK_STEPS)


def steps(*states: StepState, names: tuple[StepName, ...] = PLAIN) -> tuple[StepView, ...]:
    """The steps ``names``, in the given states (the rest to do), a second each."""
    given = (*states, *[StepState.TODO] * len(StepName))
    return tuple(
        StepView(
            name=name,
            state=state,
            started_at=None if state is StepState.TODO else NOON,
            ended_at=None if state in {StepState.TODO, StepState.RUNNING} else NOON + timedelta(seconds=0.4),
        )
        for name, state in zip(names, given, strict=False)
    )


def a_run(**changes) -> RunView:
    facts = {
        "id": 12,
        "service": "api",
        "environment": "staging",
        "ref": "main",
        "again": False,
        "requested_by": "U0ANNREQ001",
        "requested_at": NOON - timedelta(seconds=102),
        "state": RunState.SUCCEEDED,
        "attempt": 1,
        "revision": 9,
        "steps": steps(*[StepState.DONE] * 8),
        "sha": SHA,
        "commit_title": "List pets by age",
        "commit_author": "Ann Reeve",
        "commit_url": f"https://github.com/pawlogic/backend/commit/{SHA}",
        "environment_url": "https://staging-api.pawlogic.app",
        "vendor_page": "https://railway.com/project/p/service/s?id=d",
        "ended_at": NOON,
    }
    return RunView(**facts | changes)


def a_vote(user: str = BEN, voice: Voice = Voice.APPROVE, **changes) -> Vote:
    facts = {"via": Via.BUTTON, "at": NOON, "binding": ASK, "reason": ""}
    return Vote(**{"user": user, "voice": voice} | facts | changes)


def an_asking(*votes: Vote, **changes) -> Asking:
    facts = {"binding": ASK, "round": 1, "quorum": 2, "asked_at": NOON, "barred": (), "votes": votes}
    return Asking(**{"expires_at": NOON + timedelta(hours=4)} | facts | changes)


def a_guarded_run(*states: StepState, **changes) -> RunView:
    """A run to production; every step it may have, the last of ``states`` being the one it is in."""
    facts = {
        "environment": "production",
        "state": RunState.PREPARING,
        "steps": steps(*states, names=GUARDED),
        "ended_at": None,
    }
    return a_run(**facts | changes)


def up_to(name: StepName, state: StepState = StepState.RUNNING) -> tuple[StepState, ...]:
    """The states of a guarded run's steps: done before ``name``, which is in ``state``."""
    return (*[StepState.DONE] * GUARDED.index(name), state)


nasty = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["", "x" * 10_000, "<!channel>" * 900, "&" * 4_000, "`" * 3_001, "🐾" * 5_000, "a\n" * 2_000]
    ),
    st.sampled_from(
        ["https://x.test/" + "y" * 4_000, "https://x.test/a|b>c", "javascript:alert(1)", ":red_circle: *no*"]
    ),
)
times = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds
step_views = st.builds(
    StepView,
    name=st.sampled_from(StepName),
    state=st.sampled_from(StepState),
    started_at=st.none() | times,
    ended_at=st.none() | times,
    note=nasty,
    url=nasty,
)
votes = st.builds(
    Vote,
    user=nasty | st.sampled_from(["U0BENAPP001", "U0CYAPPR001"]),
    voice=st.sampled_from(Voice),
    via=st.sampled_from(Via),
    at=times,
    binding=st.sampled_from(["0123456789abcdef", "other"]),
    reason=nasty,
)
asked = st.builds(
    Asking,
    binding=st.sampled_from(["0123456789abcdef", ""]) | nasty,
    round=st.integers(0, 99),
    quorum=st.integers(1, 10),
    asked_at=times,
    expires_at=times,
    barred=st.lists(nasty, max_size=2).map(lambda few: tuple(few) * 5),
    votes=st.lists(votes, max_size=3).map(lambda few: tuple(few) * 8),
)
migrations = st.builds(
    Migration,
    path=nasty,
    revision=nasty,
    destructive=st.lists(nasty, max_size=4).map(tuple),
    irreversible=st.booleans(),
    why=nasty,
)
moved = st.builds(
    Changes,
    base=nasty,
    head=nasty,
    commits=st.integers(0, 10**6),
    authors=st.lists(nasty, max_size=2).map(lambda few: tuple(few) * 5),
    additions=st.integers(0, 10**9),
    deletions=st.integers(0, 10**9),
    files_complete=st.booleans(),
    url=nasty,
    migrations=st.lists(migrations, max_size=2).map(lambda few: tuple(few) * 8),
    migrations_known=st.booleans(),
)
mobile_facts = st.builds(
    UpdateFacts,
    branch=nasty,
    stages=st.lists(st.integers(1, 100), max_size=30).map(tuple),
    proof=nasty,
    runtimes=st.dictionaries(st.sampled_from(AppPlatform), nasty),
    builds=st.dictionaries(st.sampled_from(AppPlatform), nasty),
    groups=st.lists(nasty, max_size=3).map(lambda few: tuple(few) * 4),
    percent=st.integers(0, 100),
    apart=nasty,
    stage=st.integers(0, 40),
    held=nasty,
    told=nasty,
) | st.builds(
    UpdateBackFacts,
    branch=nasty,
    undo=st.lists(
        st.builds(
            Undo,
            group=nasty,
            runtime=nasty,
            platforms=st.lists(st.sampled_from(AppPlatform), max_size=2).map(tuple),
            rolling=st.booleans(),
            to=nasty,
            to_message=nasty,
            to_sha=nasty,
        ),
        max_size=2,
    ).map(lambda few: tuple(few) * 5),
    made=st.dictionaries(nasty, nasty, max_size=2),
)
run_views = st.builds(
    RunView,
    kind=st.sampled_from(RunKind),
    asking=st.none() | asked,
    changes=nasty | moved.map(Changes.to_json),
    emergency=nasty,
    override=nasty,
    override_by=nasty,
    automatic=st.booleans(),
    parent_id=st.none() | st.integers(1, 10**9),
    target_run=st.none() | st.integers(1, 10**9),
    restore_id=nasty,
    watch=nasty,
    taken_back=st.none()
    | st.builds(
        TakenBack, run_id=st.integers(1, 10**9), state=st.sampled_from(RunState), sha=nasty, live=nasty
    ),
    kept_by=nasty,
    why=nasty,
    workflow=nasty,
    workflow_file=nasty,
    mobile=nasty | mobile_facts.map(Fact.encode),
    promoted=st.integers(0, 100),
    promoted_by=nasty,
    inputs=st.just("") | st.dictionaries(nasty, nasty, max_size=20).map(json.dumps),
    id=st.integers(1, 10**9),
    service=nasty,
    environment=nasty,
    ref=nasty,
    again=st.booleans(),
    requested_by=nasty,
    requested_at=times,
    state=st.sampled_from(RunState),
    attempt=st.integers(1, 99),
    revision=st.integers(0, 999),
    steps=st.lists(step_views, max_size=30).map(tuple),
    sha=nasty,
    commit_title=nasty,
    commit_author=nasty,
    commit_url=nasty,
    previous_sha=nasty,
    reason=st.none() | st.sampled_from(Reason),
    detail=nasty,
    not_done=nasty,
    live=nasty,
    deployment_id=nasty,
    vendor_page=nasty,
    environment_url=nasty,
    ended_at=st.none() | times,
    cancelled_by=nasty,
    waiting_for=st.none()
    | st.builds(InLine, run_id=st.integers(1, 10**9), requested_by=nasty, ahead=st.integers(1, 999)),
)

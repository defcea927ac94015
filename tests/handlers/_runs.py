"""Runs to draw: a plain one, and strategies that make every shape Slack could ever be sent."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.engine.reasons import Reason
from bot.engine.runs import InLine, RunView, StepView
from bot.engine.states import DEPLOY_STEPS, ROLLBACK_STEPS, RunState, StepName, StepState

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SHA = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678"


PLAIN = tuple(name for name in StepName if name in DEPLOY_STEPS)
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
run_views = st.builds(
    RunView,
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

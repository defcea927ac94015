import dataclasses
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.engine.runs import Commit, Comparison, Diff, EnvironmentStatus, Gate, GateName, Preview
from bot.engine.states import RunState
from handlers.render.lists import render_diff, render_history, render_preview, render_status
from tests.handlers._desk import a_comparison, a_diff, a_status
from tests.handlers._limits import assert_message, words
from tests.handlers._runs import NOON, a_run, nasty, run_views, times

HOUR = timedelta(hours=1)
slow = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

commits = st.builds(Commit, sha=nasty, title=nasty, author=nasty, url=nasty)
comparisons = st.builds(
    Comparison,
    commits=st.lists(commits, max_size=15).map(tuple),
    total_commits=st.integers(0, 10_000),
    files=st.lists(nasty, max_size=5).map(tuple),
    files_complete=st.booleans(),
    additions=st.integers(0, 10**9),
    deletions=st.integers(0, 10**9),
    url=nasty,
    status=st.sampled_from(["ahead", "behind", "identical", "diverged", "?"]),
)
diffs = st.builds(
    Diff,
    service=nasty,
    environment=nasty,
    ref=nasty,
    head=commits,
    live_sha=nasty,
    comparison=st.none() | comparisons,
    migrations=st.lists(nasty, max_size=15).map(tuple),
)
gates = st.builds(Gate, name=nasty, open=st.booleans(), evidence=nasty)
statuses = st.builds(
    EnvironmentStatus,
    service=nasty,
    environment=nasty,
    url=nasty,
    sha=nasty,
    since=st.none() | times,
    health=nasty,
    active=st.none() | run_views,
    waiting=st.integers(0, 99),
    last=st.none() | run_views,
    trouble=nasty,
)


def test_status_says_what_is_live_since_when_how_it_is_and_what_is_going_on():
    busy = a_status(active=a_run(state=RunState.RUNNING), waiting=2, last=a_run(ended_at=NOON))
    said = words(render_status([busy], now=NOON + 2 * HOUR))

    assert ":large_green_circle: *staging* · api" in said
    assert "`a1b2c3d` live, shipped 2 h ago · health up; 200 ok" in said
    assert "Deploying `a1b2c3d` to staging · run 12 by <@U0ANNREQ001>; 2 runs in line" in said
    assert "Last: :large_green_circle: Deployed `a1b2c3d` to staging" in said


def test_status_shows_an_unknown_as_unknown():
    said = words(
        render_status([a_status(sha="", health="unknown", trouble="railway gave no answer")], now=NOON)
    )

    assert "what is live is unknown · health unknown" in said
    assert "railway gave no answer" in said
    assert "circle" not in said


def test_a_diff_names_commits_authors_and_migrations():
    said = words(render_diff(a_diff()))

    assert "*`main` would ship 1 commit to staging* · api" in said
    assert "List pets by age · Ann Reeve" in said
    assert "*1 migration touched.*\n`alembic/versions/0007_age.py`" in said
    assert "2 files, +40 -2, by Ann Reeve." in said
    assert "`/pawdeploy staging main --service api`" in said


def test_a_long_diff_shows_the_newest_and_counts_the_rest():
    many = tuple(Commit(sha=f"{n:040d}", title=f"change {n}", author="Ann", url="") for n in range(40))
    said = words(render_diff(a_diff(comparison=a_comparison(commits=many, total_commits=312))))

    assert "change 39 " in said
    assert "change 29 " not in said
    assert "and 302 more" in said


def test_no_migrations_is_said_only_when_the_list_of_files_is_whole():
    whole = a_diff(migrations=())
    part = a_diff(migrations=(), comparison=a_comparison(files_complete=False))

    assert "No migrations touched." in words(render_diff(whole))
    assert "Migrations: unknown." in words(render_diff(part))


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("identical", "staging runs `9f8e7d6` already, which is `main`"),
        ("behind", "shipping it would take commits back"),
        ("diverged", "take back commits that are live but not in it"),
    ],
)
def test_a_diff_says_when_it_is_no_step_forward(status, says):
    assert says in words(render_diff(a_diff(comparison=a_comparison(status=status))))


def test_a_diff_against_the_unknown_says_so():
    assert "what it runs now is unknown" in words(render_diff(a_diff(comparison=None, live_sha="")))


def test_a_command_names_the_service_only_where_there_are_several():
    shown = words(render_diff(a_diff(), several=False)) + words(
        render_preview(Preview(diff=a_diff(), gates=()), several=False)
    )

    assert shown.count("`/pawdeploy staging main`") == 2
    assert "--service" not in shown


@pytest.mark.parametrize("name", [GateName.LINE, GateName.APPROVALS, GateName.WATCH])
def test_gates_a_run_opens_by_itself_do_not_keep_one_from_starting_it(name):
    gate = Gate(name=name, open=False, evidence="2 of <!subteam^S0APPROVER1>")
    said = words(render_preview(Preview(diff=a_diff(), gates=(gate,))))

    assert "To ship it for real: `/pawdeploy staging main --service api`." in said
    assert ":large_yellow_circle:" in said
    assert "&lt;!subteam" in said


def test_a_dry_run_of_what_soaked_names_the_commit_and_repeats_no_ref():
    said = words(render_preview(Preview(diff=a_diff(ref=""), gates=()), several=False))

    assert "`a1b2c3d` would ship 1 commit to staging" in said
    assert "`/pawdeploy staging`" in said


def test_a_dry_run_of_what_is_live_ends_with_the_command_that_would_not_be_refused():
    live = a_diff(live_sha=a_diff().head.sha, comparison=a_comparison(status="identical"))
    shut = Gate(name=GateName.NOT_LIVE, open=False, evidence="already live")

    for gate in (shut, dataclasses.replace(shut, open=True)):
        assert "`/pawdeploy staging main --service api --again`" in words(
            render_preview(Preview(diff=live, gates=(gate,)))
        )


def test_a_preview_says_first_whether_it_would_go_through():
    shut = Gate(name="checks", open=False, evidence="red: lint")
    free = dataclasses.replace(shut, name="platform", open=True, evidence="no incident")

    held = render_preview(Preview(diff=a_diff(), gates=(shut, free)))
    assert held.text.startswith("Dry run: ")
    assert "*Dry run: 1 gate is shut: checks.* Nothing was changed." in words(held)
    assert ":red_circle: *Checks* · red: lint\n:large_green_circle: *Platform* · no incident" in words(held)
    assert "*Dry run: every gate is open.*" in words(render_preview(Preview(diff=a_diff(), gates=(free,))))


def test_history_is_newest_first_with_who_how_long_and_when():
    said = words(render_history([a_run(id=3), a_run(id=2)], None, now=NOON + HOUR))

    assert said.index("Run 3") < said.index("Run 2")
    assert "Run 3 · <@U0ANNREQ001> · List pets by age · 1 min 42 s · 1 h ago" in said


@slow
@given(st.lists(statuses, max_size=20))
def test_any_status_is_a_message_slack_takes(found):
    assert_message(render_status(found, now=NOON))


@slow
@given(st.lists(run_views, max_size=25), st.none() | nasty)
def test_any_history_is_a_message_slack_takes(runs, environment):
    assert_message(render_history(runs, environment, now=NOON))


@slow
@given(diffs, st.lists(gates, max_size=15))
def test_any_diff_and_preview_are_messages_slack_takes(diff, found):
    assert_message(render_diff(diff))
    assert_message(render_preview(Preview(diff=diff, gates=tuple(found))))

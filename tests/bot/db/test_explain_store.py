"""Which alerts wait to be put down to a deploy, what shipped where, and what was found."""

import pytest

from bot.db.explain_store import ExplainStore
from bot.engine.alerts import Happening
from tests.bot.db._alerts import Book, group_number, later
from tests.bot.db._facts import a_run, execute
from tests.bot.engine._groups import sentry


@pytest.fixture
def explain(db):
    return ExplainStore(db)


@pytest.fixture
def book(db):
    return Book(db)


async def ship(db, run_id, *, began, live=None, sha="abc"):
    await execute(db, "UPDATE runs SET deployment_id = 'd', sha = :sha WHERE id = :run", run=run_id, sha=sha)
    for name, at, state, end in (("ship", began, "done", began), ("follow", began, "done", live)):
        await execute(
            db,
            "UPDATE run_steps SET state = :state, started_at = :at, ended_at = :end"
            " WHERE run_id = :run AND name = :name",
            run=run_id, name=name, at=later(at), state=state if end is not None else "active",
            end=None if end is None else later(end),
        )  # fmt: skip


async def test_what_goes_on_in_a_service_of_ours_waits_to_be_explained(book, explain):
    await book.tell(
        group_number(1, service="api", environment="staging", release="r1"),
        group_number(2),
        group_number(3, service="api"),
    )
    await book.tell(group_number(3, at=5, happening=Happening.RESOLVED))
    (waiting,) = await explain.unexplained()
    assert (waiting.service, waiting.environment, waiting.openings) == ("api", "staging", 1)
    assert (waiting.release, waiting.asked) == ("r1", True)


async def test_the_release_of_any_event_says_nothing_of_an_issues_first(db, book, explain):
    await book.tell(sentry(service="api", release="r9"))
    (waiting,) = await explain.unexplained()
    assert (waiting.release, waiting.first_release, waiting.asked) == ("", "", False)
    await execute(db, "UPDATE alerts SET synced_at = :at, first_release = 'r1'", at=later(1))
    (waiting,) = await explain.unexplained()
    assert (waiting.release, waiting.first_release, waiting.asked) == ("", "r1", True)
    await execute(db, "UPDATE alerts SET openings = 2")
    assert [one.release for one in await explain.unexplained()] == ["r9"]


async def test_what_was_explained_is_asked_about_again_when_it_comes_back(book, explain):
    await book.tell(group_number(1, service="api"))
    await explain.explain(1, 7, "time", "abc by Ann")
    assert await explain.unexplained() == ()
    row = await book.row()
    assert (row.introduced_run, row.suspect, row.revision, row.urgent) == (7, "abc by Ann", 2, 2)
    await book.tell(group_number(1, at=5, happening=Happening.RESOLVED), group_number(1, at=6))
    assert len(await explain.unexplained()) == 1


async def test_the_first_explanation_holds_and_none_at_all_changes_no_card(book, explain):
    await book.tell(group_number(1, service="api"))
    await explain.explain(1, None, "none", "")
    await explain.explain(1, 7, "time", "x")
    row = await book.row()
    assert (row.introduced_run, row.introduced_how, row.revision) == (None, "none", 1)
    await explain.explain(99, 7, "time", "x")


async def test_what_shipped_there_comes_newest_first_with_when_it_was_live(db, runs, explain):
    first = await a_run(runs, "t1")
    second = await a_run(runs, "t2")
    never = await a_run(runs, "t3")
    elsewhere = await a_run(runs, "t4", environment="production")
    await ship(db, first, began=10, live=20, sha="one")
    await ship(db, second, began=30, sha="two")
    await ship(db, elsewhere, began=40)
    shipped = await explain.shipped("api", "staging")
    assert never not in [one.run for one in shipped]
    assert [(one.run, one.sha, one.began, one.live) for one in shipped] == [
        (second, "two", later(30), None),
        (first, "one", later(10), later(20)),
    ]
    assert await explain.shipped("web", "staging") == ()


async def test_the_commit_of_a_run_is_named(db, runs, explain):
    run_id = await a_run(runs)
    await execute(db, "UPDATE runs SET sha = 'abcdef0123', commit_title = 'Fix', commit_author = 'Ann'")
    assert await explain.commit_of(run_id) == "abcdef0 Fix by Ann"
    assert await explain.commit_of(99) == ""

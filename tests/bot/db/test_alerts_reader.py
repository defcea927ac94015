"""Alerts as people see them."""

import pytest

from bot.engine.alerts import AlertState, Happening, Severity
from tests.bot.db._alerts import Book, group_number, later, told
from tests.bot.db._facts import ANN, BEN, a_run, execute
from tests.bot.engine._groups import sentry


@pytest.fixture
def book(db):
    return Book(db)


def numbers(listed):
    return [view.fingerprint for view in listed.alerts]


async def test_what_nobody_knows_is_none(book):
    assert await book.reader.view(1) is None
    assert await book.reader.named("x") is None
    listed = await book.reader.firing()
    assert (listed.alerts, listed.total) == ((), 0)


async def test_what_goes_on_is_listed_newest_first_and_counted_in_full(book):
    await book.tell(*[group_number(number, at=number) for number in range(5)])
    await book.tell(group_number(3, at=9, happening=Happening.RESOLVED))
    listed = await book.reader.firing(limit=2)
    assert (numbers(listed), listed.total) == (["generic:4", "generic:2"], 4)


async def test_mine_is_what_i_acknowledged_or_was_given(db, book):
    await book.tell(*[group_number(number, at=number) for number in range(4)])
    await execute(db, "UPDATE alerts SET acked_by = :ann WHERE id = 1", ann=ANN)
    await execute(db, "UPDATE alerts SET assignee_user = :ann WHERE id = 2", ann=ANN)
    await execute(db, "UPDATE alerts SET acked_by = :ben WHERE id = 3", ben=BEN)
    assert len((await book.reader.firing(of=ANN)).alerts) == 2
    assert (await book.reader.firing(of=BEN)).total == 1


async def test_what_mutes_keep_quiet(book):
    await book.tell(
        group_number(1, service="api", environment="staging"),
        group_number(2, at=1, service="api", environment="production"),
        group_number(3, at=2, service="web", environment="staging"),
    )
    assert (await book.reader.kept_quiet([])).total == 0
    assert numbers(await book.reader.kept_quiet([("api", "staging")])) == ["generic:1"]
    assert (await book.reader.kept_quiet([("api", ""), ("web", "staging")])).total == 3


async def test_what_goes_on_by_severity(book):
    await book.tell(group_number(1), group_number(2), group_number(3, severity=Severity.CRITICAL))
    assert await book.reader.firing_by_severity() == {"error": 2, "critical": 1}


async def test_since_when_alerts_are_resolved(book):
    await book.tell(*[group_number(number) for number in (1, 2, 3)])
    await book.tell(*[group_number(number, at=9, happening=Happening.RESOLVED) for number in (1, 2)])
    names = ["generic:2", "generic:3", "generic:4"]
    assert await book.reader.resolved(names) == {"generic:2": later(9)}


async def test_known_issues_are_those_of_sentry(book):
    await book.tell(sentry(), told(), sentry(issue="5", at=3))
    await book.tell(sentry(Happening.RESOLVED, 9, issue="5"))
    known = await book.reader.known_issues()
    assert {issue: state for issue, (_, state, *_) in known.items()} == {
        "4711": AlertState.FIRING, "5": AlertState.RESOLVED,
    }  # fmt: skip


async def test_those_to_be_asked_about_come_new_ones_first(db, book):
    await book.tell(sentry(issue="1"), sentry(issue="2"), sentry(issue="3"), told())
    await execute(db, "UPDATE alerts SET synced_at = :at WHERE issue_id = '1'", at=later(0))
    await execute(db, "UPDATE alerts SET stale = false WHERE issue_id = '3'")
    assert [one.issue for one in await book.reader.due(9)] == ["2", "1"]
    assert len(await book.reader.due(1)) == 1


@pytest.fixture
async def brought(db, runs, book):
    """Return the number of a run that brought alert 1."""
    run_id = await a_run(runs)
    await execute(db, "UPDATE runs SET deployment_id = 'd', sha = 'abc'")
    await book.tell(told())
    await execute(db, "UPDATE alerts SET introduced_run = :run, introduced_how = 'release'", run=run_id)
    return run_id


async def test_the_run_that_brought_it_is_live_until_another_ships_there(db, runs, book, brought):
    introduced = (await book.named()).introduced
    assert (introduced.run, introduced.sha, introduced.how, introduced.live) == (
        brought,
        "abc",
        "release",
        True,
    )
    later_run = await a_run(runs, "trigger:2")
    elsewhere = await a_run(runs, "trigger:3", environment="production")
    await execute(db, "UPDATE runs SET deployment_id = 'd' WHERE id = :run", run=elsewhere)
    assert (await book.named()).introduced.live
    await execute(db, "UPDATE runs SET deployment_id = 'd' WHERE id = :run", run=later_run)
    assert not (await book.named()).introduced.live
    await execute(db, "UPDATE runs SET state = 'failed' WHERE id = :run", run=later_run)
    assert (await book.named()).introduced.live  # it never came to life
    follow = "UPDATE run_steps SET state = 'done' WHERE run_id = :run AND name = 'follow'"
    await execute(db, follow, run=later_run)
    assert not (await book.named()).introduced.live


async def test_what_came_back_is_no_longer_put_down_to_what_brought_it_first(book, brought):
    await book.tell(told(Happening.RESOLVED, 5))
    assert (await book.named()).introduced.run == brought
    await book.tell(told(at=9))
    assert (await book.named()).introduced is None


async def test_where_a_card_was_meant_to_be_stands_with_the_alert(db, book):
    await book.tell(told())
    await execute(db, "UPDATE posts SET misdirected = 'C0ALERTS001 is_archived'")
    assert (await book.named()).misdirected == "C0ALERTS001 is_archived"

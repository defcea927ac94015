"""What is told becomes groups: each message once, counts that are right, one card each."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.db._alert_rows import bucket_of
from bot.db.alerts_store import AlertsStore, Told
from bot.db.session import open_database
from bot.engine.alerts import TELLING, AlertState, Happening, Severity
from tests.bot.db._alerts import ELSEWHERE, HERE, NOON, Book, applying, group_number, later, told
from tests.bot.db._facts import execute, scalar
from tests.bot.engine._groups import sentry

FIRED, RESOLVED, NOTED = Happening.FIRED, Happening.RESOLVED, Happening.NOTED


@pytest.fixture
def book(db):
    return Book(db)


async def test_a_first_event_opens_a_group_with_its_card(book):
    done = await book.tell(told(tags={"team": "storage"}, service="api", environment="production"))
    alert = await book.named()
    assert (alert.state, alert.times, alert.revision) == (AlertState.FIRING, 1, 1)
    assert (alert.channel, alert.tags, alert.service) == (HERE, (("team", "storage"),), "api")
    (card,) = await book.posts()
    assert (card.key, card.kind, card.channel, card.alert_id) == (
        f"alert:{alert.id}",
        "alert",
        HERE,
        alert.id,
    )
    assert dict(done.outcomes) == {("generic", "applied"): 1}
    assert done.opened


async def test_what_a_route_says_is_kept_with_the_group(book):
    await book.tell(told(severity=Severity.CRITICAL))
    alert = await book.named()
    assert (alert.channel, alert.mention, alert.playbook, alert.quiet) == (
        ELSEWHERE,
        ("lead",),
        "api-down",
        True,
    )


async def test_what_comes_back_is_routed_anew_but_its_card_stays_where_it_is(book):
    await book.tell(told(), told(RESOLVED, 10))
    await book.tell(told(at=20, severity=Severity.CRITICAL))
    alert = await book.named()
    assert (alert.channel, alert.mention, alert.quiet) == (HERE, ("lead",), True)


async def test_the_card_of_an_issue_sentry_can_be_asked_about_waits_a_little(book):
    await book.tell(sentry(), told())
    waits = {post.alert_id: post.not_before for post in await book.posts("alert")}
    issue, other = await book.named("sentry:issue:4711"), await book.named()
    assert waits == {issue.id: later(5), other.id: None}
    assert issue.stale


async def test_messages_of_one_batch_are_told_one_after_the_other(book):
    await book.tell(told(), told(RESOLVED, 1), told(at=2), told(at=3), told(RESOLVED, 4))
    alert = await book.named()
    assert (alert.state, alert.times, alert.openings) == (AlertState.RESOLVED, 3, 2)
    assert len(await book.posts("alert")) == 1


async def test_an_end_of_something_unknown_is_ignored(book):
    done = await book.tell(told(RESOLVED), told(NOTED, fingerprint="generic:x"))
    assert dict(done.outcomes) == {("generic", "ignored"): 2}
    assert not done.opened
    assert await book.reader.named("generic:disk") is None


async def test_a_comeback_is_said_in_the_thread_and_counts_are_not(book):
    await book.tell(told())
    for second in range(1, 5):
        await book.tell(told(at=second))
    assert await book.posts("alert_note") == []
    await book.tell(told(RESOLVED, 10))
    done = await book.tell(told(at=20))
    (note,) = await book.posts("alert_note")
    assert (note.channel, '"reopened"' in note.body) == (HERE, True)
    assert done.opened


async def test_mere_counts_are_a_new_revision_that_is_not_urgent(book):
    await book.tell(told())
    await book.tell(told(at=1))
    row = await book.row()
    assert (row.revision, row.urgent) == (2, 1)
    await book.tell(told(RESOLVED, 2))
    row = await book.row()
    assert (row.revision, row.urgent) == (3, 3)


async def test_what_changes_nothing_anybody_sees_is_no_new_revision(book):
    await book.tell(sentry())
    await execute(book.db, "UPDATE alerts SET stale = false")
    await book.tell(sentry(Happening.ASSIGNED, 1))
    row = await book.row()
    assert (row.revision, row.stale) == (1, True)


async def test_the_same_words_under_another_name_count_once_but_have_sentry_asked(book):
    first, twin = await book.keep(sentry(), body=b"same"), await book.keep(sentry(), body=b"same")
    assert first.twin == twin.twin
    done = await book.apply(first, twin)
    assert dict(done.outcomes) == {("generic", "applied"): 1, ("generic", "duplicate"): 1}
    assert (await book.named("sentry:issue:4711")).times == 1

    await execute(book.db, "UPDATE alerts SET stale = false")
    await book.apply(await book.keep(sentry(), body=b"same"))
    alert = await book.named("sentry:issue:4711")
    assert (alert.times, alert.stale, alert.revision) == (1, True, 1)


async def test_a_repeat_never_opens_or_moves_anything(book):
    over = await book.keep(told(RESOLVED, 5), body=b"over")
    await book.apply(await book.keep(told(), body=b"on"), over)
    for body, event in ((b"on", told(at=50)), (b"over", told(RESOLVED, 60))):
        await book.apply(await book.keep(event, body=body))
    alert = await book.named()
    assert (alert.state, alert.times, alert.openings) == (AlertState.RESOLVED, 1, 1)
    assert sum((await book.buckets()).values()) == 1


async def test_the_same_words_long_after_are_news(book):
    await book.apply(await book.keep(told(), body=b"same"))
    long_after = NOON + timedelta(days=8)
    done = await book.apply(await book.keep(told(at=8 * 86400), body=b"same", at=long_after), now=long_after)
    assert dict(done.outcomes) == {("generic", "applied"): 1}


async def test_without_a_twin_the_same_words_are_news(book):
    for second in (0, 1):
        kept = await book.keep(told(at=second), body=b"same")
        await book.apply(
            Told(hook=kept.hook, source="generic", twin="", received_at=NOON, events=kept.events)
        )
    assert (await book.named()).times == 2


async def test_what_was_read_leaves_no_body_and_what_nobody_understood_does(book):
    batch = [await book.keep(told())]
    for outcome in ("ignored", "unknown", "unreadable"):
        kept = await book.keep(body=outcome.encode())
        batch.append(Told(hook=kept.hook, source="generic", twin="", received_at=NOON, outcome=outcome))
    await book.apply(*batch, now=later(3))
    rows = await book.kept()
    assert [(row.outcome, row.body) for row in rows] == [
        ("applied", b""), ("ignored", b""), ("unknown", b"unknown"), ("unreadable", b"unreadable"),
    ]  # fmt: skip
    assert [row.done_at for row in rows] == [later(3)] * 4
    assert [row.alert_id for row in rows] == [1, None, None, None]
    assert await book.hooks.undone(10) == ()


async def test_a_message_another_replica_read_meanwhile_is_not_counted_twice(url, book):
    batch = [await book.keep(told(at=second)) for second in range(10)]
    other = await open_database(url)
    try:
        done = await asyncio.gather(
            book.apply(*batch), AlertsStore(other).apply(batch, book.how, now=NOON), return_exceptions=True
        )
    finally:
        await other.close()
    assert (await book.named()).times == 10
    assert sum(sum(one.outcomes.values()) for one in done if not isinstance(one, BaseException)) == 10
    assert sum((await book.buckets()).values()) == 10


async def test_a_batch_that_fails_is_read_again_as_a_whole(book):
    batch = [await book.keep(told()), await book.keep(told(at=1))]

    def refuse(_group):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await book.alerts.apply(batch, applying(route=refuse), now=NOON)
    assert await scalar(book.db, "SELECT count(*) FROM alerts") == 0
    assert len(await book.hooks.undone(10)) == 2
    await book.apply(*batch)
    assert (await book.named()).times == 2


async def test_a_message_of_several_events_moves_each_group(book):
    done = await book.apply(await book.keep(group_number(1), group_number(2)))
    assert dict(done.outcomes) == {("generic", "applied"): 1}
    assert [(await book.named(f"generic:{number}")).times for number in (1, 2)] == [1, 1]


async def test_an_empty_batch_is_nothing(book):
    done = await book.apply()
    assert (dict(done.outcomes), done.opened) == ({}, False)


async def test_half_hours_are_counted_by_when_it_arrived(book):
    for second in (0, 1799, 1800):
        await book.apply(await book.keep(told(), at=later(second)))
    assert await book.buckets() == {(1, NOON): 2, (1, later(1800)): 1}
    assert bucket_of(later(1799)) == NOON


async def test_five_hundred_events_over_twenty_groups_add_up(book):
    events = [group_number(number % 20, at=number) for number in range(500)]
    for start in range(0, 500, 50):
        await book.tell(*events[start : start + 50])
    views = [await book.named(f"generic:{number}") for number in range(20)]
    assert [view.times for view in views] == [25] * 20
    assert len(await book.posts("alert")) == 20
    assert Counter(number for number, _ in await book.buckets()) == Counter(view.id for view in views)
    assert sum((await book.buckets()).values()) == 500
    assert await scalar(book.db, "SELECT count(*) FROM hooks WHERE outcome = 'applied'") == 500


moves = st.tuples(st.integers(0, 3), st.sampled_from([FIRED, FIRED, FIRED, RESOLVED, NOTED]), st.booleans())


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(moves, max_size=6), min_size=1, max_size=5))
async def test_however_messages_come_every_one_is_counted_once(db, batches):
    for table in ("posts", "alert_buckets", "alerts", "hooks"):
        await execute(db, f"DELETE FROM {table}")  # noqa: S608 - names of our own
    book, second, expected, seen = Book(db), 0, Counter(), set()
    for moves_ in batches:
        batch = []
        for number, happening, again in moves_:
            second += 1
            event = group_number(number, happening=happening, at=second)
            kept = await book.keep(event, body=f"{number} {happening}".encode() if again else None)
            batch.append(kept)
            repeat = kept.twin in seen
            seen.add(kept.twin)
            expected[number] += happening in TELLING and not repeat
        await book.apply(*batch)
    for number in range(4):
        view = await book.reader.named(f"generic:{number}")
        assert (view.times if view else 0) == expected[number]
    assert await book.hooks.undone(10) == ()
    assert sum((await book.buckets()).values()) == sum(expected.values())

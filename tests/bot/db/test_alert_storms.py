"""Many groups at once fold into one card; services somebody muted show none; snoozed ones mention nobody."""

from datetime import timedelta

import pytest

from bot.db._alert_openings import is_muted
from bot.db.alert_upkeep import AlertUpkeep
from bot.db.mutes_store import MutesStore
from bot.engine.alert_notes import AlertNote
from bot.engine.alerting import Fold
from bot.engine.alerts import Happening, Severity
from bot.engine.routing import Route
from tests.bot.db._alerts import ELSEWHERE, HERE, Book, applying, group_number, later, told
from tests.bot.db._facts import ANN, execute

CALM = timedelta(seconds=300)


@pytest.fixture
def book(db):
    return Book(db, applying(groups=3, window=60))


@pytest.fixture
def mutes(db):
    return MutesStore(db)


async def mute(mutes, *, service="api", environment="", seconds=600, at=0.0, key="m1"):
    return await mutes.begin(
        key, service=service, environment=environment, by=ANN, until=later(at + seconds), why="we migrate",
        at=later(at),
    )  # fmt: skip


def here(group):
    """Send everything to one channel."""
    return Route(channel=HERE, severity=group.severity)


async def groups(book, *numbers, at=0.0, **facts):
    await book.tell(*[group_number(number, at=at, **facts) for number in numbers], now=later(at))


async def stormy(book):
    return [number for number in range(40) if (v := await book.reader.named(f"generic:{number}")) and v.storm]


async def notes(book):
    return [AlertNote.decode(post.body) for post in await book.posts("alert_note")]


async def test_up_to_the_limit_each_group_has_a_card_of_its_own(book):
    await groups(book, 1, 2, 3)
    assert await book.storms() == []
    assert len(await book.posts("alert")) == 3


async def test_one_group_too_many_within_the_window_is_a_storm(book):
    await groups(book, 1, 2, 3, at=0)
    await groups(book, 4, 5, at=59)
    (storm,) = await book.storms()
    assert (storm.channel, storm.last_at, storm.ended_at) == (HERE, later(59), None)
    assert await stormy(book) == [4, 5]
    assert [post.key for post in await book.posts("storm")] == [f"storm:{storm.id}"]
    assert len(await book.posts("alert")) == 5


async def test_a_storm_began_when_the_first_of_its_window_did(book):
    await groups(book, 1, at=0)
    await groups(book, 2, 3, at=100)
    await groups(book, 4, at=110)
    assert await book.storms() == []
    await groups(book, 5, at=120)
    assert [storm.began_at for storm in await book.storms()] == [later(100)]


async def test_what_is_critical_has_a_card_of_its_own_beside_a_storm_until_those_are_too_many(db):
    book = Book(db, applying(groups=3, window=60, route=here))
    await groups(book, 1, 2, 3, 4, 5)
    await groups(book, 11, 12, 13, 14, at=5, severity=Severity.CRITICAL)
    assert await stormy(book) == [4, 5, 14]
    await groups(book, 15, at=66, severity=Severity.CRITICAL)  # those before it are out of the window
    await groups(book, 16, at=66)
    assert await stormy(book) == [4, 5, 14, 16]


async def test_one_critical_alert_too_many_among_others_begins_no_storm(db):
    book = Book(db, applying(groups=3, window=60, route=here))
    await groups(book, 1, 2, 3)
    await groups(book, 4, severity=Severity.CRITICAL)
    assert (await book.storms(), len(await book.posts("alert"))) == ([], 4)


async def test_the_same_groups_over_a_longer_time_are_no_storm(book):
    for number in range(8):
        await groups(book, number, at=30 * number)
    assert await book.storms() == []


async def test_many_messages_of_few_groups_are_no_storm(book):
    for second in range(30):
        await groups(book, 1, 2, 3, at=second)
    assert await book.storms() == []
    assert len(await book.posts("alert")) == 3


async def test_each_channel_has_storms_of_its_own(book):
    await groups(book, 1, 2, 3)
    await groups(book, 4, 5, severity=Severity.CRITICAL)
    assert await book.storms() == []
    await groups(book, 6, 7, severity=Severity.CRITICAL)
    assert [storm.channel for storm in await book.storms()] == [ELSEWHERE]


async def test_whatever_joins_or_moves_in_a_storm_is_new_on_its_card(book):
    await groups(book, 1, 2, 3, 4)
    seen = [(await book.storms())[0].revision]
    await groups(book, 5, at=1)
    seen.append((await book.storms())[0].revision)
    await groups(book, 5, at=2)
    seen.append((await book.storms())[0].revision)
    await book.alerts.change((await book.named("generic:5")).id, lambda g: Fold(g, urgent=True), now=later(3))
    seen.append((await book.storms())[0].revision)
    await groups(book, 1, at=4)  # it has a card of its own
    assert (await book.storms())[0].revision == seen[-1]
    assert sorted(set(seen)) == seen


async def test_cards_of_a_storm_do_not_wait_for_sentry(book):
    await groups(book, *range(1, 6), issue_id="1")
    waits = {post.alert_id: post.not_before is not None for post in await book.posts("alert")}
    assert list(waits.values()) == [True, True, True, False, False]


async def test_a_storm_ends_when_none_has_joined_for_a_while_and_the_next_is_another(db, book):
    upkeep = AlertUpkeep(db)
    await groups(book, 1, 2, 3, 4)
    await groups(book, 5, at=200)
    assert await upkeep.end_storms(calm=CALM, now=later(499)) == 0
    assert await upkeep.end_storms(calm=CALM, now=later(500)) == 1
    assert await upkeep.end_storms(calm=CALM, now=later(501)) == 0
    (storm,) = await book.storms()
    assert storm.ended_at == later(500)
    await groups(book, 11, at=502)
    assert (await book.named("generic:11")).storm is None
    await groups(book, 12, 13, 14, at=503)
    assert len(await book.storms()) == 2


async def test_a_muted_service_is_counted_and_shows_no_card(book, mutes):
    await mute(mutes)
    await groups(book, 1, 1, 1, service="api", environment="staging")
    assert (await book.named("generic:1")).times == 3
    assert await book.posts() == []


async def test_what_comes_back_in_a_muted_service_is_not_said(book, mutes):
    await mute(mutes)
    await groups(book, 1, service="api")
    await book.tell(group_number(1, at=5, happening=Happening.RESOLVED))
    await groups(book, 1, at=9)
    assert await book.posts() == []


@pytest.mark.parametrize(
    ("service", "environment", "muted"),
    [
        ("api", "staging", True),
        ("api", "production", False),
        ("web", "staging", False),
        ("", "staging", False),
    ],
)
async def test_a_mute_of_one_environment_covers_no_other(book, mutes, service, environment, muted):
    await mute(mutes, environment="staging")
    await groups(book, 1, service=service, environment=environment)
    assert (await book.posts("alert") == []) is muted


async def test_a_mute_that_is_over_or_ended_covers_nothing(book, mutes):
    await mute(mutes, seconds=10)
    await groups(book, 1, at=10, service="api")
    await mute(mutes, key="m2", at=20)
    await mutes.end(service="api", environment="", by=ANN, at=later(30))
    await groups(book, 2, at=31, service="api")
    assert len(await book.posts("alert")) == 2


async def test_of_a_muted_service_whose_card_is_there_already_nobody_is_called(book, mutes):
    await groups(book, 1, service="api")
    await book.tell(group_number(1, at=5, happening=Happening.RESOLVED))
    await mute(mutes, at=6)
    await groups(book, 1, at=9)
    (note,) = await notes(book)
    assert (note.kind, note.mention) == ("reopened", False)


async def test_somebody_who_snoozed_is_told_without_a_mention(book):
    await groups(book, 1, severity=Severity.WARNING)
    alert = await book.named("generic:1")
    await execute(book.db, "UPDATE alerts SET snoozed_until = :at", at=later(100))
    await groups(book, 1, at=99, severity=Severity.ERROR)
    await groups(book, 1, at=101, severity=Severity.CRITICAL)
    assert [(note.kind, note.mention) for note in await notes(book)] == [
        ("escalated", False), ("escalated", True),
    ]  # fmt: skip
    assert alert.channel == HERE


async def test_a_note_that_a_change_makes_is_said_once_where_there_is_a_card(book, mutes):
    await groups(book, 1)
    await mute(mutes, service="web", at=1)
    await groups(book, 2, at=2, service="web")
    note = AlertNote(kind="snooze_over")
    for number in (1, 2):
        alert = await book.named(f"generic:{number}")
        await book.alerts.change(alert.id, lambda g: Fold(g, urgent=True, note=note), now=later(3))
    assert [post.alert_id for post in await book.posts("alert_note")] == [(await book.named("generic:1")).id]


async def test_a_change_that_is_refused_changes_nothing(book):
    await groups(book, 1)
    alert = await book.named("generic:1")
    assert await book.alerts.change(alert.id, lambda _: None, now=later(1), more={"incident": "x"}) is None
    assert await book.named("generic:1") == alert


def test_what_has_no_service_is_never_muted():
    assert not is_muted([{"service": "", "environment": ""}], "", "")


async def test_told_is_the_sum_of_the_storm(book):
    await groups(book, 1, 2, 3, 4, 5)
    await groups(book, 4, 4, 5, at=5)
    await book.tell(told(fingerprint="generic:5", at=9, happening=Happening.RESOLVED))
    storm = await book.reader.storm((await book.storms())[0].id)
    assert (storm.groups, storm.told, storm.firing) == (2, 5, 1)
    assert [(view.fingerprint, view.times) for view in storm.worst] == [("generic:4", 3), ("generic:5", 2)]
    assert await book.reader.storm(99) is None


async def test_an_outage_told_once_stands_before_what_is_told_often_and_what_is_over_comes_last(book):
    await groups(book, 1, 2, 3, 4, 5, 6, 7)
    await groups(book, 4, 4, 4, 5, at=5)
    await execute(book.db, "UPDATE alerts SET severity = 'critical' WHERE fingerprint = 'generic:6'")
    await execute(book.db, "UPDATE alerts SET severity = 'warning' WHERE fingerprint = 'generic:5'")
    await book.tell(told(fingerprint="generic:4", at=9, happening=Happening.RESOLVED))
    storm = await book.reader.storm((await book.storms())[0].id)
    assert [view.fingerprint for view in storm.worst] == [
        "generic:6", "generic:7", "generic:5", "generic:4",
    ]  # fmt: skip

"""Incidents as they are read: with alerts and runs, with a timeline in order, found by what leads to them."""

from dataclasses import replace

import pytest

from bot.engine.alerts import Happening
from bot.engine.incident_sheet import Change
from bot.engine.incident_timeline import EntryKind
from bot.engine.incidents import Finding, IncidentState, Mark, Status
from bot.engine.states import RunState
from tests.bot.db._alerts import Book, told
from tests.bot.db._facts import ANN, BEN, NOON, a_run, execute, later
from tests.bot.db._incidents import HERE, ROOM, Ward, a_note, facts, said


@pytest.fixture
def ward(db):
    return Ward(db)


@pytest.fixture
def read(ward):
    return ward.reader


async def test_nothing_is_found_where_there_is_nothing(read):
    assert await read.load(1) is None
    assert await read.entries(1) == ()
    assert await read.evidence(1) == ()
    assert await read.ids(open_only=False, limit=5) == ()
    assert await read.counts() == (0, 0)
    assert await read.open_like("api-down", drill=False) is None
    assert await read.following() == ()
    assert await read.last_drill() is None


async def test_an_incident_knows_where_its_card_is(ward, read):
    number = await ward.opened()
    assert ((await read.load(number)).channel, (await read.load(number)).ts) == (HERE, "")
    await ward.landed(f"incident:{number}", "1.1", channel="C0ELSEWHERE")
    loaded = await read.load(number)
    assert (loaded.channel, loaded.ts) == ("C0ELSEWHERE", "1.1")
    assert loaded.sheet == await ward.sheet(number)


async def test_its_alerts_come_as_they_stand_with_where_their_cards_are(ward, read):
    book = Book(ward.db)
    await book.tell(told(service="api", environment="production", url="https://x.test/1"))
    await book.tell(told(fingerprint="generic:other", title="Other", at=1))
    await execute(ward.db, "UPDATE alerts SET acked_at = :at WHERE id = 1", at=later(5))
    await ward.landed("alert:1", "7.1", channel="C0ALERTS001")
    number = await ward.opened()
    await ward.play(number, Change(alerts=(2,)), 1)
    await ward.play(number, Change(alerts=(1, 2)), 2)
    other, first = (await read.load(number)).alerts
    assert (first.id, first.place, first.firing, first.state) == (1, "api in production", True, "firing")
    assert (first.channel, first.ts, first.url) == ("C0ALERTS001", "7.1", "https://x.test/1")
    assert (first.opened_at, first.first_seen, first.acked_at) == (NOON, NOON, later(5))
    assert (other.id, other.title, other.channel, other.ts) == (2, "Other", "", "")
    await book.tell(told(Happening.RESOLVED, 9))
    first = (await read.load(number)).alerts[1]
    assert (first.firing, first.state, first.state_at) == (False, "resolved", later(9))


async def test_its_runs_come_in_the_words_people_use_for_them(ward, read, runs):
    deploy = await a_run(runs, "a", state=RunState.FAILED)
    back = await a_run(runs, "b", state=RunState.SUCCEEDED, environment="production")
    flow = await a_run(runs, "c")
    await execute(ward.db, "UPDATE runs SET kind = 'rollback', sha = 'abc' WHERE id = :id", id=back)
    titled = "UPDATE runs SET kind = 'workflow', workflow = 'Downgrade the database' WHERE id = :id"
    await execute(ward.db, titled, id=flow)
    await execute(ward.db, "UPDATE runs SET reason = 'health_bad' WHERE id < :id", id=flow)
    number = await ward.opened()
    await ward.play(number, Change(runs=(flow, deploy, back)))
    found = (await read.load(number)).runs
    assert [(run.id, run.what, run.state, run.over) for run in found] == [
        (deploy, "Deploy of api to staging", "failed", True),
        (back, "Rollback of api in production", "succeeded", True),
        (flow, "Downgrade the database", "preparing", False),
    ]
    assert [run.why for run in found] == ["health bad", "", ""]
    await execute(ward.db, "UPDATE runs SET detail = 'It answered 500.' WHERE id = :id", id=deploy)
    assert (await read.load(number)).runs[0].why == "It answered 500."
    assert (found[1].sha, found[1].asked_by, found[1].at) == ("abc", ANN, NOON)


@pytest.mark.parametrize(
    ("state", "consent", "shown"),
    [
        ("preparing", "running", "asking"),
        ("preparing", "todo", "preparing"),
        ("running", "done", "running"),
        ("cancelled", "running", "cancelled"),
    ],
)
async def test_a_run_whose_people_are_being_asked_says_so(ward, read, runs, state, consent, shown):
    run = await a_run(runs)
    await execute(ward.db, "UPDATE runs SET state = :state", state=state)
    await execute(
        ward.db,
        "INSERT INTO run_steps (run_id, name, state, note, url, memory) "
        "VALUES (:run, 'consent', :consent, '', '', '')",
        run=run,
        consent=consent,
    )
    number = await ward.opened()
    await ward.play(number, Change(runs=(run,)))
    assert [each.state for each in (await read.load(number)).runs] == [shown]


async def test_a_timeline_is_in_the_order_in_which_things_happened(ward, read):
    number = await ward.opened()
    late = replace(a_note("remembered later", -60), said_at=later(30))
    await ward.play(number, Change(entries=(a_note("b", 20), a_note("a", 10), a_note("c", 20), late)))
    found = await read.entries(number)
    assert [entry.text for entry in found] == ["remembered later", "Opened", "a", "b", "c"]
    assert [entry.said_at for entry in found] == [later(30), None, None, None, None]


async def test_evidence_is_what_looks_found(ward, read):
    number = await ward.opened()
    good, bad = (Finding(status=status, said=status.value) for status in (Status.OK, Status.BAD))
    looks = [replace(a_note("look", second), kind=EntryKind.EVIDENCE, step="redis") for second in (9, 5)]
    noted = a_note("no look", 1)
    await ward.play(number, Change(entries=(*looks, noted), findings={0: good, 1: bad, 2: good}))
    assert await read.evidence(number) == (("redis", bad, later(5)), ("redis", good, later(9)))


async def test_lists_have_what_goes_on_first_and_then_the_newest(ward, read):
    one, two, three, four = [await ward.opened(f"k{each}", drill=each == 2) for each in range(4)]
    for number in (two, four):
        await ward.put(number, state=IncidentState.RESOLVED)
    assert await read.ids(open_only=False, limit=9) == (three, one, four, two)
    assert await read.ids(open_only=False, limit=3) == (three, one, four)
    assert await read.ids(open_only=True, limit=9) == (three, one)
    assert await read.open_ids() == (one, three)
    assert await read.counts() == (2, 4)


async def test_one_of_the_same_kind_that_goes_on_is_found(ward, read):
    real, newer, drill = await ward.opened("a"), await ward.opened("b"), await ward.opened("c", drill=True)
    assert await read.open_like("api-down", drill=False) == newer
    assert await read.open_like("api-down", drill=True) == drill
    assert await read.open_like("crash-spike", drill=False) is None
    await ward.put(newer, state=IncidentState.RESOLVED)
    assert await read.open_like("api-down", drill=False) == real


async def test_a_channel_of_its_own_leads_to_it_also_when_it_is_over(ward, read):
    number = await ward.opened()
    await ward.opened("b")
    await ward.put(number, room=ROOM, room_state="open", state=IncidentState.RESOLVED)
    assert await read.in_room(ROOM) == number
    assert await read.in_room(HERE) is None
    assert await read.in_room("") is None


async def test_a_thread_leads_to_the_incident_of_its_card_or_page(ward, read):
    number = await ward.opened()
    other = await ward.opened("b")
    page = said(f"incident:{number}:page:1", kind="incident_page", page=1)
    await ward.play(number, Change(owed=(page, said("word"))))
    await ward.landed(f"incident:{number}", "1.1")
    await ward.landed(page.key, "1.2")
    await ward.landed("word", "1.3")
    await ward.landed(f"incident:{other}", "1.1", channel="C0ELSEWHERE")
    assert [await read.by_thread(HERE, ts) for ts in ("1.1", "1.2", "1.3", "")] == [
        number,
        number,
        None,
        None,
    ]
    assert await read.by_thread("C0ELSEWHERE", "1.1") == other


async def test_a_channel_has_the_incidents_whose_cards_are_in_it(ward, read):
    one, two = await ward.opened("a"), await ward.opened("b")
    await ward.opened("c", channel="C0ELSEWHERE")
    over = await ward.opened("d")
    await ward.put(over, state=IncidentState.RESOLVED)
    assert await read.open_in(HERE) == (two, one)
    assert await read.open_in("C0NOWHERE00") == ()


async def test_an_alert_leads_to_the_newest_incident_that_goes_on(ward, read):
    await Book(ward.db).tell(told())
    one, two = await ward.opened("a"), await ward.opened("b")
    assert await read.of_alert(1) is None
    for number in (one, two):
        await ward.play(number, Change(alerts=(1,)))
    assert await read.of_alert(1) == two
    await ward.put(two, state=IncidentState.RESOLVED)
    assert await read.of_alert(1) == one


async def test_a_drill_with_an_alert_or_a_run_knows_neither(ward, read, runs):
    await Book(ward.db).tell(told())
    run = await a_run(runs, state=RunState.FAILED)
    drill, real = await ward.opened("a", drill=True), await ward.opened("b")
    for number, known in ((drill, False), (real, True)):
        await ward.play(number, Change(alerts=(1,), runs=(run,)))
        assert await read.knew_alert(1, NOON) is known
        assert await read.knew_run(run, "api-down", NOON) is known


async def test_steps_that_wait_for_a_run_are_followed(ward, read):
    number = await ward.opened()
    sheet = await ward.sheet(number)
    moved = (
        replace(sheet.steps["rollback"], mark=Mark.RUNNING, run=7),
        replace(sheet.steps["redis"], mark=Mark.RUNNING),
        replace(sheet.steps["status"], mark=Mark.DONE, run=6),
    )
    await ward.play(number, Change(steps=moved))
    assert await read.following() == ((number, "rollback", 7),)


async def test_who_owes_an_update_is_found_when_it_is_due(ward, read):
    one, two = await ward.opened("a", next_update_at=later(60)), await ward.opened("b")
    over = await ward.opened("c", next_update_at=later(1), state=IncidentState.RESOLVED)
    assert await read.reminders_due(later(59)) == ()
    assert await read.reminders_due(later(60)) == (one,)
    await ward.put(two, next_update_at=later(61))
    assert await read.reminders_due(later(61)) == (one, two)
    assert over not in await read.reminders_due(later(999))


async def test_the_last_drill_is_known_and_real_incidents_are_none(ward, read):
    await ward.opened("a", opened_at=later(99))
    assert await read.last_drill() is None
    await ward.opened("b", opened_at=later(50), drill=True, opened_by=BEN)
    await ward.opened("c", opened_at=later(20), drill=True)
    assert await read.last_drill() == later(50)
    assert (await ward.sheet(2)).facts == replace(
        facts("b", opened_at=later(50), drill=True, opened_by=BEN), id=2
    )

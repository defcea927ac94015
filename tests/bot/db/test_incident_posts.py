"""What incidents owe Slack: when it is due, in which order, and where it goes when a channel is shut."""

import asyncio

import pytest

from bot.engine.incident_notes import IncidentNote, NoteKind
from bot.engine.incident_sheet import Change
from bot.engine.incident_timeline import EntryKind
from bot.engine.incidents import IncidentState, Mark
from tests.bot.db._alerts import Book, told
from tests.bot.db._facts import NOON, a_run, execute, later
from tests.bot.db._incidents import HERE, OPS, ROOM, Ward, due_keys, said


@pytest.fixture
def ward(db):
    return Ward(db)


def page(number: int, incident: int = 1):
    return said(f"incident:{incident}:page:{number}", kind="incident_page", page=number)


async def has_pages(ward, *numbers: int) -> int:
    incident = await ward.opened()
    await ward.play(incident, Change(owed=tuple(page(each, incident) for each in numbers)), 0)
    return incident


async def test_a_card_and_its_pages_are_due_whenever_the_incident_is_newer(ward):
    incident = await has_pages(ward, 1)
    assert await due_keys(ward) == ["incident:1", "incident:1:page:1"]
    await ward.landed("incident:1", "1.1", revision=2)
    await ward.landed("incident:1:page:1", "1.2", revision=2)
    assert await due_keys(ward) == []
    await ward.tick(incident, "redis")
    assert await due_keys(ward) == ["incident:1", "incident:1:page:1"]
    await ward.landed("incident:1", "1.1", revision=3)
    assert await due_keys(ward) == ["incident:1:page:1"]


async def test_pages_are_due_in_the_order_of_the_checklist(ward):
    await has_pages(ward, 10, 2, 1)
    assert await due_keys(ward) == ["incident:1", *(f"incident:1:page:{each}" for each in (1, 2, 10))]


async def test_what_one_move_says_is_due_in_its_order(ward):
    incident = await ward.opened()
    await ward.landed("incident:1", "1.1", revision=9)
    await ward.play(incident, Change(owed=tuple(said(key) for key in "zay")))
    assert await due_keys(ward) == ["z", "a", "y"]


async def test_what_is_said_is_said_once(ward):
    incident = await ward.opened()
    await ward.landed("incident:1", "1.1", revision=9)
    kinds = ("incident_said", "incident_report")
    await ward.play(incident, Change(owed=tuple(said(kind, kind=kind) for kind in kinds)))
    assert await due_keys(ward) == list(kinds)
    for kind in kinds:
        await ward.landed(kind, "2.1")
    await ward.tick(incident, "redis")
    assert await due_keys(ward) == []


async def test_of_reminders_only_the_newest_is_due_and_none_of_what_is_over_or_was_answered(ward):
    incident = await ward.opened()
    await ward.landed("incident:1", "1.1", revision=99)
    for number in (1, 2):
        await ward.put(incident, number, reminders=number)
        reminder = said(f"incident:1:remind:{number}", kind="incident_remind")
        await ward.play(incident, Change(owed=(reminder,)), number)
    assert await due_keys(ward) == ["incident:1:remind:2"]
    await ward.put(incident, 3, update_at=later(3))
    assert await due_keys(ward) == []
    await ward.put(incident, 4, update_at=later(0))
    assert await due_keys(ward) == ["incident:1:remind:2"]
    await ward.put(incident, 5, state=IncidentState.RESOLVED)
    assert await due_keys(ward) == []


async def test_what_is_not_to_be_said_yet_waits(ward):
    await ward.open(change=Change(owed=(said("later", not_before=later(60)),)))
    assert await due_keys(ward, later(59)) == []
    assert await due_keys(ward, later(60)) == ["later"]


async def test_incidents_go_with_runs_and_evidence_with_alerts(ward, runs):
    evidence, note = (
        IncidentNote(kind=kind, text='{"kind":"evidence"}').encode()
        for kind in (NoteKind.EVIDENCE, NoteKind.NOTE)
    )
    await Book(ward.db).tell(told())
    change = Change(
        owed=(
            said("incident:{id}", kind="incident"),
            said("a", evidence),
            said("b", note),
            said("c", "no JSON"),
        )
    )
    await ward.open(change=change)
    run = await a_run(runs)
    await execute(ward.db, "UPDATE posts SET created_at = :at", at=NOON)
    found = {post.key: post.urgency for post in await ward.posts.due(later(9))}
    assert found == {"incident:1": 0, "b": 0, "c": 0, f"run:{run}:card": 0, "a": 1, "alert:1": 1}
    assert list(found)[-2:] == ["a", "alert:1"]


@pytest.mark.parametrize("refused", ["incident:1", "incident:1:page:1", "told:2"])
async def test_where_a_channel_is_shut_the_whole_incident_moves(ward, refused):
    incident = await has_pages(ward, 1, 2)
    for key, ts in (("incident:1", "1.1"), ("incident:1:page:1", "1.2")):
        await ward.posts.trying(key, NOON)
        await ward.landed(key, ts)
    await ward.play(
        incident, Change(owed=(said("told:1"), said("told:2"), said("far", channel="C0FAR00001")))
    )
    await ward.landed("told:1", "1.3")
    await ward.posts.redirect(refused, to=OPS, why="is_archived")
    cards = [await ward.post(key) for key in ("incident:1", "incident:1:page:1", "incident:1:page:2")]
    for card in cards:
        assert (card.channel, card.ts, card.sent_revision, card.trying_since) == (OPS, "", 0, None)
        assert card.misdirected == f"{HERE} is_archived"
    assert [(await ward.post(key)).channel for key in ("told:1", "told:2", "far")] == [
        HERE,
        OPS,
        "C0FAR00001",
    ]
    assert (await ward.sheet()).facts.channel == OPS
    assert (await ward.reader.load(1)).channel == OPS
    await ward.play(incident, Change(owed=(said("told:3"),)))
    assert (await ward.post("told:3")).channel == OPS


async def test_moving_to_where_it_is_already_changes_nothing(ward):
    await has_pages(ward, 1)
    await ward.posts.redirect("incident:1", to=OPS, why="is_archived")
    await ward.landed("incident:1", "5.1", channel=OPS)
    await ward.posts.redirect("incident:1:page:1", to=OPS, why="is_archived")
    card = await ward.post("incident:1")
    assert (card.ts, card.misdirected) == ("5.1", f"{HERE} is_archived")


async def test_a_message_to_a_channel_of_its_own_moves_alone(ward):
    incident = await ward.opened()
    await ward.play(incident, Change(owed=(said("far", channel="C0FAR00001"), said("near"))))
    await ward.posts.redirect("far", to=OPS, why="not_in_channel")
    far = await ward.post("far")
    assert (far.channel, far.misdirected) == (OPS, "C0FAR00001 not_in_channel")
    assert [(await ward.post(key)).channel for key in ("near", "incident:1")] == [HERE, HERE]
    assert (await ward.sheet()).facts.channel == HERE


async def test_other_incidents_stay_where_they_are(ward):
    await ward.opened("a")
    await ward.opened("b")
    await ward.posts.redirect("incident:1", to=OPS, why="is_archived")
    assert ((await ward.post("incident:2")).channel, (await ward.sheet(2)).facts.channel) == (HERE, HERE)


async def with_room(ward) -> int:
    incident = await ward.opened()
    await ward.put(incident, room=ROOM, room_state="open")
    await ward.play(incident, Change(owed=(said("early"), said("late"), said("later"))))
    await ward.landed("early", "9.1", channel=ROOM)
    await ward.posts.trying("late", NOON)
    return incident


async def left(ward, key, channel=ROOM, second=9):
    return await ward.posts.left_room(key, channel=channel, why="is_archived", at=later(second))


async def test_a_room_that_is_shut_is_forgotten_and_the_rest_is_said_in_the_thread(ward):
    incident = await with_room(ward)
    assert await left(ward, "late")
    sheet = await ward.sheet()
    assert (sheet.facts.room, sheet.facts.room_state, sheet.facts.room_trouble) == (
        "",
        "closed",
        "is_archived",
    )
    assert sheet.facts.revision == 4  # the card shows it
    posts = [await ward.post(key) for key in ("early", "late", "later")]
    assert [(post.channel, post.ts) for post in posts] == [(ROOM, "9.1"), (HERE, ""), (HERE, "")]
    assert posts[1].trying_since is None
    entry = (await ward.reader.entries(incident))[-1]
    assert (entry.kind, entry.at) == (EntryKind.ROOM, later(9))
    assert "is_archived" in entry.text
    await ward.play(incident, Change(owed=(said("last"),)))
    assert (await ward.post("last")).channel == HERE


async def test_a_room_is_forgotten_once_however_many_messages_were_for_it(ward):
    incident = await with_room(ward)
    assert [await left(ward, key) for key in ("late", "later")] == [True, True]
    assert (await ward.sheet()).facts.revision == 4
    assert len([e for e in await ward.reader.entries(incident) if e.kind is EntryKind.ROOM]) == 1


async def test_a_room_closed_on_purpose_stays_known(ward):
    incident = await with_room(ward)
    await ward.put(incident, room_state="closed")
    before = await ward.sheet()
    assert await left(ward, "late")
    assert await ward.sheet() == before
    assert before.facts.room == ROOM
    assert (await ward.post("later")).channel == HERE


async def test_another_channel_is_no_room(ward):
    await with_room(ward)
    before = await ward.sheet()
    assert not await left(ward, "incident:1", HERE)
    assert await ward.sheet() == before


async def test_a_lost_page_is_owed_anew(ward):
    await has_pages(ward, 1)
    for key in ("incident:1", "incident:1:page:1"):
        await ward.posts.trying(key, NOON)
        await ward.landed(key, "1.1", revision=9)
    await ward.posts.lost("incident:1:page:1")
    assert await due_keys(ward) == ["incident:1:page:1"]
    lost = await ward.post("incident:1:page:1")
    assert (lost.ts, lost.trying_since) == ("", None)


async def test_a_move_while_people_tick_loses_no_tick(ward):
    incident = await has_pages(ward, 1)
    moving = ward.posts.redirect("incident:1", to=OPS, why="is_archived")
    await asyncio.gather(ward.tick(incident, "redis"), moving, ward.tick(incident, "status"))
    sheet = await ward.sheet()
    assert (sheet.facts.channel, sheet.facts.revision) == (OPS, 4)
    assert [key for key, step in sheet.steps.items() if step.mark is Mark.DONE] == ["status", "redis"]

"""An incident's own channel: made or found, people let in, closed after the report, kept by who goes on."""

import pytest

from bot.engine.incident_notes import NoteKind
from bot.engine.incidents import Sev
from bot.errors import UserError, VendorRejected, VendorUnavailable
from bot.incidenting import Room
from tests.bot.incidents._asked import ending, said
from tests.bot.incidents._world import ANN, BEN, CLEO

NAME = "inc-1-api-down"


async def opened(world, **more):
    await world.open(**more)
    await world.work()
    return await world.desk.incident(1)


async def talked_in(world):
    return {due.channel for due in await world.posts.due() if due.kind == "incident_said"}


async def test_it_is_made_named_and_welcomes_people(room_world):
    room_world.people.holders = {"approver": (BEN, ANN)}
    view = await opened(room_world)

    room = room_world.rooms.made[NAME]
    assert view.room == room
    assert room_world.rooms.topics[room] == "SEV1: It is down (incident 1)"
    assert room_world.rooms.invited[room][0] == ANN
    assert len(room_world.rooms.invited[room]) == len(set(room_world.rooms.invited[room]))
    assert f"room: #{NAME} is its channel" in await room_world.timeline()
    assert [one.text for one in await said(room_world, "welcome")] == ["It is down"]
    await room_world.desk.note(1, ANN, "said here", "k")
    (post,) = [due for due in await room_world.posts.due() if due.key == "incident:1:note:k"]
    assert post.channel == room


async def test_its_topic_says_how_bad_it_is_now(room_world):
    view = await opened(room_world)
    await room_world.desk.severity(1, ANN, Sev.SEV3)
    await room_world.work()
    assert room_world.rooms.topics[view.room] == "SEV3: It is down (incident 1)"


async def test_a_channel_an_earlier_life_made_is_found_and_not_made_again(room_world):
    room_world.rooms.after["create"] = [VendorUnavailable("Slack", "making a channel")]
    await room_world.open()
    await room_world.work()
    await room_world.later(1)
    assert list(room_world.rooms.made) == [NAME]
    assert (await room_world.desk.incident(1)).room == room_world.rooms.made[NAME]
    assert [one.kind for one in await said(room_world, "welcome")] == [NoteKind.WELCOME]


async def test_a_name_that_others_have_is_taken_with_the_next_number(room_world):
    for taken in (NAME, f"{NAME}-2"):
        room_world.rooms.made[taken] = "C0OTHERS01"
        room_world.rooms.of_others.add(taken)
    view = await opened(room_world)
    assert view.room == room_world.rooms.made[f"{NAME}-3"]


async def test_without_a_free_name_or_the_right_to_make_one_people_talk_in_the_thread(room_world):
    room_world.rooms.before["create"] = [
        VendorRejected("Slack", "making a channel", detail="restricted_action")
    ]
    view = await opened(room_world)
    assert (view.room, "restricted_action" in view.room_trouble) == ("", True)
    await room_world.desk.note(1, ANN, "said here", "k")
    assert await talked_in(room_world) == {"C0OPSDESK01"}


REFUSED = VendorRejected("Slack", "inviting people", detail="not_in_channel")
JOIN = "the channel is public, and whoever opens it can join"


async def test_people_who_cannot_be_let_in_close_no_channel_and_are_named(room_world):
    room_world.people.holders = {"approver": (BEN, CLEO, "U0DANDEPLOY")}
    room_world.rooms.before["invite"] = [REFUSED]
    view = await opened(room_world)
    assert view.room in room_world.rooms.topics
    named = f"@{ANN}, @{BEN}, @{CLEO} and 1 more"
    assert view.room_trouble == f"Slack did not let in {named} ({REFUSED}); {JOIN}"
    assert f"room: {view.room_trouble}" in await room_world.timeline()


async def test_a_topic_that_is_refused_keeps_nobody_out_and_is_said(room_world):
    room_world.people.holders = {}
    room_world.rooms.before["topic"] = [VendorRejected("Slack", "setting a topic", detail="too_long")]
    view = await opened(room_world)
    assert room_world.rooms.invited[view.room] == [ANN]
    assert view.room_trouble == "its topic is not set (Slack failed while setting a topic: too_long)"


async def test_who_is_left_out_is_named(room_world):
    room_world.people.holders = {"approver": (BEN,)}
    room_world.rooms.strangers = {BEN}
    view = await opened(room_world)
    assert room_world.rooms.invited[view.room] == [ANN]
    assert view.room_trouble == f"Slack did not let in @{BEN}; {JOIN}"


async def test_who_gets_a_part_later_is_let_in(room_world):
    room_world.people.holders = {}
    view = await opened(room_world)
    await room_world.desk.role(1, ANN, "commander", BEN)
    await room_world.work()
    assert room_world.rooms.invited[view.room] == [ANN, BEN]


async def test_who_gets_a_part_while_the_channel_is_made_is_let_in(room_world):
    room_world.people.holders = {}
    await room_world.open()
    await room_world.desk.role(1, ANN, "commander", BEN)  # before the channel is made
    create = room_world.rooms.create

    async def meanwhile(name):
        await room_world.desk.role(1, ANN, "speaker", CLEO)
        return await create(name)

    room_world.rooms.create = meanwhile
    await room_world.work()
    ((_, invited),) = room_world.rooms.invited.items()
    assert invited == [ANN, BEN, CLEO]


@pytest.mark.parametrize(("strangers", "refusals"), [({BEN}, []), (set(), [REFUSED])])
async def test_who_cannot_be_let_in_later_is_named_once(room_world, strangers, refusals):
    await opened(room_world)
    room_world.rooms.strangers, room_world.rooms.before["invite"] = strangers, refusals
    await room_world.desk.role(1, ANN, "commander", BEN)
    await room_world.work()
    view = await room_world.desk.incident(1)
    assert view.room_trouble.startswith(f"Slack did not let in @{BEN}")
    assert (await room_world.timeline())[-1] == f"room: {view.room_trouble}"
    await room_world.desk.resolve(1, ending())
    await room_world.work()
    await room_world.later(60)
    assert (await room_world.desk.incident(1)).room_trouble == ""


async def test_who_joins_and_is_left_out_is_told(room_world):
    view = await opened(room_world)
    room_world.rooms.strangers = {BEN}
    with pytest.raises(UserError, match=f"did not let you into <#{view.room}>. It is public"):
        await room_world.desk.join(1, BEN)


async def test_a_report_is_the_last_word_there_and_then_it_is_archived(room_world):
    view = await opened(room_world)
    await room_world.desk.resolve(1, ending())
    await room_world.work()
    assert room_world.rooms.archived == []

    await room_world.later(60)

    assert room_world.rooms.archived == [view.room]
    assert (await room_world.timeline())[-1] == "room: its channel was archived"
    over = await room_world.desk.incident(1)
    assert (over.room, over.report_in) == (view.room, view.room)


async def test_one_that_goes_on_again_keeps_its_channel(room_world):
    await opened(room_world)
    await room_world.desk.resolve(1, ending())
    await room_world.work()
    await room_world.desk.reopen(1, BEN, "no")
    await room_world.later(61)
    assert room_world.rooms.archived == []


async def test_the_second_ends_report_has_its_minute_too(room_world):
    await opened(room_world)
    for wait in (50, 10):
        await room_world.desk.resolve(1, ending())
        await room_world.work()
        await room_world.later(wait)
        if wait == 50:
            await room_world.desk.reopen(1, BEN, "no")
    assert room_world.rooms.archived == []
    await room_world.later(50)
    assert len(room_world.rooms.archived) == 1


async def test_one_that_is_reopened_after_its_channel_was_archived_talks_in_the_thread(room_world):
    await opened(room_world)
    await room_world.desk.resolve(1, ending())
    await room_world.work()
    await room_world.later(60)
    view = await room_world.desk.reopen(1, BEN, "no")
    await room_world.desk.join(1, BEN)
    await room_world.desk.note(1, ANN, "said here", "k")
    (post,) = [due for due in await room_world.posts.due() if due.key == "incident:1:note:k"]
    assert (post.channel, view.room) == ("C0OPSDESK01", "")
    await room_world.desk.resolve(1, ending())
    await room_world.work()
    await room_world.later(60)
    assert len(room_world.rooms.archived) == 1
    assert (await room_world.desk.incident(1)).report_in == "C0OPSDESK01", "in the thread, as the talk is"


async def test_a_channel_that_cannot_be_archived_is_let_be(room_world):
    await opened(room_world)
    room_world.rooms.before["archive"] = [VendorRejected("Slack", "archiving", detail="restricted_action")]
    await room_world.desk.resolve(1, ending())
    await room_world.work()
    await room_world.later(60)
    await room_world.later(600)
    assert room_world.rooms.calls.count("archive") == 1


@pytest.mark.parametrize("drills", [True, False])
async def test_drills_have_a_channel_only_where_that_is_wanted(room_world, drills):
    room = Room(name="drill-{date}-{number}", drills=drills)
    incidents = room_world.project.incidents.model_copy(update={"room": room})
    room_world.project = room_world.project.model_copy(update={"incidents": incidents})
    room_world.reborn()
    await opened(room_world, drill=True)
    assert list(room_world.rooms.made) == (["drill-2026-05-04-1"] if drills else [])
    assert list(room_world.rooms.topics.values()) == (
        ["DRILL SEV1: It is down (incident 1)"] if drills else []
    )

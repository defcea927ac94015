"""Which incident people mean, and messages they put on its timeline."""

from datetime import UTC, datetime

import pytest

from bot.engine.reasons import Reason
from bot.errors import VendorUnavailable
from tests.bot.incidents._asked import ending, refusal, revision
from tests.bot.incidents._world import ANN, BEN, MIGRATION, MemorySaid

HOME, ELSEWHERE = "C0OPSDESK01", "C0GENERAL01"
TS = "1777895400.000200"
WRITTEN = datetime(2026, 5, 4, 11, 50, 0, 200, tzinfo=UTC)


async def landed(world, number: int, ts: str) -> None:
    await world.posts.landed(f"incident:{number}", channel=HOME, ts=ts, revision=1)


async def two(world):
    """Two incidents go on, their cards in one channel."""
    await world.open()
    await world.open(MIGRATION, key="2")
    await landed(world, 1, "1.1")
    await landed(world, 2, "2.2")


async def noticed(world, channel=ELSEWHERE, thread="", *, by=BEN, author=ANN, text="CPU is at 100%", key="d"):
    world.rooms.messages[channel, TS] = MemorySaid(author=author, text=text, thread_ts=thread)
    return await world.desk.noticed(channel, TS, by, key=key)


async def marked(world, number=1):
    return [entry for entry in await world.reader.entries(number) if entry.kind == "message"]


async def test_where_nothing_is_open_people_are_told_how_to_open_one(world):
    refused = await refusal(world.desk.here(ELSEWHERE))
    assert (refused.reason, str(refused)) == (
        Reason.UNKNOWN_INCIDENT,
        "No incident is open. `/pawincident open` opens one, `/pawincident list` shows earlier ones.",
    )


async def test_the_only_one_that_goes_on_is_meant_wherever_one_asks(world):
    await world.open()
    assert (await world.desk.here(ELSEWHERE)).id == 1


async def test_of_several_people_are_asked_to_name_one(world):
    await two(world)
    for channel in (HOME, ELSEWHERE):
        refused = await refusal(world.desk.here(channel))
        assert str(refused) == "Several incidents are open: 1, 2. Name one: `/pawincident status 1`."


async def test_a_thread_and_a_channel_of_its_own_say_which_also_after_its_end(room_world):
    await two(room_world)
    await room_world.work()
    room = (await room_world.desk.incident(1)).room
    await room_world.desk.resolve(1, ending())

    assert (await room_world.desk.here(room)).id == 1
    assert (await room_world.desk.here(HOME, "1.1")).id == 1
    assert (await room_world.desk.here(HOME, "2.2")).id == 2
    assert (await room_world.desk.here(HOME)).id == 2, "the other one is over"


async def test_the_one_with_its_card_in_the_channel_goes_before_others(world):
    await world.open()
    await world.open(MIGRATION, key="2", channel=ELSEWHERE)
    await landed(world, 1, "1.1")
    assert (await world.desk.here(ELSEWHERE)).id == 2


async def test_a_marked_message_is_on_the_timeline_when_and_by_whom_it_was_written(world):
    await world.open()
    await noticed(world)

    (entry,) = await marked(world)
    assert (entry.at, entry.by, entry.text) == (WRITTEN, ANN, f"CPU is at 100% (marked by @{BEN})")
    assert entry.url.startswith("https://slack.example/")
    assert entry.said_at == world.now()
    assert [one.kind for one in await world.reader.entries(1)] == ["message", "opened"]


async def test_who_marks_their_own_message_is_named_once(world):
    await world.open()
    await noticed(world, by=ANN)
    assert [entry.text for entry in await marked(world)] == ["CPU is at 100%"]


async def test_pinned_and_marked_it_is_one_line(world):
    await world.open()
    await noticed(world, key="pin")
    await noticed(world, key="reaction")
    assert len(await marked(world)) == 1


@pytest.mark.parametrize(("text", "kept"), [("", "a message without words"), ("x" * 9_000, "x" * 4_000)])
async def test_a_message_without_words_or_with_far_too_many_is_kept_all_the_same(world, text, kept):
    await world.open()
    await noticed(world, by=ANN, text=text)
    assert [entry.text for entry in await marked(world)] == [kept]


@pytest.mark.parametrize("drill", [False, True])
async def test_a_message_nobody_can_place_is_nobodys_and_that_is_said(world, drill):
    await world.open(drill=drill)
    await world.open(MIGRATION, key="2", drill=drill)
    before = await revision(world, 1), await revision(world, 2)
    assert await noticed(world) == (1, 2)
    assert (await revision(world, 1), await revision(world, 2)) == before


async def test_a_drill_beside_a_real_incident_takes_no_message_away_from_it(world):
    await world.open()
    await landed(world, 1, "1.1")
    await world.open(key="2", drill=True)
    await landed(world, 2, "2.2")
    assert await noticed(world, HOME) == ()
    assert (len(await marked(world, 1)), len(await marked(world, 2))) == (1, 0)
    assert await noticed(world, HOME, "2.2", text="in the drill's thread") == ()


async def test_of_a_real_one_and_a_drill_people_are_asked_and_shown_the_command_they_typed(world):
    await world.open(drill=True)
    await world.open(key="2")
    refused = await refusal(world.desk.here(HOME, line="/pawincident update [N] words…"))
    assert str(refused) == (
        "Several incidents are open: 1 (a drill), 2. Name one: `/pawincident update 2 words…`."
    )


async def test_of_several_the_thread_or_the_card_itself_says_which(world):
    await two(world)
    await noticed(world, HOME, "2.2")
    assert (len(await marked(world, 1)), len(await marked(world, 2))) == (0, 1)
    world.rooms.messages[HOME, "1.1"] = MemorySaid(author="", text="the card")
    await world.desk.noticed(HOME, "1.1", BEN, key="card")
    assert [entry.text for entry in await marked(world, 1)] == [f"the card (marked by @{BEN})"]


async def test_what_is_marked_after_the_end_is_noted_where_it_was_said(world):
    await two(world)
    await world.desk.resolve(1, ending())
    await noticed(world, HOME, "1.1")
    assert len(await marked(world, 1)) == 1


async def test_a_message_slack_cannot_give_is_trouble_for_whoever_calls(world):
    await world.open()
    with pytest.raises(VendorUnavailable):
        await world.desk.noticed(ELSEWHERE, "9.9", BEN, key="d")

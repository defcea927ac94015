"""When a move is made."""

from dataclasses import replace

import pytest

from bot.engine.incidents import COMMANDER, Mark, Sev
from bot.incidents import moves
from bot.incidents.changing import make
from tests.bot.incidents._world import ANN, BEN


class Queue:
    """A store before which others stand in line for some seconds."""

    def __init__(self, world, seconds):
        self.world, self.seconds = world, seconds

    async def change(self, *given, **more):
        await self.world.clock.sleep(self.seconds)
        return await self.world.kit.store.change(*given, **more)


async def test_a_move_that_waited_for_others_is_made_when_its_turn_comes(world):
    await world.open()
    asked = world.now()

    kit = replace(world.kit, store=Queue(world, 5))
    await make(kit, 1, lambda draft: moves.skip(draft, "redis", ANN, "No Redis here."))

    entry = (await world.reader.entries(1))[-1]
    assert (entry.at - asked).total_seconds() == 5
    assert (await world.desk.incident(1)).step("redis").at == entry.at
    (key,) = [key for key in await world.owed() if ":skipped:redis:" in key]
    said = await world.posts.find(key)
    assert (said.created_at - entry.at).total_seconds() < 1


async def test_an_update_delivered_twice_is_one_and_does_not_undo_what_came_between(world):
    await world.open()
    first, second = world.desk.of("first"), world.desk.of("second")
    await first.update(1, ANN, "We look.", "first")
    await second.update(1, BEN, "We found it.", "second")
    before = await world.desk.incident(1)

    await world.clock.sleep(30)
    await first.update(1, ANN, "We look.", "first")

    assert await world.desk.incident(1) == before
    assert before.update == "We found it."
    assert [line for line in await world.timeline() if line.startswith("update:")] == [
        "update: We look.",
        "update: We found it.",
    ]


TICK = lambda desk: desk.tick(1, "redis", ANN)  # noqa: E731 - a row of the table below
UNTICK = lambda desk: desk.untick(1, "redis", BEN, "Too early.")  # noqa: E731 - a row of the table below


@pytest.mark.parametrize(("first", "then"), [
    (TICK, UNTICK),
    (lambda desk: desk.skip(1, "redis", ANN, "No Redis."), UNTICK),
    (lambda desk: desk.own(1, "redis", ANN, ANN), lambda desk: desk.own(1, "redis", BEN, BEN)),
    (lambda desk: desk.remark(1, "redis", ANN, "Slow.", "a"),
     lambda desk: desk.remark(1, "redis", BEN, "Quick.", "b")),
    (lambda desk: desk.severity(1, ANN, Sev.SEV1), lambda desk: desk.severity(1, BEN, Sev.SEV3)),
    (lambda desk: desk.role(1, ANN, COMMANDER, ANN), lambda desk: desk.role(1, BEN, COMMANDER, BEN)),
    (lambda desk: desk.command(1, ANN), lambda desk: desk.role(1, BEN, COMMANDER, "")),
])  # fmt: skip
async def test_what_comes_again_does_not_undo_what_came_between(world, first, then):
    await world.open()
    await first(world.desk.of("d1"))
    one = await world.desk.incident(1)
    await then(world.desk.of("d2"))
    before, told = await world.desk.incident(1), await world.timeline()
    assert before != one

    await first(world.desk.of("d1"))

    assert await world.desk.incident(1) == before
    assert await world.timeline() == told


async def test_a_tick_taken_back_and_ticked_anew_is_not_taken_back_by_the_form_that_comes_again(world):
    await world.open()
    await TICK(world.desk.of("d1"))
    await UNTICK(world.desk.of("d2"))
    await TICK(world.desk.of("d3"))

    again = await UNTICK(world.desk.of("d2"))

    assert again.step("redis").mark is Mark.DONE


async def test_two_things_one_form_asks_for_are_both_done_once(world):
    await world.open()
    desk = world.desk.of("d1")
    for _ in range(2):
        await desk.tick(1, "redis", ANN)
        await desk.remark(1, "redis", ANN, "Slow.", "d1")
    assert [line.split(":")[0] for line in await world.timeline()][-2:] == ["tick", "note"]

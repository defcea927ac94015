"""When a move is made."""

from dataclasses import replace

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
    await world.desk.update(1, ANN, "We look.", "first")
    await world.desk.update(1, BEN, "We found it.", "second")
    before = await world.desk.incident(1)

    await world.clock.sleep(30)
    await world.desk.update(1, ANN, "We look.", "first")

    assert await world.desk.incident(1) == before
    assert before.update == "We found it."
    assert [line for line in await world.timeline() if line.startswith("update:")] == [
        "update: We look.",
        "update: We found it.",
    ]


async def test_a_note_on_a_step_delivered_twice_does_not_undo_what_came_between(world):
    await world.open()
    await world.desk.remark(1, "redis", ANN, "Slow.", "first")
    await world.desk.remark(1, "redis", BEN, "Quick again.", "second")

    again = await world.desk.remark(1, "redis", ANN, "Slow.", "first")

    assert again.step("redis").remark == "Quick again."

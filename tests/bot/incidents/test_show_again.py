"""A box whose press came to nothing is shown as it is: under a new id, and nothing else has happened."""

from tests.bot.incidents._asked import step
from tests.bot.incidents._world import ANN


async def test_the_step_and_the_card_are_newer_and_nothing_was_done(world):
    before = await world.open()
    entries, found = await world.timeline(), await step(world, "which")
    await world.desk.show_again(1, "which")
    after = await step(world, "which")
    assert (after.revision, after.mark) == (found.revision + 1, found.mark)
    assert (await world.desk.incident(1)).revision > before.revision
    assert await world.timeline() == entries


async def test_where_there_is_no_such_step_nothing_happens(world):
    await world.open()
    before = (await world.desk.incident(1)).revision
    await world.desk.show_again(1, "no-such-step")
    await world.desk.show_again(99, "which")
    await world.desk.choose(1, "which", "redis", ANN)
    assert before < (await world.desk.incident(1)).revision

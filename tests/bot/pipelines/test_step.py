"""What a step may rely on: patience with vendors, honest time limits, a Cancel that is heard."""

import itertools

import pytest

from bot.engine.states import RunState, StepName
from bot.errors import CancelRequested, VendorRejected, VendorUnavailable
from bot.pipelines.step import Step


def away(**more):
    return VendorUnavailable("GitHub", "reading checks", **more)


async def a_step(world, **columns):
    run_id = await world.a_run(RunState.RUNNING)
    await world.runs.write_step(run_id, StepName.CHECKS, started_at=world.clock.now(), **columns)
    return Step(world.kit, await world.view(run_id), StepName.CHECKS)


class Vendor:
    """Fails with these, then answers."""

    def __init__(self, world, *errors):
        self.world, self.errors, self.asked = world, list(errors), []

    async def __call__(self):
        self.asked.append(self.world.clock.passed)
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


def gaps(vendor):
    return [after - before for before, after in itertools.pairwise(vendor.asked)]


async def test_a_vendor_that_is_away_is_asked_again_ever_more_rarely(world):
    step, vendor = await a_step(world), Vendor(world, *(away() for _ in range(3)))
    assert await step.ask(vendor) == "answer"
    assert gaps(vendor) == [5, 10, 20]


async def test_retry_after_is_waited_out_even_when_it_is_longer_than_our_own_pauses(world):
    step, vendor = await a_step(world), Vendor(world, away(retry_after=45))
    assert await step.ask(vendor) == "answer"
    assert gaps(vendor) == [45]


async def test_patience_ends_and_the_vendors_error_is_told(world):
    step, vendor = await a_step(world), Vendor(world, *(away(status=503) for _ in range(99)))
    with pytest.raises(VendorUnavailable):
        await step.ask(vendor)
    assert world.clock.passed == world.project.timings.vendor_patience
    assert len(vendor.asked) < 8


async def test_a_refusal_is_told_at_once(world):
    step, vendor = await a_step(world), Vendor(world, VendorRejected("GitHub", "reading", status=404))
    with pytest.raises(VendorRejected):
        await step.ask(vendor)
    assert world.clock.passed == 0


async def test_the_card_says_who_does_not_answer_and_forgets_it_when_they_do(world):
    step = await a_step(world, note="waiting for lint")
    seen = []

    async def look():
        seen.append((await world.view(step.run.id)).step(StepName.CHECKS).note)

    world.clock.then(1, look)
    await step.ask(Vendor(world, away(status=503)))
    await look()
    assert seen == ["GitHub is not answering, asking again (HTTP 503)", "waiting for lint"]


@pytest.mark.parametrize("within", ["pause", "ask"])
async def test_cancel_is_heard_within_a_second_inside_any_wait(world, within):
    step = await a_step(world)
    world.clock.then(3, lambda: world.cancel(step.run.id))
    waits = {"pause": lambda: step.pause(30), "ask": lambda: step.ask(Vendor(world, away(retry_after=30)))}
    with pytest.raises(CancelRequested):
        await waits[within]()
    assert world.clock.passed <= 4


async def test_a_cancel_of_before_is_heard_even_by_a_pause_of_nothing(world):
    step = await a_step(world)
    await world.cancel(step.run.id)
    with pytest.raises(CancelRequested):
        await step.pause(0)


async def test_a_step_is_overdue_when_its_time_is_up(world):
    step = await a_step(world)
    await step.pause(59)
    assert not step.overdue(60)
    await step.pause(1)
    assert step.overdue(60)


async def test_time_the_bot_was_away_is_never_the_whole_judgement(world):
    before = await a_step(world)
    await world.clock.sleep(3600)
    step = Step(world.kit, before.run, StepName.CHECKS)
    assert not step.overdue(60)
    await step.pause(15)
    assert step.overdue(60)


async def test_what_a_step_remembers_outlives_it(world):
    step = await a_step(world)
    assert await step.recall() == {}
    await step.remember(known=["d-1"])
    assert await Step(world.kit, step.run, StepName.CHECKS).recall() == {"known": ["d-1"]}


async def test_the_same_words_twice_redraw_the_card_once(world):
    step = await a_step(world)
    for _ in range(3):
        await step.say("waiting for lint")
    assert world.kit.cards.changes == 1

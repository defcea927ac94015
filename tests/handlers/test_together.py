"""Which updates were released together with what a service runs, and going back from both."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.reasons import Reason
from bot.engine.runs import TakenBack
from bot.engine.states import RunKind, RunState, StepName, StepState
from bot.errors import UserError
from bot.pipelines.requests import RollbackRequest
from handlers._places import find_place
from handlers._together import go_back_together, out_now, released_together, together_or_refuse
from tests.handlers._apps import MemoryApps, MemoryUpdates
from tests.handlers._desk import MemoryDesk
from tests.handlers._runs import NOON, a_run
from tests.handlers._slack import ANN, pawlogic
from tests.handlers._updates import a_way_back_of, an_update, rolled, to_update, undo

PLACE = find_place(pawlogic(), "production")
HOUR = timedelta(hours=1)
ALL = [StepState.DONE] * 7


def a_deploy(**changes):
    facts = {"id": 5, "environment": "production", "requested_at": NOON - HOUR, "ended_at": NOON}
    return a_run(**facts | changes)


def published(after: timedelta = HOUR, **changes):
    facts = {
        "id": 9,
        "state": RunState.SUCCEEDED,
        "mobile": rolled(100, 2),
        "requested_at": NOON + after,
        "ended_at": NOON + after + HOUR,
    }
    return an_update(*ALL, **facts | changes)


async def found(*runs):
    desk = MemoryDesk()
    desk.runs = {run.id: run for run in runs}
    return [one.update.id for one in await released_together(MemoryApps(desk), pawlogic(), PLACE)]


async def test_an_update_within_a_day_after_the_newest_deploy_came_with_it():
    assert await found(a_deploy(), published()) == [9]
    assert await found(a_deploy(), published(timedelta(days=1))) == [9]


async def test_a_later_one_and_an_earlier_one_did_not():
    assert await found(a_deploy(), published(timedelta(days=1, seconds=1))) == []
    assert await found(a_deploy(), published(-2 * HOUR)) == []


async def test_one_that_is_still_rolled_out_counts():
    rolling = replace(published(), state=RunState.RUNNING, mobile=rolled(10, 0), ended_at=None)

    assert await found(a_deploy(), rolling) == [9]


async def test_a_deploy_after_the_update_parts_them():
    newer = a_deploy(id=20, requested_at=NOON + 3 * HOUR, ended_at=NOON + 4 * HOUR)

    assert await found(a_deploy(), published(), newer) == []


async def test_a_deploy_that_shipped_nothing_parts_nothing():
    refused = a_deploy(id=20, state=RunState.REFUSED, requested_at=NOON + 3 * HOUR, steps=a_run().steps[:2])
    unshipped = tuple(
        replace(step, state=StepState.TODO) if step.name is StepName.SHIP else step for step in a_run().steps
    )

    assert await found(a_deploy(), published(), replace(refused, steps=unshipped)) == [9]


async def test_without_a_deploy_nothing_came_with_it():
    assert await found(published()) == []


@pytest.mark.parametrize(
    "back",
    [
        {"state": RunState.SUCCEEDED, "reason": Reason.UPDATE_TAKEN_BACK},
        {"state": RunState.RUNNING},
        {"state": RunState.WAITING},
    ],
)
async def test_one_that_is_taken_back_is_not_taken_back_again(back):
    assert await found(a_deploy(), published(), a_way_back_of(undo(), id=10, **back)) == []


async def test_one_that_its_watch_took_back_is_out_no_more():
    hurt = published(
        state=RunState.FAILED,
        reason=Reason.REGRESSED,
        taken_back=TakenBack(run_id=10, state=RunState.SUCCEEDED, sha="", live=""),
    )

    assert await found(a_deploy(), hurt) == []


async def test_a_way_back_that_failed_and_an_update_that_published_nothing_are_looked_past():
    failed = a_way_back_of(undo(), id=10, state=RunState.FAILED, reason=Reason.REVERT_FAILED)
    refused = an_update(*to_update(StepName.NATIVE, StepState.FAILED), id=11, state=RunState.REFUSED)

    assert out_now([refused, failed, published()]) == published()


async def test_nothing_that_came_together_is_a_refusal_that_says_the_rule():
    with pytest.raises(UserError, match="within a day after the newest deploy") as refused:
        await together_or_refuse(MemoryApps(MemoryDesk()), pawlogic(), PLACE)

    assert refused.value.reason is Reason.NO_UPDATE
    assert "`/pawota rollback production`" in str(refused.value)


def request(**changes):
    facts = {"key": "delivery-7", "service": "api", "environment": "production", "to": "", "by": ANN}
    return RollbackRequest(**facts | changes)


async def both(trouble=None, **changes):
    desk = MemoryDesk()
    desk.runs = {run.id: run for run in (a_deploy(), published())}
    updates = MemoryUpdates(desk)
    updates.trouble = trouble
    together = await released_together(MemoryApps(desk), pawlogic(), PLACE)
    return desk, updates, await go_back_together(desk, updates, request(**changes), together)


async def test_each_way_back_is_a_run_of_its_own_by_keys_of_one_delivery():
    desk, updates, went = await both(emergency="it burns")

    assert list(desk.rollbacks) == ["delivery-7"]
    assert list(updates.backs) == ["delivery-7:ota:mobile"]
    assert updates.backs["delivery-7:ota:mobile"].emergency == "it burns"
    assert [run.kind for run in went.runs] == [RunKind.ROLLBACK, RunKind.UPDATE_BACK]
    assert went.refused == {}


async def test_the_service_goes_back_although_the_update_does_not():
    desk, _, went = await both(UserError("Run 10 takes it back already.", reason=Reason.ROLLBACK_UNDER_WAY))

    assert list(desk.rollbacks) == ["delivery-7"]
    assert went.refused == {"mobile": "Run 10 takes it back already."}

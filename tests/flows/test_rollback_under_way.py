"""Going back while something else goes on, across migrations, and stopping what goes on."""

import pytest
import pytest_asyncio

from tests.flows.driver import BEN
from tests.flows.returning import (
    agreed,
    agreed_back,
    card_of,
    ended,
    fresh,
    live,
    locks,
    replied,
    run_of,
    shipped,
    watched,
    ways_back,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
CANCEL = "run_cancel"
EMERGENCY = '--emergency "payments are down"'
ONE_WAY = "# pawdeploy: irreversible: owners are merged\nrevision = '0042'\n\ndef upgrade():\n    pass\n"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared(tmp_path_factory):
    async with watched(tmp_path_factory.mktemp("under-way"), timings={"deployment_timeout": 30}) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared):
    return await fresh(shared)


def _merge(number):
    """A migration nobody can undo."""
    return {f"alembic/versions/{number}_merge_owners.py": ONE_WAY}


async def test_a_way_back_asked_for_while_a_run_ships_ends_its_watch_and_goes_before_who_waits(desk):
    before = live(desk)
    first, second = await desk.soaked(), await desk.soaked()
    desk.box.faults.set("railway.deployment", "never ends")
    shipping = await agreed(desk, f"production {first}")
    await desk.shows(shipping, "Build and start")
    waiting = await agreed(desk, f"production {second}")
    await desk.shows(waiting, "In line behind run")
    back = await agreed_back(desk)
    await desk.shows(back, "In line behind run")

    desk.box.faults.set("railway.deployment", "succeeds")

    await desk.shows(back, "*Rolled production back to", before[:7])
    await desk.shows(shipping, "Ended early", f"run {run_of(desk, back)} goes back")
    await desk.shows(waiting, "Not deployed to production", "locked")
    assert live(desk) == before
    assert desk.shipped(second) == 0


async def test_a_way_back_asked_for_during_the_watch_ends_it(desk):
    before = live(desk)
    await desk.soaked()
    card = await agreed(desk)
    await desk.shows(card, "watching it")
    assert CANCEL not in desk.buttons(card)

    back = await desk.deploy(f"rollback production {EMERGENCY}")

    await desk.shows(back, "*Rolled production back to", before[:7])
    assert live(desk) == before
    assert ended(desk, run_of(desk, card))[0] == "succeeded"


async def test_cancel_while_people_are_asked_ships_nothing(desk):
    before, sha = live(desk), await desk.soaked()
    card = await desk.asking()
    await desk.press(card, CANCEL)
    await desk.shows(card, "Cancelled", "Nothing was shipped")
    assert (live(desk), desk.shipped(sha)) == (before, 0)
    assert not desk.buttons(card) & {"vote_approve", "vote_reject", "vote_withdraw"}


async def test_cancel_in_line_and_while_shipping_leaves_what_was_live(desk):
    before = live(desk)
    first, second = await desk.soaked(), await desk.soaked()
    desk.box.faults.set("railway.deployment", "never ends")
    shipping = await agreed(desk, f"production {first}")
    await desk.shows(shipping, "Build and start")
    waiting = await agreed(desk, f"production {second}")
    await desk.shows(waiting, "In line behind run")

    await desk.press(waiting, CANCEL, user=BEN)
    await desk.shows(waiting, "Cancelled", "Nothing was shipped")
    await desk.press(shipping, CANCEL, user=BEN)
    await desk.shows(shipping, "Cancelled", "The deployment was stopped")

    assert live(desk) == before
    assert (desk.shipped(first), desk.shipped(second)) == (1, 0)


async def test_a_way_back_cancelled_while_asked_for_changes_nothing_and_locks_nothing(desk):
    await shipped(desk)
    after = live(desk)
    card = await desk.deploy("rollback production")
    await desk.shows(card, "0 of 2")
    await desk.press(card, CANCEL)
    await desk.shows(card, "Cancelled")
    assert live(desk) == after
    assert not locks(desk)


async def test_across_a_migration_nobody_can_undo_only_an_override_goes_back(desk):
    before = live(desk)
    await shipped(desk, "Merge owners", files=_merge("0042"))
    after = live(desk)

    refused = await desk.deploy(f"rollback production {EMERGENCY}")
    text = await desk.shows(refused, "Not rolled back", "0042_merge_owners.py", "owners are merged")
    assert "Data is not rolled back" in text
    assert live(desk) == after
    assert not locks(desk)

    card = await desk.deploy(f'rollback production {EMERGENCY} --override "the column is unused"')
    await desk.shows(card, "*Rolled production back to", before[:7], "the column is unused")
    assert live(desk) == before


async def test_what_hurts_and_cannot_be_undone_is_left_and_calls_those_on_call(desk):
    sha = await desk.soaked("Merge more owners", files=_merge("0043"))
    desk.box.faults.set("sentry.errors", "spike after deploy")

    card = await agreed(desk)

    await desk.shows(card, "Errors rose", "the rollback of production failed")
    (back,) = ways_back(desk, run_of(desk, card))
    assert ended(desk, back) == ("refused", "irreversible")
    own = await card_of(desk, back)
    await desk.shows(own, "0043_merge_owners.py")
    await replied(desk, own, "S0APPROVER1")
    assert live(desk) == sha

"""A dry run says of every gate what would really happen, and why."""

import pytest

from bot.engine.runs import GateName
from bot.errors import UserError, VendorRejected
from bot.pipelines.look import Looker
from tests.bot.pipelines._world import OLD


def gate(preview, name):
    return next(each for each in preview.gates if each.name == name)


async def test_where_approvals_are_needed_their_gate_is_shut(world):
    preview = await Looker(world.kit).preview("api", "production", "main", again=False)

    assert not gate(preview, GateName.APPROVALS).open


async def test_where_none_are_needed_there_is_no_such_gate(world):
    preview = await Looker(world.kit).preview("api", "staging", "main", again=False)

    assert GateName.APPROVALS not in {each.name for each in preview.gates}


@pytest.mark.parametrize(
    ("again", "evidence"),
    [
        (True, "already live, ships once more"),
        (False, "already live; add --again to ship it once more"),
    ],
)
async def test_of_what_is_live_a_dry_run_says_whether_it_would_ship(world, again, evidence):
    world.repository.heads["main"] = OLD
    found = gate(await Looker(world.kit).preview("api", "staging", "main", again=again), GateName.NOT_LIVE)

    assert (found.open, found.evidence) == (again, evidence)


async def test_a_ref_that_is_not_there_is_named(world):
    world.repository.before["resolve"] = [VendorRejected("GitHub", "resolving", status=404)]
    with pytest.raises(UserError, match="no branch, tag or commit `nope`"):
        await Looker(world.kit).preview("api", "staging", "nope", again=False)

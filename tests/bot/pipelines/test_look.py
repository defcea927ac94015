"""Looking changes nothing and says what it cannot know; what it is asked about must be there."""

import pytest

from bot.engine.reasons import Reason
from bot.errors import UserError, VendorRejected
from bot.pipelines.look import Looker
from tests.bot.pipelines._world import OLD, SHA


@pytest.fixture
def looker(world):
    return Looker(world.kit)


async def test_a_diff_compares_what_is_live_with_what_would_ship(looker):
    diff = await looker.diff("api", "production", "main")
    assert (diff.live_sha, diff.head.sha) == (OLD, SHA)
    assert diff.migrations == ("alembic/versions/0007_age.py",)


async def test_where_nothing_is_known_to_be_live_nothing_is_compared(world, looker):
    world.vendor.serving = None
    diff = await looker.diff("api", "production", "main")
    assert (diff.live_sha, diff.comparison, diff.migrations) == ("", None, ())


@pytest.mark.parametrize(("near", "hint"), [(("nope-2",), "Did you mean `nope-2`"), ((), "Push it, or name")])
async def test_a_ref_that_is_not_there_is_named_with_the_nearest_one(world, looker, near, hint):
    world.repository.before["resolve"] = [VendorRejected("GitHub", "resolving", status=404)]
    world.repository.near = near
    with pytest.raises(UserError, match="no branch, tag or commit `nope`") as refused:
        await looker.diff("api", "staging", "nope")
    assert refused.value.reason is Reason.UNKNOWN_REF
    assert hint in str(refused.value)


async def test_a_refusal_that_is_not_about_the_ref_is_not_said_to_be(world, looker):
    world.repository.before["resolve"] = [VendorRejected("GitHub", "resolving", status=403)]
    with pytest.raises(VendorRejected):
        await looker.diff("api", "staging", "main")


async def test_a_place_the_project_file_does_not_know_is_said_to_be_unknown(looker):
    with pytest.raises(UserError, match="knows no service api in moon"):
        await looker.diff("api", "moon", "main")

"""A dry run shows every gate of production with its evidence, and leaves no trace anywhere."""

import pytest
import pytest_asyncio

from tests.flows.driver import BEN, DEPLOYS
from tests.flows.gated import gated, only
from tests.flows.test_migrations_gate import DROPS

pytestmark = pytest.mark.asyncio(loop_scope="module")

TABLES = ("runs", "run_steps", "posts", "voices", "holds")


def everything(production):
    production["required_suites"] = ["e2e"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory):
    edit = only("approval", "soak", "watch", quorum=2, more=everything)
    async with gated(tmp_path_factory.mktemp("dry"), edit) as made:
        yield made


def trace(desk) -> dict[str, object]:
    """Return everything a deploy would leave behind, counted."""
    names = [row[0] for row in desk.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = {
        name: desk.rows(f"SELECT count(*) FROM {name}")[0][0]  # noqa: S608 - names of our own tables
        for name in names
        if name in TABLES
    }
    assert set(rows) == set(TABLES)
    return rows | {
        "posts": len(desk.ws.messages(DEPLOYS)),
        "told": desk.told(BEN),
        "railway": len(desk.box.railway.deployments),
        "github": len(desk.box.github.deployments) + len(desk.box.github.runs),
        "written": [one for one in desk.box.github.requests if one.startswith("POST")],
        "sentry": len(desk.box.sentry.releases),
    }


async def test_it_shows_every_gate_and_changes_nothing(desk):
    sha = desk.soaks(hours=2, files={"alembic/versions/9d2e_drop.py": DROPS})
    before = trace(desk)

    said = await desk.say("/pawdeploy production --dry-run")

    assert "2 gates are shut: " in said
    assert "Nothing was changed." in said
    for gate in (
        ":large_green_circle: *Not live yet*",
        ":large_green_circle: *Checks* · 2 green",
        ":red_circle: *Tests* · not reported: e2e",
        ":red_circle: *Soak* · 2 h 00 min of 24 h 00 min in staging",
        ":large_green_circle: *Freeze and locks* · neither locked nor frozen",
        ":large_green_circle: *Migrations*",
        ":large_green_circle: *Approvals* · will ask 2 people (approver), for 2 min",
        ":large_green_circle: *Platform*",
        ":large_green_circle: *Line* · nobody is deploying",
        ":large_green_circle: *Watch* · will watch errors and health for 30 s",
    ):
        assert gate in said, said
    assert "alembic/versions/9d2e_drop.py" in said
    assert sha[:7] in said
    assert trace(desk) == before


async def test_what_holds_is_a_shut_gate_with_who_and_why(desk):
    await desk.say("/pawdeploy lock production because moving the database", user=BEN)
    await desk.polled(lambda: not desk.rows("SELECT 1 FROM posts WHERE ts IS NULL OR ts = ''"))
    before = trace(desk)
    said = await desk.say("/pawdeploy production --dry-run")
    assert ":red_circle: *Freeze and locks* · production is locked by" in said
    assert trace(desk) == before
    await desk.say("/pawdeploy unlock production", user=BEN)


async def test_staging_in_trouble_is_said(desk):
    desk.soaks()
    desk.box.backend.unhealthy.add(("api", "staging"))
    query = "SELECT good FROM soak_spans ORDER BY id DESC LIMIT 1"
    await desk.polled(lambda: desk.rows(query) == [(0,)])
    said = await desk.say("/pawdeploy production --dry-run")
    assert ":red_circle: *Soak* · 25 h 00 min of 24 h 00 min in staging; right now: health" in said

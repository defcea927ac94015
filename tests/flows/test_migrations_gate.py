"""Migrations come before code: told to people, run once, and never again by the bot when they failed."""

import pytest
import pytest_asyncio

from bot.engine.reasons import Reason
from bot.engine.states import RunState
from tests.flows.driver import BEN
from tests.flows.gated import gated, only

pytestmark = pytest.mark.asyncio(loop_scope="module")

DROPS = '''"""Drop owners' e-mail addresses."""
revision = "9d2e"
down_revision = "8c1f"


def upgrade():
    op.drop_column("owners", "email")


def downgrade():
    op.add_column("owners", sa.Column("email", sa.Text()))
'''
ADDS = DROPS.replace(
    'op.drop_column("owners", "email")', 'op.add_column("pets", sa.Column("age", sa.Integer()))'
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with gated(tmp_path_factory.mktemp("migrations"), only("approval")) as made:
        yield made


@pytest.fixture
def desk(shared):
    shared.box.faults.reset()
    shared.box.faults.set("railway.speed", "fast")
    shared.box.railway.arrive("api", "production", shared.box.github.head())
    return shared


async def test_migrations_are_listed_with_what_they_destroy_and_the_database_people_are_told_once(desk):
    files = {
        "alembic/versions/9d2e_drop.py": DROPS,
        "alembic/versions/9d2f_age.py": ADDS,
        "app/a.py": "",
    }
    sha = desk.commit("Forget e-mail addresses", files=files)
    card = await desk.asked("production main")
    text = await desk.shows(card, "*2 migrations, before the code.*")
    assert "`9d2e_drop.py` · *destroys:* drops column owners.email" in text
    assert "`9d2f_age.py`\n" in text
    await desk.ws.until(lambda: "2 migrations: ship" in desk.thread(card))

    await desk.approved(card, by=BEN)
    await desk.shows(card, ":large_green_circle: *Deployed", sha[:7])
    said = [m for m in desk.ws.thread("C0DEPLOYS01", card.ts) if "2 migrations: ship" in m.everything]
    assert len(said) == 1
    assert "<!subteam^S0APPROVER1>" in said[0].everything


async def test_where_the_list_of_files_is_cut_migrations_are_unknown_and_never_none(desk):
    desk.commit("Vendor a library", files=tuple(f"vendor/part_{n}.py" for n in range(301)))
    card = await desk.asked("production main")
    text = await desk.shows(card, "*Migrations: unknown.*")
    assert "No migrations." not in text
    assert "migrations unknown" in text
    await desk.ws.until(lambda: "perhaps migrations: ship" in desk.thread(card))
    await desk.cancel(card)


async def test_a_failed_pre_deploy_command_is_not_retried_and_the_old_commit_serves(desk):
    old = desk.box.railway.live("api", "production")
    desk.box.faults.set("railway.deployment", "pre-deploy fails")
    sha = desk.commit("Add vaccinations", files={"alembic/versions/9d30_vaccinations.py": ADDS})
    card = await desk.asked("production main")
    await desk.approved(card)

    text = await desk.shows(card, ":red_circle:", "migration", "As it stands")

    assert desk.state_of(card) == (RunState.FAILED, Reason.MIGRATION_FAILED)
    assert "run_retry" not in desk.buttons(card)
    assert "Do not run it again before somebody has looked" in text
    assert f"production still runs {old[:7]}" in text
    assert desk.shipped(sha) == 1
    assert desk.box.railway.live("api", "production") == old

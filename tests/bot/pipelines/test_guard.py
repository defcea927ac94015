"""What would ship is gathered and never guessed; what is in no branch of ours does not ship."""

from dataclasses import replace

import pytest

from bot.engine.migrations import Changes
from bot.engine.reasons import Reason
from bot.engine.runs import Comparison
from bot.engine.soak import Sample
from bot.engine.states import DEPLOY_STEPS, RunState, StepName
from bot.errors import VendorRejected, VendorUnavailable
from bot.pipelines.guard import said
from bot.pipelines.player import Player
from tests.bot.pipelines._memory import MemoryRepository
from tests.bot.pipelines._world import ANN, NOON, OLD, SHA, World

NOTHING = Changes(
    base=OLD, head=SHA, commits=1, authors=(), additions=0, deletions=0, files_complete=True, url=""
)


class Between(MemoryRepository):
    """Knows one comparison."""

    def __init__(self, **facts) -> None:
        super().__init__()
        self.facts = {"files": (), "files_complete": True, "total_commits": 2} | facts

    async def compare(self, repository, base, head):
        self.call("compare")
        plain = {"commits": (), "additions": 1, "deletions": 1, "url": "", "status": "ahead"}
        return Comparison(**plain | self.facts)


def with_repository(world: World, repository: MemoryRepository) -> World:
    world.repository = repository
    world.kit = replace(world.kit, repository=repository)
    world.player = Player(world.kit)
    return world


async def a_run(world, *, ref="main", **more) -> int:
    facts = {"sha": SHA, "previous_sha": OLD} | more
    return await world.runs.create(
        key="trigger:1", service="api", environment="production", ref=ref, again=False, by=ANN, at=NOON,
        card_channel="C0DEPLOYS01", steps=DEPLOY_STEPS | {StepName.CHANGES}, more=facts,
    )  # fmt: skip


async def gathered(world, run_id) -> Changes:
    assert await world.play(run_id, StepName.CHANGES) == "done"
    return Changes.from_json((await world.view(run_id)).changes)


async def owed(world) -> list[str]:
    return [post.kind for post in await world.kit.posts.due() if post.kind != "card"]


async def test_migrations_are_found_read_and_told_to_the_database_people_once(world):
    with_repository(world, Between(files=("alembic/versions/7_x.py", "app/pets.py")))
    run_id = await a_run(world)
    (found,) = (await gathered(world, run_id)).migrations
    assert found.path == "alembic/versions/7_x.py"
    await world.runs.write_step(run_id, StepName.CHANGES, state="todo")
    await gathered(world, run_id)
    assert (await owed(world)).count("database") == 1


async def test_none_means_that_every_file_was_seen(world):
    with_repository(world, Between(files=("app/pets.py",)))
    changes = await gathered(world, await a_run(world))
    assert (changes.migrations, changes.migrations_known) == ((), True)
    assert await owed(world) == []


@pytest.mark.parametrize(
    "facts", [{"files_complete": False}, {"files": tuple(f"app/{number}.py" for number in range(300))}]
)
async def test_a_list_of_files_that_is_cut_or_full_never_means_none(world, facts):
    with_repository(world, Between(**facts))
    changes = await gathered(world, await a_run(world))
    assert not changes.migrations_known
    assert "unknown" in said(changes)
    assert await owed(world) == ["database"]


async def test_a_file_that_is_gone_is_no_migration_to_run(world):
    path = "alembic/versions/7_x.py"
    with_repository(world, Between(files=(path,), gone=(path,)))
    assert (await gathered(world, await a_run(world))).migrations == ()


async def test_a_migration_that_cannot_be_read_is_never_called_harmless(world):
    repository = Between(files=("alembic/versions/7_x.py",))
    repository.before["file_at"] = [VendorRejected("GitHub", "reading a file", status=403)]
    with_repository(world, repository)
    (found,) = (await gathered(world, await a_run(world))).migrations
    assert found.destructive


async def test_where_nothing_is_known_to_be_live_the_size_and_the_migrations_are_unknown(world):
    changes = await gathered(world, await a_run(world, previous_sha=""))
    assert not changes.migrations_known
    assert said(changes) == "size unknown, migrations unknown"


async def test_a_deploy_waits_for_github_to_say_what_ships(world):
    repository = Between()
    repository.before["compare"] = [VendorUnavailable("GitHub", "comparing")]
    with_repository(world, repository)
    assert (await gathered(world, await a_run(world))).commits == 2


@pytest.mark.parametrize("ref", [SHA, SHA[:9], SHA[:9].upper(), "pull/7/head", "refs/pull/7/merge"])
async def test_a_commit_in_no_branch_of_ours_is_refused_however_it_is_named(world, ref):
    world.repository.in_main = {OLD}
    run_id = await a_run(world, ref=ref)
    assert await world.play(run_id, StepName.CHANGES) == "stopped"
    run = await world.view(run_id)
    assert (run.state, run.reason) == (RunState.REFUSED, Reason.UNKNOWN_REF)
    assert f"{SHA[:7]} is not in main of pawlogic/backend" in run.detail


@pytest.mark.parametrize("ref", ["main", "hotfix/labels", "v1.4.2"])
async def test_a_branch_or_tag_of_ours_is_taken_as_it_is(world, ref):
    world.repository.in_main = set()
    assert await world.play(await a_run(world, ref=ref), StepName.CHANGES) == "done"
    assert "contains" not in world.repository.calls


async def test_a_commit_that_has_lived_in_staging_is_ours(world):
    world.repository.in_main = set()
    await world.kit.soaks.sample("api", "staging", Sample(sha=SHA, good=True, at=NOON), 60)
    assert await world.play(await a_run(world, ref=SHA), StepName.CHANGES) == "done"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "1 commit, migrations unknown"),
        ({"migrations_known": True}, "1 commit, no migrations"),
        ({"migrations_known": True, "commits": 2}, "2 commits, no migrations"),
    ],
)
def test_what_ships_is_said_in_a_few_words(facts, words):
    assert said(replace(NOTHING, **facts)) == words

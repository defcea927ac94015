"""``pawdeploy check`` looks once at each dependency: one that may not be asked is a mistake of ours."""

import httpx
import pytest

from bot.project import Project
from bot.toml_file import load
from tests.bot._check import ROOT, World

SUPABASE = "/v1/projects/qzvkxwmrtbnpdhsyfgac/health"


async def found(tmp_path, world: World, name: str, **changes):
    return {one.name: one for one in await world.check(tmp_path, **changes)}[name]


async def test_a_dependency_that_answers_well_is_said_so(tmp_path) -> None:
    finding = await found(tmp_path, World(), "dependency upstash")
    assert (finding.ok, finding.said) == (True, "PONG")


async def test_one_that_is_ill_is_no_mistake_of_ours(tmp_path) -> None:
    world = World()
    world.answers[SUPABASE] = [{"name": "db", "status": "UNHEALTHY", "healthy": False}]
    finding = await found(tmp_path, world, "dependency supabase")
    assert finding.ok
    assert "db" in finding.said
    assert finding.said.endswith("(ill)")


@pytest.mark.parametrize("status", [401, 403, 500])
async def test_one_that_cannot_be_asked_says_what_to_look_at(tmp_path, status) -> None:
    world = World()
    world.answers[SUPABASE] = httpx.Response(status, json={"message": "no"})
    finding = await found(tmp_path, world, "dependency supabase")
    assert not finding.ok
    assert finding.said.endswith("check its url, project and token in [[health.dependencies]]")


async def test_a_token_that_is_not_set_is_named(tmp_path) -> None:
    finding = await found(tmp_path, World(), "dependency supabase", dependency_tokens={})
    assert (finding.ok, finding.said.partition(" ")[0]) == (False, "SUPABASE_TOKEN")


async def test_without_health_nothing_is_looked_at(tmp_path) -> None:
    world, file = World(), load(ROOT / "pawdeploy.toml")
    project = Project.model_validate(file.model_dump(mode="json") | {"health": None})
    names = [one.name for one in await world.check(tmp_path, project=project)]
    assert not [name for name in names if name.startswith("dependency")]

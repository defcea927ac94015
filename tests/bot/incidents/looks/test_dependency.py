"""Dependencies: found by name or by kind; a name nobody knows says which there are."""

import httpx
import pytest

from bot.engine.incidents import Status
from playbooks.steps import DependencyProbe


def probe(name):
    return DependencyProbe(kind="dependency", name=name)


@pytest.mark.parametrize("name", ["supabase", "upstash", "github", "statuspage"])
async def test_what_is_well_is_so_by_its_name_and_by_its_kind(world, name):
    found = await world.look(probe(name))

    assert (found.status, found.points_at) == (Status.OK, "")


@pytest.mark.parametrize(
    ("knob", "mood", "asked", "name"),
    [
        ("supabase.health", "unhealthy", "supabase", "supabase"),
        ("upstash.ping", "error", "upstash", "upstash"),
        ("status.page", "major", "statuspage", "github"),
    ],
)
async def test_what_is_ill_is_bad_and_pointed_at_by_its_own_name(world, knob, mood, asked, name):
    world.faults.set(knob, mood)

    found = await world.look(probe(asked))

    assert (found.status, found.points_at) == (Status.BAD, name)
    assert found.said.startswith(f"{name.capitalize()} is not well: ")


async def test_parts_of_a_dependency_are_its_details(world):
    world.faults.set("supabase.health", "unhealthy")

    assert [line for line in (await world.look(probe("supabase"))).details if line.startswith("db:")]


async def test_one_nobody_may_ask_is_unknown(world):
    world.faults.set("supabase.health", "401")

    found = await world.look(probe("supabase"))

    assert (found.status, found.points_at) == (Status.UNKNOWN, "")
    assert found.said == "Nobody can tell how supabase is: 401: we may not ask it."


async def test_one_that_does_not_answer_is_said_to(world):
    def refuse(request):
        raise httpx.ReadTimeout("", request=request)

    found = await world.look(probe("upstash"), transport=httpx.MockTransport(refuse))

    assert found.status is Status.BAD
    assert found.said.startswith("Upstash does not answer: ")


async def test_a_name_nobody_knows_says_which_there_are(world):
    found = await world.look(probe("queue"))

    assert found.status is Status.UNKNOWN
    assert found.said == (
        "Nobody watches a dependency called queue: there are supabase (supabase), upstash (upstash), "
        "github (statuspage)."
    )


async def test_without_a_section_about_health_there_are_none(world):
    world.project = world.project.model_copy(update={"health": None})

    found = await world.look(probe("supabase"))

    assert found.said.endswith("supabase: [[health.dependencies]] names none.")

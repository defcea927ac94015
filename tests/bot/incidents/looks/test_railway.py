"""The platform: what is live, whether instances are active, how the newest deployment stands."""

from datetime import timedelta

import pytest

from bot.engine.incidents import Status
from playbooks.steps import RailwayProbe
from tests.bot.incidents.looks._world import NEW, NOON

PROBE = RailwayProbe(kind="railway")


@pytest.fixture
def start(world):
    """Have a deployment started half a minute ago."""

    def begin(sha=NEW):
        world.clock.at = NOON - timedelta(seconds=30)
        world.railway.auto_deploys["api", "production"] = True
        world.railway.pushed("pawlogic/backend", "main", sha)
        world.clock.at = NOON

    return begin


async def test_a_place_that_is_well_says_what_is_live_and_how_many_instances(world):
    found = await world.look(PROBE)

    assert (found.status, found.points_at) == (Status.OK, "")
    assert found.said == "Live is aaaaaaa since 2026-11-23 11:00 UTC; 1 instance active."
    assert found.details == (
        "Live: aaaaaaa since 2026-11-23 11:00 UTC, 60 min",
        "Newest deployment: aaaaaaa: SUCCESS, made 60 min ago",
        "Instances: 1 of 1 active",
    )
    assert "/project/" in found.url


@pytest.mark.parametrize(
    ("knob", "said"),
    [("crashed", "No instance is active (crashed)."), ("none", "No instance is active.")],
)
async def test_without_an_active_instance_it_is_bad(world, knob, said):
    world.faults.set("railway.instances", knob)

    found = await world.look(PROBE)

    assert (found.status, found.said) == (Status.BAD, said)


async def test_a_crashed_deployment_is_bad_and_shows_the_end_of_its_log(world, start):
    world.faults.set("railway.deployment", "crashes")
    start()

    found = await world.look(PROBE)

    assert (found.status, found.said) == (Status.BAD, "The newest deployment bbbbbbb crashed.")
    assert "RuntimeError: JWT_SECRET is not set" in found.details


async def test_a_failed_deployment_that_never_went_live_is_told_and_no_outage(world, start):
    world.faults.set("railway.deployment", "pre-deploy fails")
    start()

    found = await world.look(PROBE)

    assert found.status is Status.OK
    assert found.said.endswith("the newest deployment bbbbbbb failed and did not go live.")
    assert any("PRE_DEPLOY_COMMAND: exit code 1" in line for line in found.details)


async def test_trouble_of_the_platform_itself_is_bad_and_what_it_points_at(world):
    world.faults.set("railway.platform", "incident")

    found = await world.look(PROBE)

    assert (found.status, found.points_at) == (Status.BAD, "railway")
    assert found.said.startswith("Railway itself tells of trouble: Builds are delayed in every region")


async def test_where_the_place_is_down_too_the_platform_is_not_all_it_points_at(world):
    world.faults.set("railway.platform", "incident")
    world.faults.set("railway.instances", "none")

    assert (await world.look(PROBE)).points_at == ""


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (
            "503",
            "Railway did not answer: HTTP 503: upstream connect error or disconnect/reset before headers.",
        ),
        ("403", "Railway refused while asking for its status: HTTP 403: Forbidden."),
    ],
)
async def test_a_vendor_that_tells_nothing_leaves_it_unknown_and_says_why(world, answers, said):
    world.faults.set("railway.answers", answers)

    found = await world.look(PROBE)

    assert (found.status, found.said) == (Status.UNKNOWN, said)


async def test_the_environment_of_the_probe_goes_before_the_incidents(world):
    world.railway.arrive("api", "staging", NEW, at=NOON - timedelta(minutes=5))

    found = await world.look(RailwayProbe(kind="railway", environment="staging"))

    assert found.said.startswith("Live is bbbbbbb since 2026-11-23 11:55 UTC;")


async def test_no_platform_runs_an_app(world):
    found = await world.look(RailwayProbe(kind="railway", service="mobile"))

    assert (found.status, found.said) == (Status.UNKNOWN, "Mobile is an app: no platform of ours runs it.")

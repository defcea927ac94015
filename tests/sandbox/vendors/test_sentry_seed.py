from pathlib import Path

import pytest

from bot.toml_file import load
from sandbox.vendors.places import places_of
from sandbox.vendors.railway import RailwaySim
from sandbox.vendors.sentry_lives import lives_of
from sandbox.vendors.sentry_seed import members_of, sentry_of

PROJECT = load(Path(__file__).parents[3] / "pawdeploy.toml")
SHA = "a" * 40


@pytest.fixture
def ours(faults, clock):
    return RailwaySim(faults, places_of(PROJECT), now=clock)


def test_there_is_a_project_for_each_service_and_app_under_the_files_own_names(faults, ours, clock):
    sim = sentry_of(PROJECT, faults, ours, clock)

    assert sim.organization == PROJECT.sentry.organization
    assert sim.world.projects == {"backend": "api", "mobile": "mobile"}
    assert sim.world.environments == ("staging", "production")


def test_a_file_without_sentry_has_one_nobody_asks(faults, ours, clock):
    bare = PROJECT.services[0].model_copy(update={"sentry_project": ""})
    file = PROJECT.model_copy(update={"sentry": None, "services": (bare,), "apps": ()})

    sim = sentry_of(file, faults, ours, clock)

    assert sim.world.projects == {"api": "api"}


def test_errors_are_told_by_the_release_as_the_file_names_it(faults, ours, clock):
    named = PROJECT.sentry.model_copy(update={"release": "{service}@{sha}"})
    sim = sentry_of(PROJECT.model_copy(update={"sentry": named}), faults, ours, clock)
    ours.arrive("api", "production", SHA)
    begin = int(clock.at.timestamp())
    clock.wait(600)

    def count(release):
        return sum(sim.world.counts("backend", "production", begin, 600, release))

    assert count(f"api@{SHA}") == count("") > 0 == count(SHA)


def test_alerts_can_be_assigned_to_those_the_file_names(faults, ours, clock):
    named = {"U0ANNREQ001": "ann@pawlogic.app", "U0DANADEV01": "dana.diaz"}

    known = members_of(PROJECT.model_copy(update={"sentry_users": named}))

    assert [one.name for one in known] == ["Ann Requin", "Ben Aprile", "Cleo Marsh", "Dana Diaz"]
    assert known[-1].username == "dana.diaz"


def test_a_life_ends_when_the_next_begins_and_places_without_any_have_none(ours, clock):
    ours.arrive("api", "production", SHA)
    clock.wait(5)
    ours.arrive("api", "production", "b" * 40)

    first, second = lives_of(ours, "api", "production")

    assert (first.until, second.until) == (second.since, None)
    assert lives_of(ours, "api", "staging") == lives_of(ours, "worker", "production") == []


def test_an_app_has_the_environments_it_goes_to_besides_those_of_services(faults, ours, clock):
    app = PROJECT.apps[0]
    store = app.model_copy(update={"environments": {"store": app.environments["production"]}})

    sim = sentry_of(PROJECT.model_copy(update={"apps": (store,)}), faults, ours, clock)

    assert sim.world.environments == ("staging", "production", "store")

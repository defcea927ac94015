"""Before anything silent is called down, everything else is looked at: it may be we who are cut off."""

import pytest

from bot.engine.alerts import Severity, Source
from bot.engine.pulses import PulseState
from bot.errors import VendorUnavailable
from tests.bot.alerts._health import (
    ALL,
    BAD,
    PARTS_OF_PRODUCTION,
    PARTS_OF_STAGING,
    PRODUCTION,
    REDIS,
    SILENT,
    STAGING,
    SUPABASE,
    WELL,
    Watched,
    alone,
    watched,
)

NETWORK = "pawdeploy:network"


@pytest.fixture
def db(fresh_database):
    return fresh_database


@pytest.fixture
def world(db):
    return Watched(db)


async def test_when_most_fall_silent_at_once_only_our_own_network_is_told_of(world):
    await world.passes(31)
    world.looks.all_say(SILENT)
    await world.passes(600)
    (event,) = await world.events()
    assert (event.fingerprint, event.source, event.severity) == (NETWORK, Source.PAWDEPLOY, Severity.ERROR)
    assert event.detail == (
        "5 of 5 of what I watch stopped answering at once; I suspect my own network and call nothing down."
    )
    view = await world.view(PRODUCTION)
    assert (view.state, view.said) == (
        PulseState.UNKNOWN,
        "could not connect; I suspect my own network",
    )


async def test_the_suspicion_ends_with_the_silence_and_outlives_a_restart(world):
    world.looks.all_say(SILENT)
    await world.passes(60)
    world.restart()
    await world.passes(60)
    world.looks.all_say(WELL)
    await world.passes(60)
    assert await world.news() == [(NETWORK, "fired"), (NETWORK, "resolved")]
    world.looks.all_say(SILENT)
    await world.passes(60)
    assert (await world.news())[2:] == [(NETWORK, "fired")]


async def test_when_all_answer_badly_all_are_down(world):
    world.looks.all_say(BAD)
    await world.passes(60)
    told = dict(await world.news())
    assert NETWORK not in told
    # The status page tells nothing, and the parts of two that are ill are no news of their own.
    assert len(told) == len(ALL) - 3


async def test_one_silent_host_is_down_however_many_of_its_targets_are(db):
    world = Watched(db, alone(watched(dependencies=()), "production", detailed=True))
    world.looks.all_say(SILENT)
    await world.passes(60)
    assert await world.news() == [(f"health:{PRODUCTION}", "fired")]


async def test_a_service_of_which_parts_are_silent_while_it_answers_is_no_silent_host(db):
    world = Watched(db, alone(watched(dependencies=()), "staging", "production", detailed=True))
    world.looks.answers = {PARTS_OF_STAGING: SILENT, PARTS_OF_PRODUCTION: SILENT}
    await world.passes(60)
    assert dict(await world.news()).keys() == {f"health:{PARTS_OF_STAGING}", f"health:{PARTS_OF_PRODUCTION}"}


async def test_targets_out_of_step_are_asked_together_before_one_is_called_down(world):
    await world.passes(1)
    world.looks.answers[PRODUCTION] = BAD  # at 30 and 35
    await world.passes(37)
    world.looks.answers[PRODUCTION] = WELL  # at 40, then at 70: the others at 60, then at 90
    await world.passes(25)
    world.looks.all_say(SILENT)
    await world.passes(300)
    assert await world.news() == [(NETWORK, "fired")]


async def test_few_who_answer_again_do_not_end_the_suspicion_while_most_are_silent(world):
    await world.passes(31)
    world.looks.all_say(SILENT)
    await world.passes(60)
    back = (STAGING, PARTS_OF_STAGING, PRODUCTION, PARTS_OF_PRODUCTION)
    world.looks.answers |= dict.fromkeys(back, WELL)  # of the others only redis is looked at as often
    await world.passes(60)
    assert await world.news() == [(NETWORK, "fired")]
    world.looks.answers[SUPABASE] = WELL
    await world.passes(60)
    assert await world.news() == [(NETWORK, "fired"), (NETWORK, "resolved"), (f"health:{REDIS}", "fired")]


async def test_what_is_down_already_is_no_sign_of_our_own_network(world):
    await world.passes(31)
    for key in (STAGING, REDIS, PRODUCTION):
        world.looks.answers[key] = SILENT
        await world.passes(120)
    told = dict(await world.news())
    assert NETWORK not in told
    assert {f"health:{key}" for key in (STAGING, REDIS, PRODUCTION)} <= told.keys()


async def test_silence_of_what_is_being_deployed_is_no_sign_either(db):
    world = Watched(db, alone(watched(dependencies=()), "staging", "production"))
    world.pauses.why["api", "staging"] = "run 7 is shipping"
    world.looks.all_say(SILENT)
    await world.passes(60)
    assert await world.news() == [(f"health:{PRODUCTION}", "fired")]


async def test_a_vendor_that_fails_is_unknown_not_down(world):
    world.looks.raises[SUPABASE] = VendorUnavailable("Supabase", "asking for health", status=502)
    await world.passes(600)
    assert await world.news() == []
    view = await world.view(SUPABASE)
    assert (view.state, view.said) == (
        PulseState.UNKNOWN,
        "Supabase failed while asking for health: HTTP 502",
    )

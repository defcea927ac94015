"""What is watched is looked at when due; an outage and its end are told once each, whatever is restarted."""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.db.session import open_database
from bot.engine.alerts import Happening, Severity, Source
from bot.engine.pulses import Beat, Component, PulseState
from tests.bot.alerts._health import (
    ALL,
    BAD,
    FORBIDDEN,
    GITHUB,
    OUTAGE,
    PARTS,
    PARTS_OF_PRODUCTION,
    PRODUCTION,
    REDIS,
    STAGING,
    SUPABASE,
    WELL,
    Watched,
    alone,
    watched,
)
from tests.bot.pipelines._memory import NOON
from tests.bot.pipelines._world import pawlogic
from tests.sqlite import fresh_sqlite


@pytest.fixture
def db(fresh_database):
    return fresh_database


@pytest.fixture
def world(db):
    return Watched(db)


async def test_everything_is_looked_at_at_once_and_then_at_its_own_pace(world):
    assert await world.passes(1) == len(ALL)
    assert await world.passes(29) == 0
    assert await world.passes(1) == len(ALL) - 2
    world.looks.looked.clear()
    await world.passes(120)
    assert [world.looks.looked.count(key) for key in (PRODUCTION, REDIS, SUPABASE, GITHUB)] == [4, 4, 1, 1]


async def test_an_outage_and_its_end_are_one_alert_told_twice(world):
    await world.passes(31)
    world.looks.answers[PRODUCTION] = BAD
    await world.passes(300)
    world.looks.answers[PRODUCTION] = WELL
    await world.passes(60)
    down, up = await world.events()
    assert (down.source, down.fingerprint) == (Source.HEALTH, f"health:{PRODUCTION}")
    assert (down.happening, down.severity) == (Happening.FIRED, Severity.CRITICAL)
    assert down.title == up.title == "api in production does not answer well"
    assert (down.service, down.environment) == ("api", "production")
    assert down.detail == "503 (3 looks in a row found it ill)."
    assert down.url == "https://api.pawlogic.app/health"
    assert (up.happening, up.detail) == (Happening.RESOLVED, "It answers well again; down for 4.6 min.")
    assert down.at - NOON == timedelta(seconds=70)
    assert world.told == 2


async def test_an_alert_resolved_while_it_is_down_is_told_once_that_it_goes_on(world):
    await world.passes(31)
    world.looks.answers[PRODUCTION] = BAD
    await world.passes(60)
    world.alerts.since[f"health:{PRODUCTION}"] = over = world.clock.now()
    await world.passes(120)
    world.alerts.since.clear()  # it came back on its card
    await world.passes(120)
    world.looks.answers[PRODUCTION] = WELL
    await world.passes(60)
    _, still, up = await world.events()
    assert (still.fingerprint, still.happening) == (f"health:{PRODUCTION}", Happening.FIRED)
    assert still.detail == "It is still down: 503 (4 looks in a row found it ill)."
    assert timedelta(0) < still.at - over <= timedelta(seconds=31)
    assert up.happening is Happening.RESOLVED


async def test_a_blip_is_nobodys_business(world):
    await world.passes(31)
    world.looks.answers[PRODUCTION] = BAD
    await world.passes(34)
    world.looks.answers[PRODUCTION] = WELL
    await world.passes(300)
    assert await world.news() == []
    assert world.told == 0


async def test_how_bad_it_is_goes_by_what_it_is(world):
    for key in (STAGING, PARTS_OF_PRODUCTION, REDIS):
        world.looks.answers[key] = PARTS if key == PARTS_OF_PRODUCTION else BAD
    await world.passes(20)
    found = {event.fingerprint: event for event in await world.events()}
    assert {key: event.severity for key, event in found.items()} == {
        f"health:{STAGING}": Severity.ERROR,
        f"health:{PARTS_OF_PRODUCTION}": Severity.WARNING,
        f"health:{REDIS}": Severity.ERROR,
    }
    parts = found[f"health:{PARTS_OF_PRODUCTION}"]
    assert parts.title == "Parts of api in production are not well"
    assert parts.detail.endswith("Failing: database (timeout).")
    assert found[f"health:{REDIS}"].title == "redis does not answer well"


async def test_a_bad_status_page_alerts_nobody_and_stands_beside_what_does(world):
    world.looks.answers[GITHUB] = OUTAGE
    await world.passes(300)
    assert await world.news() == []
    page = await world.view(GITHUB)
    assert (page.state, page.page) == (PulseState.DOWN, "Partial outage")
    world.looks.answers[REDIS] = BAD
    await world.passes(60)
    (event,) = await world.events()
    assert event.detail.endswith("Status pages: github says Partial outage.")


async def test_unknown_is_not_down_and_is_shown_after_a_while(world):
    await world.passes(31)
    world.looks.answers[PRODUCTION] = FORBIDDEN
    await world.passes(60)
    assert (await world.view(PRODUCTION)).state is PulseState.UP
    await world.passes(100)
    view = await world.view(PRODUCTION)
    assert (view.state, view.said) == (PulseState.UNKNOWN, "401: I may not ask")
    assert await world.news() == []


async def test_what_nobody_looks_at_any_more_is_unknown(world):
    await world.passes(1)
    await world.clock.sleep(600)
    view = await world.view(PRODUCTION)
    assert (view.state, view.since) == (PulseState.UNKNOWN, NOON)
    assert view.said == "nobody has looked since it said: 200"


async def test_before_the_first_look_nothing_is_known(world):
    views = await world.monitor.views()
    assert [view.target for view in views] == list(ALL)
    assert {(view.state, view.said) for view in views} == {(PulseState.UNKNOWN, "not looked at yet")}
    assert [view.name for view in views][2:5] == [
        "api in production",
        "api in production, its parts",
        "supabase",
    ]


async def test_while_a_place_is_paused_nothing_of_it_is_told(world):
    await world.passes(31)
    world.pauses.why["api", "production"] = "run 7 is shipping"
    world.looks.answers[PRODUCTION] = world.looks.answers[STAGING] = BAD
    await world.passes(300)
    assert await world.news() == [(f"health:{STAGING}", "fired")]
    view = await world.view(PRODUCTION)
    assert (view.state, view.paused, view.said) == (PulseState.UP, "run 7 is shipping", "503")
    world.pauses.why.clear()
    await world.passes(60)
    assert (f"health:{PRODUCTION}", "fired") in await world.news()
    assert (await world.view(PRODUCTION)).paused == ""


async def test_flapping_is_one_alert_until_it_stops(world):
    await world.passes(31)
    for beat in (BAD, BAD, WELL, WELL) * 10:
        world.looks.answers[PRODUCTION] = beat
        await world.passes(10, step=5)
    assert (await world.view(PRODUCTION)).flapping
    world.looks.answers[PRODUCTION] = WELL
    await world.passes(1200, step=5)
    events = await world.events()
    assert [(event.happening.value, event.flapping) for event in events] == [
        ("fired", True),
        ("resolved", False),
    ]
    assert "stopped going up and down" in events[-1].detail


async def test_a_hanging_target_is_cut_off_and_keeps_nobody_else_from_being_kept(db):
    world = Watched(db, watched(timeout=0.01))
    world.looks.hangs.add(PRODUCTION)
    assert await world.passes(1) == len(ALL)
    view = await world.view(PRODUCTION)
    assert view.said == "no answer within 0.01 s"
    assert (await world.view(STAGING)).state is PulseState.UP


async def test_a_look_that_takes_longer_than_its_interval_does_not_pile_up(world):
    world.looks.hangs.add(PRODUCTION)
    slow = asyncio.create_task(world.monitor.look())
    await world.looks.hanging.wait()
    assert await world.monitor.look() == 0
    assert world.looks.looked.count(PRODUCTION) == 1
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow


async def test_the_next_look_is_counted_from_the_end_of_the_last(world):
    async def slow(target):
        await world.clock.sleep(100)
        return WELL

    world.looks.beat = slow
    await world.monitor.look()
    end = world.clock.now()
    assert (await world.view(PRODUCTION)).checked_at == end
    assert await world.monitor.look() == 0


async def test_a_mistake_of_ours_in_one_look_is_raised_once_the_others_are_kept(world):
    world.looks.raises[STAGING] = ZeroDivisionError("ours")
    with pytest.raises(ZeroDivisionError):
        await world.monitor.look()
    assert (await world.view(PRODUCTION)).state is PulseState.UP
    assert (await world.view(STAGING)).said == "looking failed (ZeroDivisionError)"
    assert await world.monitor.look() == 0


async def test_a_clock_put_back_does_not_keep_anybody_from_looking(world):
    await world.passes(31)
    world.clock.at -= timedelta(hours=2)
    world.looks.answers[PRODUCTION] = BAD
    await world.passes(60)
    assert await world.news() == [(f"health:{PRODUCTION}", "fired")]


async def test_what_the_file_no_longer_names_is_forgotten_and_its_alert_ends(world):
    world.looks.answers[PRODUCTION] = BAD
    await world.passes(60)
    world.restart(alone(world.project, "staging"))
    await world.passes(2)
    assert await world.news() == [
        (f"health:{PRODUCTION}", "fired"),
        (f"health:{PRODUCTION}", "resolved"),
    ]
    assert PRODUCTION not in [view.target for view in await world.monitor.views()]


async def test_without_the_section_nothing_is_watched(db):
    world = Watched(db, pawlogic().model_copy(update={"health": None}))
    assert await world.passes(5) == 0
    assert await world.monitor.views() == ()
    assert world.looks.looked == []


async def _told(script, restarts):
    with tempfile.TemporaryDirectory() as folder:
        db = await open_database(fresh_sqlite(Path(folder)))
        try:
            world = Watched(db, alone(watched(dependencies=()), "production"))
            for at, letter in enumerate(script):
                world.looks.answers[PRODUCTION] = {"u": WELL, "d": BAD, "?": FORBIDDEN}[letter]
                await world.passes(30, step=5)
                if at in restarts:
                    world.restart()
            return [(event.happening, event.at, event.detail) for event in await world.events()]
        finally:
            await db.close()


@settings(max_examples=15)
@given(st.text("ud?", max_size=12), st.sets(st.integers(0, 11)))
def test_a_restart_between_any_two_looks_changes_nothing_of_what_is_told(script, restarts):
    assert asyncio.run(_told(script, restarts)) == asyncio.run(_told(script, set()))


async def test_parts_of_a_whole_that_is_ill_are_evidence_and_no_alert_of_their_own(world):
    failing = Beat(
        found="ill",
        said="503; failing: database",
        answered=True,
        components=(Component(name="database", ok=False, said="timed out"),),
    )
    await world.passes(31)
    world.looks.answers |= {PRODUCTION: BAD, PARTS_OF_PRODUCTION: failing}
    await world.passes(60)
    assert await world.news() == [(f"health:{PRODUCTION}", "fired")]
    view = await world.view(PARTS_OF_PRODUCTION)
    assert (view.state, view.paused) == (PulseState.UP, "the whole does not answer well")
    (told,) = await world.events()
    assert "Failing: database (timed out)." in told.detail
    world.looks.answers[PRODUCTION] = WELL
    await world.passes(90)
    assert (await world.news())[1:] == [
        (f"health:{PRODUCTION}", "resolved"),
        (f"health:{PARTS_OF_PRODUCTION}", "fired"),
    ]

"""Somebody outside hears that we live; an unusual silence of Sentry is told, once."""

from datetime import timedelta

import pytest

from bot.alerts.heartbeat import SILENCE, Heartbeat
from bot.engine.alerts import ActKind, AlertState, Severity, Source
from bot.engine.silence import LEAST, unusual_after
from bot.errors import VendorUnavailable
from tests.bot.db._alerts import an_arrival
from tests.bot.engine._groups import later

HOUR = 3600


class Listener:
    def __init__(self) -> None:
        self.heard, self.away = 0, False

    async def beat(self) -> None:
        if self.away:
            raise VendorUnavailable("the heartbeat's address", "saying that we live")
        self.heard += 1


async def test_each_beat_is_heard_and_one_that_is_not_breaks_nothing():
    listener = Listener()
    heart = Heartbeat(listener)
    assert await heart.beat()
    listener.away = True
    assert not await heart.beat()
    listener.away = False
    assert await heart.beat()
    assert listener.heard == 2


async def test_without_an_address_nobody_is_told():
    assert not await Heartbeat(None).beat()


@pytest.fixture
async def world(alerts):
    """Sentry spoke every hour for a day and a half."""
    for hour in range(36):
        await speak(alerts, hour)
    return alerts


async def speak(alerts, hour):
    await alerts.kit.hooks.keep(an_arrival(f"s{hour}", source=Source.SENTRY, at=later(hour * HOUR)))
    alerts.clock.at = later(hour * HOUR)
    await alerts.read()


async def look(world, hour) -> bool:
    world.clock.at = later(hour * HOUR)
    silent = await world.silence.look()
    await world.read()
    return silent


async def test_a_usual_pause_is_not_told(world):
    assert not await look(world, 40)
    assert await world.kit.reader.named(SILENCE) is None


async def test_an_unusual_silence_is_told_once_and_ends_when_sentry_speaks(world):
    assert [await look(world, 35 + hours) for hours in (6, 6.5, 7, 48)] == [False, True, True, True]
    alert = await world.named(SILENCE)
    assert (alert.state, alert.times, alert.severity) == (AlertState.FIRING, 1, Severity.WARNING)
    assert "/pawdeploy test-alert" in alert.detail
    await speak(world, 84)
    assert not await look(world, 84.5)
    assert (await world.named(SILENCE)).state is AlertState.RESOLVED


async def test_after_a_storm_what_was_usual_before_it_still_is(world):
    for second in range(310):
        await world.kit.hooks.keep(
            an_arrival(f"x{second}", source=Source.SENTRY, at=later(35 * HOUR + second))
        )
    await world.read()
    usual = await world.kit.hooks.arrived(Source.SENTRY.value)
    assert len(usual) == 36
    assert unusual_after(usual, floor=timedelta(0)) > timedelta(hours=2)


async def test_a_silence_of_weeks_does_not_end_because_its_messages_are_forgotten(world):
    assert await look(world, 48)
    for day in range(3, 40):
        world.clock.at = later(day * 24 * HOUR)
        await world.keeper.tidy()
        assert await look(world, day * 24)
    assert (await world.named(SILENCE)).state is AlertState.FIRING


async def test_who_calls_it_over_is_not_told_of_the_same_silence_again(world):
    assert await look(world, 48)
    alert = await world.named(SILENCE)
    await world.press(ActKind.RESOLVE, "now", alert=alert.id)
    await world.work()
    assert await look(world, 60)
    assert (await world.named(SILENCE)).state is AlertState.RESOLVED


async def test_the_next_silence_is_told_on_the_same_card(world):
    await look(world, 48)
    await speak(world, 50)
    await look(world, 51)
    assert await look(world, 120)
    alert = await world.named(SILENCE)
    assert (alert.state, alert.openings) == (AlertState.FIRING, 2)


async def test_who_never_spoke_much_is_not_silent(alerts):
    for hour in range(LEAST - 1):
        await speak(alerts, hour)
    assert not await look(alerts, 1000)

"""Alerts of an incident: one that fires is bad; without any there is nothing that fires."""

from bot.engine.incidents import Status
from bot.incidents.looks import LookPlace
from playbooks.steps import AlertsProbe
from tests.bot.incidents.looks._world import alert

PROBE = AlertsProbe(kind="alerts")


async def test_one_that_fires_is_bad_and_stands_first(world):
    alerts = (alert(1, firing=False), alert(2, title="KeyError", place="", url="https://sentry.example/2"))

    found = await world.look(PROBE, LookPlace(alerts=alerts))

    assert (found.status, found.said) == (Status.BAD, "1 alert still fires: KeyError.")
    assert found.details == (
        "Alert 2: KeyError: fires, for 5 min",
        "Alert 1: api in production does not answer well (api in production): resolved, for 5 min",
    )
    assert found.url == "https://sentry.example/2"


async def test_several_that_fire_are_counted(world):
    found = await world.look(PROBE, LookPlace(alerts=tuple(alert(number) for number in range(3))))

    assert found.said == "3 alerts still fire: api in production does not answer well and 2 more."


async def test_quiet_ones_are_fine(world):
    one, both = (alert(1, firing=False),), (alert(1, firing=False), alert(2, firing=False))

    assert (await world.look(PROBE, LookPlace(alerts=one))).said == "Its alert is quiet."
    found = await world.look(PROBE, LookPlace(alerts=both))
    assert (found.status, found.said) == (Status.OK, "All 2 alerts are quiet.")


async def test_an_incident_without_alerts_has_none_that_fires(world):
    found = await world.look(PROBE, LookPlace())

    assert (found.status, found.said) == (
        Status.OK,
        "No alert belongs to this incident, so none fires.",
    )

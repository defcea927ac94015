"""What belongs to an incident: what those who join it bring along; to a drill nothing real."""

import pytest

from bot.engine.reasons import Reason
from bot.incidents.changing import make
from tests.bot.incidents._alerts import outage, with_alerts
from tests.bot.incidents._asked import refusal
from tests.bot.incidents._triggers import failed, sweeps
from tests.bot.incidents._world import BEN, MIGRATION


@pytest.fixture
def alerts(world):
    return with_alerts(world)


async def test_a_drill_of_the_kind_takes_no_real_alert(world, alerts):
    await world.open(drill=True)
    await alerts.tell(outage(world))
    await sweeps(world)
    assert [(one.id, one.drill) for one in (await world.desk.list()).rows] == [(2, False), (1, True)]
    assert (await world.desk.incident(1)).alerts == ()


async def test_who_joins_from_an_alert_or_a_failed_run_brings_it_along_once(world, alerts):
    await alerts.tell(outage(world))
    number = await failed(world, reason=Reason.LOCKED)
    await world.open()
    for _ in range(2):
        view = await world.desk.join(1, BEN, alert=1, run=number)
    await world.keeper.sweep()
    assert ([one.id for one in view.alerts], [one.id for one in view.runs]) == ([1], [number])
    assert (await alerts.desk.alert(1)).incident == "1"
    told = await world.timeline()
    assert told.count("joined: came to help") == 1
    assert told.count("alert: alert 1 belongs to it: api does not answer") == 1
    assert told.count(f"run: run {number} belongs to it too") == 1


async def test_who_joins_a_drill_brings_nothing(world, alerts):
    await alerts.tell(outage(world))
    await world.open(drill=True)
    view = await world.desk.join(1, BEN, alert=1, run=await failed(world))
    assert (view.alerts, view.runs) == ((), ())


async def test_a_drill_opened_from_an_alert_leaves_it_to_the_real_incident(world, alerts):
    await alerts.tell(outage(world))
    await world.open(drill=True, alert=1)
    await world.keeper.sweep()
    assert (await world.desk.incident(1)).alerts == ()
    assert (await alerts.desk.alert(1)).incident == ""

    await sweeps(world)
    assert [(one.id, one.drill) for one in (await world.desk.list()).rows] == [(2, False), (1, True)]
    assert (await alerts.desk.alert(1)).incident == "2"


async def test_an_alert_an_earlier_version_gave_to_a_drill_opens_its_incident_all_the_same(world, alerts):
    await alerts.tell(outage(world))
    await world.open(drill=True)
    await make(world.kit, 1, lambda draft: draft.attach(alerts=(1,)) or True)
    await sweeps(world)
    assert [one.id for one in (await world.desk.incident(2)).alerts] == [1]
    assert (await alerts.desk.alert(1)).incident == "2"


async def test_no_alert_is_given_to_a_drill(world, alerts):
    await alerts.tell(outage(world))
    await world.open(drill=True)
    refused = await refusal(world.desk.attach(1, 1, BEN))
    assert (refused.reason, str(refused)) == (
        Reason.UNKNOWN_INCIDENT,
        "Incident 1 is a drill: nothing real belongs to it. "
        "Attach the alert to a real one, or press *Open incident…* on its card. Nothing was changed.",
    )
    assert (await world.desk.incident(1)).alerts == ()


async def test_a_drill_opened_from_a_failed_run_leaves_it_to_the_real_incident(world):
    number = await failed(world)
    await world.open(MIGRATION, drill=True, run=number)
    await sweeps(world)
    assert [run.id for run in (await world.desk.incident(1)).runs] == []
    assert [run.id for run in (await world.desk.incident(2)).runs] == [number]

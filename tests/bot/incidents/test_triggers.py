"""What opens an incident by itself: alerts and failed runs, each once, those of one kind in one incident."""

import pytest

from bot.engine.alerts import Happening, Severity
from bot.engine.reasons import Reason
from tests.bot.incidents._alerts import outage, with_alerts
from tests.bot.incidents._asked import ending, refusal, revision, said
from tests.bot.incidents._triggers import ended, failed, sweeps
from tests.bot.incidents._world import ANN, API_DOWN, BEN, MIGRATION


@pytest.fixture
def alerts(world):
    return with_alerts(world)


async def test_an_outage_opens_its_playbook_once_and_alert_and_incident_name_each_other(world, alerts):
    await alerts.tell(outage(world))
    await sweeps(world)

    view = await world.desk.incident(1)
    assert (view.playbook, view.headline, view.opened_by) == (API_DOWN, "api does not answer", "pawdeploy")
    assert (view.service, view.environment, view.why_opened) == ("api", "production", "alert 1")
    assert [(one.id, one.firing) for one in view.alerts] == [(1, True)]
    assert (await alerts.desk.alert(1)).incident == "1"
    assert await world.reader.counts() == (1, 1)
    assert "alert: alert 1 fires: api does not answer" in await world.timeline()


async def test_a_restart_opens_and_says_nothing_again(world, alerts):
    await alerts.tell(outage(world))
    await sweeps(world)
    before, owed = await world.timeline(), await world.owed()
    card = (await alerts.desk.alert(1)).revision
    for _ in range(3):
        world.reborn()
        await sweeps(world)
    assert (await world.timeline(), await world.owed()) == (before, owed)
    assert (await alerts.desk.alert(1)).revision == card
    assert await world.reader.counts() == (1, 1)


async def test_the_next_alert_of_the_kind_belongs_to_the_incident_that_goes_on(world, alerts):
    await alerts.tell(outage(world))
    await sweeps(world)
    await alerts.tell(outage(world, name="api-eu"))
    await sweeps(world)

    assert [one.id for one in (await world.desk.incident(1)).alerts] == [1, 2]
    assert (await alerts.desk.alert(2)).incident == "1"
    assert await world.reader.counts() == (1, 1)
    assert (await world.timeline()).count("alert: alert 2 belongs to it: api-eu does not answer") == 1


@pytest.mark.parametrize(
    "facts",
    [{"severity": Severity.ERROR}, {"environment": "staging"}, {"test": True}],
    ids=["not critical", "elsewhere", "a test"],
)
async def test_what_fits_no_playbook_and_what_is_a_test_open_nothing(world, alerts, facts):
    await alerts.tell(outage(world, **facts))
    await sweeps(world)
    assert await world.reader.counts() == (0, 0)


async def test_what_began_long_ago_and_what_is_over_open_nothing(world, alerts):
    await alerts.tell(outage(world), outage(world, name="b"), outage(world, Happening.RESOLVED, name="b"))
    await world.clock.sleep(3_601)
    await sweeps(world)
    assert await world.reader.counts() == (0, 0)


async def test_where_nothing_opens_by_itself_nothing_does(world, alerts):
    incidents = world.project.incidents.model_copy(update={"automatic": False})
    world.project = world.project.model_copy(update={"incidents": incidents})
    world.reborn()
    await alerts.tell(outage(world))
    await failed(world)
    await sweeps(world)
    assert await world.reader.counts() == (0, 0)


async def test_an_incident_resolved_while_it_fires_is_opened_by_no_alert_it_had(world, alerts):
    await alerts.tell(outage(world))
    await sweeps(world)
    await alerts.tell(outage(world, name="api-eu"))
    await sweeps(world)
    await world.desk.resolve(1, ending(noisy_ok=True))

    await sweeps(world)
    assert await world.reader.counts() == (0, 1)


async def test_an_alert_that_was_quiet_and_fires_again_later_opens_another(world, alerts):
    await alerts.tell(outage(world))
    await sweeps(world)
    await world.clock.sleep(60)
    await alerts.tell(outage(world, Happening.RESOLVED))
    await world.desk.resolve(1, ending())
    await world.clock.sleep(7_200)
    await alerts.tell(outage(world))
    await sweeps(world)
    assert await world.reader.counts() == (1, 2)
    assert (await alerts.desk.alert(1)).incident == "2"


async def test_an_alert_somebody_attached_by_hand_opens_nothing(world, alerts):
    await alerts.tell(outage(world))
    await world.open(MIGRATION)
    await world.desk.attach(1, 1, BEN)
    await sweeps(world)
    assert await world.reader.counts() == (1, 1)
    assert (await alerts.desk.alert(1)).incident == "1"


async def test_an_alert_of_an_incident_that_goes_on_is_not_attached_elsewhere(world, alerts):
    await alerts.tell(outage(world))
    await world.open(MIGRATION)
    await world.desk.attach(1, 1, BEN)
    await sweeps(world)
    for elsewhere in ("PD-9", ""):
        refused = str(await refusal(alerts.desk.attach(1, BEN, elsewhere)))
        assert "Alert 1 belongs to incident 1 since " in refused
        assert "`/pawincident note 1 …`" in refused
    assert (await alerts.desk.alert(1)).incident == "1"
    await world.clock.sleep(60)
    await alerts.tell(outage(world, Happening.RESOLVED))
    await world.desk.resolve(1, ending())
    assert (await alerts.desk.attach(1, BEN, "PD-9")).incident == "PD-9"


async def test_how_alerts_stand_is_on_the_timeline_and_said_once(world, alerts):
    await alerts.tell(outage(world))
    await sweeps(world)
    await world.clock.sleep(60)
    await alerts.tell(outage(world, Happening.RESOLVED))
    await sweeps(world)
    assert [(one.text, one.status) for one in await said(world, "alert")] == [
        ("alert 1 fires: api does not answer", "firing"),
        ("alert 1 resolved: api does not answer", "resolved"),
    ]
    assert not (await world.desk.incident(1)).alerts[0].firing


async def test_while_alerts_fire_resolving_is_refused_until_somebody_says_that_is_fine(world, alerts):
    await alerts.tell(outage(world), outage(world, name="b"))
    await sweeps(world)

    refused = await refusal(world.desk.resolve(1, ending()))

    assert (refused.reason, str(refused)) == (
        Reason.ALERTS_FIRE,
        "2 alerts of it still fire. "
        "Wait until they are quiet, or say in the form that you resolve all the same.",
    )
    view = await world.desk.resolve(1, ending(noisy_ok=True))
    assert view.noisy == 2
    assert "resolved: resolved while 2 of its alerts still fired" in await world.timeline()
    assert (await world.desk.reopen(1, ANN, "as it should")).noisy == 0


async def test_quiet_alerts_keep_nobody_from_resolving(world, alerts):
    await alerts.tell(outage(world))
    await sweeps(world)
    await alerts.tell(outage(world, Happening.RESOLVED))
    await sweeps(world)
    assert (await world.desk.resolve(1, ending())).noisy == 0


async def test_a_failed_migration_opens_its_playbook_once(world):
    number = await failed(world)
    await sweeps(world)
    world.reborn()
    await sweeps(world)

    view = await world.desk.incident(1)
    assert (view.playbook, view.headline) == (MIGRATION, f"Run {number} to production: migration failed")
    assert (view.why_opened, [run.id for run in view.runs]) == (f"run {number}", [number])
    assert await world.reader.counts() == (1, 1)


async def test_other_failures_and_old_ones_open_nothing(world):
    await failed(world, reason=Reason.LOCKED)
    await failed(world, "run-2")
    await world.clock.sleep(3_601)
    await sweeps(world)
    assert await world.reader.counts() == (0, 0)


async def test_the_next_failure_of_the_kind_belongs_to_the_incident_that_goes_on(world):
    await failed(world)
    await sweeps(world)
    second = await failed(world, "run-2", service="mobile")
    await sweeps(world)
    assert [run.id for run in (await world.desk.incident(1)).runs] == [1, second]
    assert "run: run 2 belongs to it too" in await world.timeline()
    before = await revision(world)
    await sweeps(world)
    assert (await world.reader.counts(), await revision(world)) == ((1, 1), before)


async def test_a_failure_that_was_dealt_with_opens_nothing_and_a_new_attempt_that_fails_does(world):
    number = await failed(world)
    await sweeps(world)
    second = await failed(world, "run-2")
    await sweeps(world)
    await world.desk.resolve(1, ending())
    await sweeps(world)
    assert await world.reader.counts() == (0, 1)

    await world.clock.sleep(60)
    await ended(world, second, attempt=2)
    await sweeps(world)
    assert await world.reader.counts() == (1, 2)
    assert number not in [run.id for run in (await world.desk.incident(2)).runs]


async def test_a_mistake_with_one_alert_keeps_no_other_from_opening_its_incident(world, alerts):
    await alerts.tell(outage(world), outage(world, name="b", title="broken"))
    opened, asked = world.desk.open, []

    async def breaks(request):
        asked.append(request.headline)
        if request.headline == "broken":
            raise RuntimeError("a mistake")
        return await opened(request)

    world.desk.open = breaks
    await sweeps(world, 1)
    assert (await world.desk.incident(1)).headline == "api does not answer"
    await sweeps(world, 1)
    assert asked.count("broken") == 1, "it is left alone for a minute"

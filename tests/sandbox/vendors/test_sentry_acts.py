import asyncio

import httpx
import pytest

from sandbox.vendors.sentry import SENTRY_TOKEN
from tests.sandbox.vendors.sentry_world import NEW, OLD, ORG, listening, sentry


@pytest.fixture
def sim(faults, clock, railway):
    return sentry(faults, clock, railway)


@pytest.fixture
async def listener(sim):
    async with listening(sim) as listener:
        yield listener


@pytest.fixture
async def put(sim):
    headers = {"Authorization": f"Bearer {SENTRY_TOKEN}"}
    transport = httpx.ASGITransport(app=sim.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://sentry", headers=headers) as http:

        async def change(issue, **body):
            await http.put(f"{ORG}/issues/{issue.id}/", json=body)
            await sim.hooks.settled()

        yield change


async def test_a_new_issue_is_told_as_created_and_as_an_alert(sim, listener):
    issue = await sim.new_issue("backend", "production", title="KeyError: 'breed'", times=3)

    event = listener.last["data"]["event"]
    assert listener.said == ["issue.created", "event_alert.triggered"]
    assert (event["issue_id"], event["release"], event["environment"]) == (str(issue.id), OLD, "production")
    assert ["environment", "production"] in event["tags"]
    assert "/projects/pawlogic/backend/events/" in event["url"]
    assert event["web_url"].startswith("http://sentry.test/sentry/organizations/pawlogic/issues/")
    assert sim.hooks.accepted == 2


async def test_an_event_of_a_resolved_issue_brings_it_back(sim, listener):
    issue = await sim.new_issue()
    await sim.resolve(issue.id)
    listener.heard.clear()

    assert await sim.happen(issue.id)

    assert listener.said == ["issue.unresolved", "event_alert.triggered"]
    assert (issue.standing.status, issue.standing.substatus) == ("unresolved", "regressed")


async def test_resolved_in_the_next_release_only_a_later_one_brings_it_back(sim, listener, put, railway):
    issue = await sim.new_issue()
    await put(issue, status="resolved", statusDetails={"inNextRelease": True})
    listener.heard.clear()

    assert not await sim.happen(issue)
    assert listener.said == []

    railway.arrive("api", "production", NEW)
    assert await sim.happen(issue)
    assert listener.last["data"]["event"]["release"] == NEW
    assert issue.standing.substatus == "regressed"


async def test_an_archived_issue_counts_and_says_nothing_until_it_escalates(sim, listener, clock):
    issue = await sim.new_issue()
    await sim.archive(issue)
    listener.heard.clear()

    assert not await sim.happen(issue, times=4)
    assert (listener.said, issue.so_far(clock())) == ([], 5)

    assert await sim.escalate(issue)
    assert listener.said == ["issue.unresolved", "event_alert.triggered"]
    assert issue.standing.substatus == "escalating"


async def test_archived_for_so_many_events_it_comes_back_with_the_last_of_them(sim, listener, put):
    issue = await sim.new_issue()
    await put(issue, status="ignored", statusDetails={"ignoreCount": 2})
    listener.heard.clear()

    assert not await sim.happen(issue)
    assert await sim.happen(issue)
    assert listener.said == ["issue.unresolved", "event_alert.triggered"]


async def test_a_time_in_the_archive_that_ends_is_told(sim, listener, put, clock):
    issue = await sim.new_issue()
    await put(issue, status="ignored", statusDetails={"ignoreDuration": 1})
    clock.wait(61)

    assert sim.issues == [issue]
    await sim.hooks.settled()
    assert listener.said[-1] == "issue.unresolved"


async def test_what_the_api_changes_is_told_once(sim, listener, put):
    issue = await sim.new_issue()
    listener.heard.clear()

    for _ in range(2):
        await put(issue, status="resolved", assignedTo="ben")
    await put(issue, assignedTo="")
    await put(issue, status="ignored")
    await put(issue, status="unresolved")

    assert sorted(listener.said[:2]) == ["issue.assigned", "issue.resolved"]
    assert listener.said[2:] == ["issue.ignored", "issue.unresolved"]
    assert listener.last["actor"]["type"] == "application"


async def test_what_somebody_does_there_names_them(sim, listener):
    issue = await sim.new_issue()

    assert await sim.resolve(issue, by="Cleo Marsh")
    assert listener.last["actor"]["name"] == "Cleo Marsh"
    assert not await sim.resolve(issue)  # it is already
    assert await sim.reopen(issue)
    assert await sim.assign(issue, "cleo@pawlogic.app")
    assert listener.last["data"]["issue"]["assignedTo"]["email"] == "cleo@pawlogic.app"
    assert not await sim.assign(issue, "")
    with pytest.raises(LookupError):
        await sim.assign(issue, "stranger@example.com")
    with pytest.raises(LookupError):
        await sim.resolve(7)


async def test_a_metric_alert_names_its_rule(sim, listener):
    assert await sim.metric_alert("critical", rule_id=9)

    told = listener.last["data"]
    assert listener.said == ["metric_alert.critical"]
    assert (told["metric_alert"]["alert_rule"]["id"], told["metric_alert"]["status"]) == ("9", 20)


async def test_a_storm_says_how_many_of_its_alerts_were_accepted(sim, listener, clock):
    assert await sim.storm(groups=5, total=60) == 60

    assert set(listener.said) == {"event_alert.triggered"}
    assert [issue.so_far(clock()) for issue in sim.issues] == [12] * 5
    listener.status = 500
    assert await sim.storm(groups=2, total=10) == 0
    assert (sim.hooks.accepted, sim.hooks.refused) == (60, 10)


async def test_a_storm_keeps_its_pace(sim, listener):
    loop = asyncio.get_running_loop()
    began = loop.time()

    await sim.storm(groups=2, total=11, per_second=100)

    assert loop.time() - began >= 0.1


async def test_lost_webhooks_change_what_the_api_says_all_the_same(sim, listener):
    sim.delivering = False
    issue = await sim.new_issue()
    await sim.resolve(issue)

    assert listener.heard == []
    assert (issue.standing.status, sim.hooks.lost) == ("resolved", 3)


async def test_an_issue_the_errors_knob_makes_is_told_when_somebody_looks(
    sim, listener, faults, clock, railway
):
    clock.wait(1)
    faults.set("sentry.errors", "new issue after deploy")
    railway.arrive("api", "production", NEW)
    clock.wait(10)

    assert len(sim.issues) == 1
    await sim.hooks.settled()
    assert listener.said == ["issue.created", "event_alert.triggered"]

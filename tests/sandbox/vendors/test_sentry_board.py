from datetime import timedelta

import httpx
import pytest

from sandbox.vendors.sentry import SENTRY_TOKEN
from tests.sandbox.vendors.sentry_world import NEW, OLD, ORG, sentry


@pytest.fixture
def sim(faults, clock, railway):
    return sentry(faults, clock, railway)


@pytest.fixture
async def web(sim):
    headers = {"Authorization": f"Bearer {SENTRY_TOKEN}"}
    transport = httpx.ASGITransport(app=sim.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://sentry", headers=headers) as http:
        yield http


@pytest.fixture
def issue(sim):
    return sim.world.add_issue("backend", "production", OLD, "KeyError: 'breed'", events=3)


@pytest.fixture
def put(web, issue):
    async def change(**body):
        return await web.put(f"{ORG}/issues/{issue.id}/", json=body)

    return change


async def listed(web, **params):
    return [int(one["id"]) for one in (await web.get(f"{ORG}/issues/", params=params)).json()]


async def test_one_issue_tells_its_releases_and_its_last_day(web, issue, clock):
    clock.wait(2)
    issue.happen(clock(), 5, NEW)

    shown = (await web.get(f"{ORG}/issues/{issue.id}/")).json()

    assert (shown["count"], shown["userCount"], shown["substatus"]) == ("8", 7, "new")
    assert (shown["firstRelease"]["version"], shown["lastRelease"]["version"]) == (OLD, NEW)
    assert len(shown["stats"]["24h"]) == 24
    assert shown["stats"]["24h"][-1] == [int(clock().timestamp()) // 3600 * 3600, 8]
    assert shown["lastSeen"] > shown["firstSeen"]


async def test_an_issue_nobody_knows_is_not_there(web):
    assert (await web.get(f"{ORG}/issues/7/")).status_code == 404
    assert (await web.put(f"{ORG}/issues/7/", json={"status": "resolved"})).status_code == 404


@pytest.mark.parametrize(
    ("body", "stands"),
    [
        ({"status": "resolved"}, ("resolved", None, {})),
        ({"status": "resolvedInNextRelease"}, ("resolved", None, {"inNextRelease": True})),
        (
            {"status": "resolved", "statusDetails": {"inRelease": "latest"}},
            ("resolved", None, {"inRelease": OLD}),
        ),
        ({"status": "ignored"}, ("ignored", "archived_forever", {})),
        (
            {"status": "ignored", "substatus": "archived_until_escalating"},
            ("ignored", "archived_until_escalating", {}),
        ),
        (
            {"status": "ignored", "statusDetails": {"ignoreCount": 9}},
            ("ignored", "archived_until_condition_met", {"ignoreCount": 9}),
        ),
        ({"status": "unresolved", "substatus": "ongoing"}, ("unresolved", "ongoing", {})),
        ({"substatus": "ongoing"}, ("unresolved", "ongoing", {})),
        ({"status": "unresolved"}, ("unresolved", "new", {})),
        ({"hasSeen": True}, ("unresolved", "new", {})),
    ],
)
async def test_a_change_is_answered_with_how_it_stands_then(put, body, stands):
    answer = await put(**body)

    shown = answer.json()
    assert answer.status_code == 200
    assert (shown["status"], shown["substatus"], shown["statusDetails"]) == stands


@pytest.mark.parametrize(
    "body",
    [
        {"status": "closed"},
        {"status": 5},
        {"colour": "red"},
        {"status": "ignored", "substatus": "escalating"},
        {"status": "resolved", "statusDetails": {"ignoreDuration": 5}},
        {"status": "ignored", "statusDetails": {"ignoreDuration": "soon"}},
        {"status": "resolved", "statusDetails": {"inRelease": "nope"}},
        {"status": "resolved", "statusDetails": []},
        {"statusDetails": {"inNextRelease": True}},
        {"assignedTo": "nobody@example.com"},
        {"assignedTo": 7},
    ],
)
async def test_what_sentry_would_not_take_changes_nothing(put, issue, body):
    before = issue.standing

    answer = await put(**body)

    assert (answer.status_code, issue.standing, issue.assignee) == (400, before, None)


async def test_nothing_is_resolved_in_a_release_where_none_ever_ran(web, sim):
    bare = sim.world.add_issue("backend", "staging", "", "x")

    body = {"status": "resolved", "statusDetails": {"inNextRelease": True}}
    answer = await web.put(f"{ORG}/issues/{bare.id}/", json=body)

    assert answer.json() == {"statusDetails": ["No release data present in the system."]}


@pytest.mark.parametrize("who", ["ben@pawlogic.app", "ben", "user:702"])
async def test_a_person_is_known_by_mail_name_or_number_and_nobody_by_nothing(put, who):
    given = (await put(assignedTo=who)).json()["assignedTo"]

    assert given == {"type": "user", "id": "702", "name": "Ben Aprile", "email": "ben@pawlogic.app"}
    assert (await put(assignedTo="")).json()["assignedTo"] is None


async def test_a_time_in_the_archive_ends_by_itself(put, web, issue, clock):
    shown = (await put(status="ignored", statusDetails={"ignoreDuration": 60})).json()
    assert shown["statusDetails"]["ignoreUntil"] == "2026-11-23T13:00:00.000000Z"

    clock.wait(3601)

    shown = (await web.get(f"{ORG}/issues/{issue.id}/")).json()
    assert (shown["status"], shown["substatus"], shown["statusDetails"]) == ("unresolved", "ongoing", {})


async def test_lists_tell_states_apart(web, sim, issue):
    done = sim.world.add_issue("backend", "production", OLD, "Done", resolved=True)
    await web.put(f"{ORG}/issues/{issue.id}/", json={"status": "ignored"})

    assert await listed(web, query="is:resolved") == [done.id]
    assert await listed(web, query="is:ignored") == await listed(web, query="is:archived_forever")
    assert await listed(web, query="is:unresolved") == []
    assert set(await listed(web, query="")) == {done.id, issue.id}
    assert (await web.get(f"{ORG}/issues/?query=is:odd")).status_code == 400


async def test_a_list_is_by_last_event_or_by_first_and_leaves_out_what_is_long_quiet(web, sim, issue, clock):
    clock.wait(7200)
    younger = sim.world.add_issue("backend", "production", OLD, "Later", events=1)
    assert await listed(web, statsPeriod="1h") == [younger.id]
    clock.wait(60)
    issue.happen(clock(), 1, OLD)

    assert await listed(web) == await listed(web, sort="date") == [issue.id, younger.id]
    assert await listed(web, sort="new") == [younger.id, issue.id]
    assert (await web.get(f"{ORG}/issues/?sort=odd")).status_code == 400
    assert (await web.get(f"{ORG}/issues/?statsPeriod=long")).status_code == 400


async def test_pages_follow_each_other_by_link(web, sim):
    made = {sim.world.add_issue("backend", "production", OLD, f"E{n}").id for n in range(5)}
    found, url = [], f"{ORG}/issues/?limit=2"

    for _ in range(3):
        answer = await web.get(url)
        found += [int(one["id"]) for one in answer.json()]
        following = answer.links["next"]
        url = following["url"]

    assert (set(found), len(found), following["results"]) == (made, 5, "false")
    assert answer.links["previous"]["results"] == "true"
    assert (await web.get(f"{ORG}/issues/?cursor=x")).status_code == 400


async def test_what_the_knob_refuses_changes_nothing(put, issue, faults):
    faults.set("sentry.answers", "429")

    answer = await put(status="resolved")

    assert (answer.status_code, issue.standing.status) == (429, "unresolved")


async def test_events_after_the_first_are_counted_in_the_series_too(sim, issue, clock):
    sim.world.per_minute["backend", "production"] = 0
    begin = int(clock().timestamp())
    clock.wait(10)
    issue.happen(clock(), 40, NEW)
    clock.wait(10)

    assert sum(sim.world.counts("backend", "production", begin, 20, "")) == 43
    assert sum(sim.world.counts("backend", "production", begin, 20, OLD)) == 3


async def test_the_age_of_an_issue_is_no_matter_to_its_day(issue, clock):
    clock.wait(timedelta(days=2).total_seconds())

    assert sum(number for _, number in issue.hourly(clock())) == 0
    assert issue.so_far(clock()) == 3


async def test_a_tag_counts_the_events_of_each_release(web, sim, clock):
    issue = sim.world.add_issue("backend", "production", OLD, "KeyError: 'breed'", events=3)
    clock.wait(10)
    await sim.happen(issue, times=7, release=NEW)

    answer = await web.get(f"{ORG}/issues/{issue.id}/tags/release/", params={"environment": "production"})

    told = answer.json()
    assert (told["key"], told["uniqueValues"], told["totalValues"]) == ("release", 2, 10)
    assert [(one["value"], one["count"]) for one in told["topValues"]] == [(NEW, 7), (OLD, 3)]


async def test_a_tag_no_event_has_is_not_found_and_neither_is_one_of_elsewhere(web, sim, clock):
    issue = sim.world.add_issue("backend", "production", OLD, "KeyError", events=3, tags={"dist": "87"})
    tags = f"{ORG}/issues/{issue.id}/tags"
    clock.wait(10)

    asked = [
        await web.get(f"{tags}/dist/"),
        await web.get(f"{tags}/dist/", params={"environment": "staging"}),
        await web.get(f"{tags}/os.name/"),
        await web.get(f"{ORG}/issues/7/tags/dist/"),
    ]

    assert [answer.status_code for answer in asked] == [200, 404, 404, 404]

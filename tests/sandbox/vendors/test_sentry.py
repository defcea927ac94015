from datetime import timedelta
from functools import partial

import httpx
import pytest

from sandbox.vendors.sentry import SENTRY_TOKEN, SentrySim
from sandbox.vendors.sentry_lives import lives_of

OLD, NEW, NEXT = "a" * 40, "b" * 40, "c" * 40
ORG = "/api/0/organizations/pawlogic"


@pytest.fixture
def sim(faults, clock, railway):
    railway.arrive("api", "production", OLD, at=clock.at - timedelta(days=2))
    clock.wait(0)
    made = SentrySim(faults, now=clock, lives=partial(lives_of, railway))
    made.ingestion_delay = 1
    return made


@pytest.fixture
async def web(sim):
    headers = {"Authorization": f"Bearer {SENTRY_TOKEN}"}
    transport = httpx.ASGITransport(app=sim.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://sentry", headers=headers) as http:
        yield http


@pytest.fixture
def series(web, clock):
    """Ask for the last ``seconds``; gives the body."""

    async def ask(seconds=600, interval=60, **more):
        asked = {
            "dataset": "errors",
            "yAxis": "count()",
            "project": "4500",
            "environment": "production",
            "start": (clock.at - timedelta(seconds=seconds)).replace(tzinfo=None).isoformat(),
            "end": clock.at.replace(tzinfo=None).isoformat(),
            "interval": interval,
        } | more
        params = {name: value for name, value in asked.items() if value is not None}
        return (await web.get(f"{ORG}/events-timeseries/", params=params)).json()

    return ask


@pytest.fixture
def errors(series):
    """Count the errors of the last ``seconds``, as far as complete."""

    async def count(seconds=600, **more):
        (one,) = (await series(seconds, interval=1, **more))["timeSeries"]
        return sum(value["value"] for value in one["values"] if not value["incomplete"])

    return count


# Counting


async def test_there_was_a_time_before_the_sandbox(series):
    (one,) = (await series(3600))["timeSeries"]

    assert 1500 < sum(value["value"] for value in one["values"]) < 2100  # 30 a minute
    assert len(one["values"]) == 61  # also the one that begins at the end


async def test_the_same_second_always_counts_the_same_however_it_is_cut(series, clock):
    (fine,) = (await series(600, interval=1))["timeSeries"]
    (coarse,) = (await series(600, interval=60))["timeSeries"]

    assert [sum(v["value"] for v in fine["values"][at : at + 60]) for at in range(0, 600, 60)] == [
        v["value"] for v in coarse["values"][:-1]
    ]


async def test_a_rate_can_be_given_in_fractions(sim, errors):
    sim.world.per_minute["backend", "production"] = 0.5

    assert 10 < await errors(7200) < 120


async def test_what_ends_within_the_delay_is_incomplete(sim, series):
    sim.ingestion_delay = 90

    (one,) = (await series(600))["timeSeries"]

    assert [value["incomplete"] for value in one["values"]] == [False] * 8 + [True] * 3
    assert one["values"][-1]["incompleteReason"] == "INCOMPLETE_BUCKET"


async def test_a_width_that_will_not_do_is_silently_another(series):
    for interval in ("0", "1m", "-5"):
        (one,) = (await series(600, interval))["timeSeries"]
        assert one["meta"]["interval"] == 300_000


@pytest.mark.parametrize(
    "more",
    [
        {"dataset": None},
        {"dataset": "discover"},
        {"start": "yesterday"},
        {"query": "user.id:7"},
        {"query": 'release:"'},
    ],
)
async def test_what_sentry_would_refuse_is_refused(series, more):
    assert set(await series(**more)) == {"detail"}


async def test_without_a_project_there_is_no_series_at_all(series):
    assert await series(project=None) == {"timeSeries": []}


async def test_an_environment_nothing_came_from_is_not_there(series):
    assert await series(environment="prod") == {"detail": "The requested resource does not exist"}


# What goes wrong


async def test_a_spike_begins_when_it_is_told_to(sim, errors, clock):
    before = await errors(60)
    sim.spike("backend", "production", per_minute=600)
    clock.wait(20)

    assert await errors(20) > 100 > before


async def test_a_new_deployment_spikes_and_the_old_commit_brings_quiet(faults, clock, railway, errors):
    faults.set("sentry.errors", "spike after deploy")
    assert await errors(60) < 30
    clock.wait(10)
    railway.arrive("api", "production", NEW)
    clock.wait(20)
    assert await errors(18) > 100
    assert await errors(18, environment="staging") < 30
    assert await errors(18, query=f'release:"{NEW}"') > 100
    assert await errors(18, query=f'release:"{OLD}"') == 0

    railway.arrive("api", "production", OLD)
    clock.wait(60)

    assert await errors(50) < 30
    assert await errors(90) > 100  # what was counted stays counted


async def test_what_was_bad_stays_told_when_the_knob_is_turned_back(faults, clock, railway, errors):
    faults.set("sentry.errors", "spike after deploy")
    railway.arrive("api", "production", NEW)
    clock.wait(20)
    faults.set("sentry.errors", "quiet")
    clock.wait(1)
    railway.arrive("api", "production", NEXT)
    clock.wait(30)

    assert await errors(60) > 100
    assert await errors(25) < 30


async def test_a_new_deployment_brings_a_new_issue_whose_events_count(
    faults, clock, railway, sim, web, errors
):
    faults.set("sentry.errors", "new issue after deploy")
    railway.arrive("api", "production", NEW)
    clock.wait(20)

    params = {"query": f'is:unresolved firstRelease:"{NEW}"', "environment": "production", "project": "4500"}
    (found,) = (await web.get(f"{ORG}/issues/", params=params)).json()

    assert (found["count"], found["userCount"], found["isUnhandled"]) == ("12", 7, True)
    assert (await web.get(f"{ORG}/issues/", params=params | {"environment": "staging"})).json() == []
    assert len(sim.issues) == 1
    assert await errors(20) >= 12


async def test_a_silent_sentry_completes_nothing_more(faults, clock, series):
    faults.set("sentry.errors", "silent")
    clock.wait(120)

    (one,) = (await series(240))["timeSeries"]

    assert [value["incomplete"] for value in one["values"]] == [False, False, True, True, True]


# Releases


async def test_a_release_is_new_once_and_needs_a_project_sentry_has(web, sim):
    body = {"version": NEW, "projects": ["backend"]}

    assert [(await web.post(f"{ORG}/releases/", json=body)).status_code for _ in range(2)] == [201, 208]
    assert (await web.post(f"{ORG}/releases/", json={"version": NEW})).status_code == 400
    assert (await web.post(f"{ORG}/releases/", json=body | {"projects": ["nope"]})).status_code == 400
    assert (await web.post(f"{ORG}/releases/", content="x")).status_code == 400
    assert [release.version for release in sim.releases] == [NEW]


async def test_commits_of_a_stranger_repository_are_refused_but_the_release_is_there(web, sim):
    refs = [{"repository": "some/where", "commit": NEW}]
    body = {"version": NEW, "projects": ["backend"], "refs": refs}

    assert (await web.post(f"{ORG}/releases/", json=body)).status_code == 400
    assert [release.version for release in sim.releases] == [NEW]


async def test_deploys_belong_to_a_release_and_name_an_environment(web):
    await web.post(f"{ORG}/releases/", json={"version": "api@1/2", "projects": ["backend"]})
    path = f"{ORG}/releases/api%401%2F2/deploys/"

    assert (await web.post(path, json={"environment": "production", "name": "one"})).status_code == 201
    assert (await web.post(path, json={"name": "one"})).status_code == 400
    assert [deploy["name"] for deploy in (await web.get(path)).json()] == ["one"]
    assert (await web.get(f"{ORG}/releases/nope/deploys/")).status_code == 404
    assert (await web.get(f"{ORG}/releases/api%401%2F2/")).json()["deployCount"] == 1


# The door


@pytest.mark.parametrize("token", ["", "Bearer wrong"])
async def test_without_the_token_nothing_opens(web, token):
    web.headers.pop("authorization")

    answer = await web.get(f"{ORG}/", headers={"authorization": token} if token else {})

    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/api/0/organizations/other/", f"{ORG}", f"{ORG}/nope/"])
async def test_another_organization_and_another_address_are_not_there(web, path):
    assert (await web.get(path)).status_code == 404


async def test_the_link_of_an_issue_opens_its_page(web, sim):
    sim.world.add_issue("backend", "production", NEW, "<b>KeyError</b>")
    (found,) = (await web.get(f"{ORG}/issues/")).json()

    web.headers.pop("authorization")
    shown = await web.get(found["permalink"])
    overview = await web.get("/organizations/pawlogic/")

    assert "&lt;b&gt;KeyError" in shown.text
    assert "<b>" not in shown.text + overview.text

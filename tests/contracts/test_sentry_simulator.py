"""The simulated Sentry's answers have the documented shapes, and so have the documented answers themselves.

The schemas hold what is known of Sentry's API (OpenAPI 0.272.0, and the tests of ``events-timeseries`` in
its source); the samples are its own examples, shortened.
"""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from jsonschema import Draft202012Validator

from sandbox.faults import Faults
from sandbox.vendors.sentry import SENTRY_TOKEN, SentrySim

ORG = "/api/0/organizations/pawlogic"
TEXT, NUMBER, YES = {"type": "string"}, {"type": "number"}, {"type": "boolean"}
MAYBE = {"type": ["string", "null"]}
PART = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
COUNT = {"type": "string", "pattern": r"^\d+$"}


def holds(**properties):
    return {"type": "object", "properties": properties, "required": list(properties)}


def listed(of):
    return {"type": "array", "items": of}


PROJECT = holds(id=COUNT, slug=TEXT, name=TEXT)
BUCKET = {
    **holds(timestamp=NUMBER, value=NUMBER, incomplete=YES),
    "if": {"properties": {"incomplete": {"const": True}}},
    "then": {"required": ["incompleteReason"]},
}
SERIES = holds(
    yAxis=TEXT,
    values=listed(BUCKET),
    meta=holds(interval=NUMBER, valueType=TEXT, valueUnit=MAYBE),
)
ISSUE = holds(
    id=COUNT,
    shortId=TEXT,
    title=TEXT,
    culprit=MAYBE,
    permalink=MAYBE,
    level=TEXT,
    status={"enum": ["resolved", "unresolved", "ignored"]},
    substatus=MAYBE,
    statusDetails={"type": "object"},
    count=COUNT,
    userCount={"type": "integer"},
    firstSeen=MOMENT,
    lastSeen=MOMENT,
    metadata={"type": "object"},
    project=PROJECT,
)
SCHEMAS = {
    "events-timeseries": holds(
        meta=holds(dataset=TEXT, start=NUMBER, end=NUMBER), timeSeries={**listed(SERIES), "minItems": 1}
    ),
    "issues": listed(ISSUE),
    "issue": {
        **ISSUE,
        "required": [*ISSUE["required"], "stats", "firstRelease", "lastRelease", "assignedTo"],
        "properties": {
            **ISSUE["properties"],
            "stats": holds(**{"24h": listed(listed({"type": "integer"}))}),
            "firstRelease": {"anyOf": [{"type": "null"}, holds(version=TEXT)]},
            "lastRelease": {"anyOf": [{"type": "null"}, holds(version=TEXT)]},
        },
    },
    "wrong fields": {"type": "object", "minProperties": 1, "additionalProperties": listed(TEXT)},
    "release": holds(
        version=TEXT,
        url=MAYBE,
        dateCreated=MOMENT,
        dateReleased={"type": ["string", "null"]},
        newGroups={"type": "integer"},
        commitCount={"type": "integer"},
        deployCount={"type": "integer"},
        projects=listed(PROJECT),
    ),
    "deploys": listed(
        holds(id=COUNT, environment=TEXT, name=MAYBE, url=MAYBE, dateStarted=MAYBE, dateFinished=TEXT)
    ),
    "sessions": holds(
        start=MOMENT,
        end=MOMENT,
        query=TEXT,
        intervals=listed(MOMENT),
        groups=listed(
            holds(
                by={"type": "object"},
                totals=holds(**{"sum(session)": NUMBER, "crash_free_rate(session)": PART}),
                series=holds(
                    **{"sum(session)": listed(NUMBER), "crash_free_rate(session)": listed(PART)},
                ),
            )
        ),
    ),
    "refusal": holds(detail=TEXT),
}
SAMPLES = {
    "events-timeseries": {
        "meta": {"dataset": "errors", "start": 1700470800000.0, "end": 1700478000000.0},
        "timeSeries": [
            {
                "values": [
                    {"incomplete": False, "timestamp": 1700470800000.0, "value": 1},
                    {
                        "incomplete": True,
                        "incompleteReason": "INCOMPLETE_BUCKET",
                        "timestamp": 1700474400000.0,
                        "value": 2,
                    },
                ],
                "yAxis": "count()",
                "meta": {"valueType": "integer", "valueUnit": None, "interval": 3600000},
            }
        ],
    },
    "issues": [
        {
            "id": "1170820242",
            "shortId": "FRONT-END-9",
            "title": "ReferenceError: blooopy is not defined",
            "culprit": "?(runner)",
            "permalink": None,
            "level": "error",
            "status": "unresolved",
            "substatus": "escalating",
            "statusDetails": {},
            "count": "1",
            "userCount": 1,
            "firstSeen": "2019-08-19T20:58:37.391000Z",
            "lastSeen": "2019-08-19T20:58:37.391000Z",
            "metadata": {"type": "ReferenceError", "value": "blooopy is not defined"},
            "project": {"id": "1", "name": "front-end", "platform": "", "slug": "front-end"},
        }
    ],
    "refusal": {"detail": "Authentication credentials were not provided."},
}
"""Sentry's own."""


@pytest.fixture
def sim():
    return SentrySim(Faults())


@pytest.fixture
async def rest(sim):
    headers = {"Authorization": f"Bearer {SENTRY_TOKEN}"}
    transport = httpx.ASGITransport(app=sim.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://sentry", headers=headers) as http:
        yield http


def fits(name, answer):
    Draft202012Validator(SCHEMAS[name]).validate(answer)


@pytest.mark.parametrize("name", SAMPLES)
def test_sentrys_own_examples_fit_the_schemas(name):
    fits(name, SAMPLES[name])


async def test_a_series_has_its_shape(rest):
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    asked = {
        "dataset": "errors",
        "yAxis": "count()",
        "project": "-1",
        "environment": "production",
        "start": (now - timedelta(hours=1)).isoformat(),
        "end": now.isoformat(),
        "interval": 60,
    }

    answer = (await rest.get(f"{ORG}/events-timeseries/", params=asked)).json()

    fits("events-timeseries", answer)
    assert {value["incomplete"] for value in answer["timeSeries"][0]["values"]} == {False, True}


@pytest.mark.parametrize("release", ["app@1.2.3+4", "nothing ran it"])
async def test_sessions_have_their_shape(sim, rest, release):
    sim.sessions.per_hour["backend"] = 100
    fields = ["sum(session)", "crash_free_rate(session)"]
    asked = {"field": fields, "project": "4500", "query": f'release:"{release}"', "statsPeriod": "24h"}

    answer = (await rest.get(f"{ORG}/sessions/", params=asked)).json()

    fits("sessions", answer)
    lengths = {len(series) for series in answer["groups"][0]["series"].values()}
    assert lengths == {len(answer["intervals"])} == {24}


async def test_issues_have_their_shape(sim, rest):
    sim.world.add_issue("backend", "production", "1.0", "KeyError: 'breed'")
    sim.world.add_issue("backend", "production", "1.0", "Ready", resolved=True)

    answer = (await rest.get(f"{ORG}/issues/?query=")).json()

    fits("issues", answer)
    assert len(answer) == 2
    assert len((await rest.get(f"{ORG}/issues/")).json()) == 1  # unresolved ones, when nothing is said


async def test_one_issue_has_its_shape_before_and_after_a_change(sim, rest):
    issue = sim.world.add_issue("backend", "production", "1.0", "KeyError: 'breed'")
    path = f"{ORG}/issues/{issue.id}/"
    body = {"status": "ignored", "statusDetails": {"ignoreDuration": 30}, "assignedTo": "user:701"}

    answers = [await rest.get(path), await rest.put(path, json=body), await rest.get(path)]

    for answer in answers:
        fits("issue", answer.json())
    assert answers[1].json() == answers[2].json()


async def test_what_a_change_is_refused_for_is_said_by_field(sim, rest):
    issue = sim.world.add_issue("backend", "production", "1.0", "x")

    answer = await rest.put(f"{ORG}/issues/{issue.id}/", json={"status": "closed"})

    assert answer.status_code == 400
    fits("wrong fields", answer.json())


async def test_releases_and_deploys_have_their_shape(rest):
    made = await rest.post(f"{ORG}/releases/", json={"version": "1.0", "projects": ["backend"]})
    fits("release", made.json())
    deploys = f"{ORG}/releases/1.0/deploys/"
    deploy = {"environment": "production", "dateStarted": "2026-11-23T12:00:00Z"}
    made = await rest.post(deploys, json=deploy)
    assert made.status_code == 201

    fits("deploys", [made.json()])
    fits("deploys", (await rest.get(deploys)).json())
    fits("release", (await rest.get(f"{ORG}/releases/1.0/")).json())


@pytest.mark.parametrize("path", [f"{ORG}/releases/nope/", f"{ORG}/events-timeseries/", "/api/0/nope/"])
async def test_a_refusal_has_its_shape(rest, path):
    fits("refusal", (await rest.get(path)).json())

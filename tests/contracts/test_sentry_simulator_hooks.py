"""The simulated Sentry's webhooks say what Sentry's say: the same keys, with the same kinds of values.

The shapes were taken from Sentry's own examples and tests; where two differ, what both have is required.
"""

import json
from datetime import UTC, datetime

import pytest
from jsonschema import Draft202012Validator

from sandbox.faults import Faults
from sandbox.vendors.sentry import SentrySim
from tests.contracts.test_sentry_simulator import COUNT, MAYBE, MOMENT, PROJECT, TEXT, holds, listed

NUMBER = {"type": "integer"}
ADDRESS = {"type": "string", "pattern": "^http"}
PAIR = {"type": "array", "prefixItems": [TEXT, TEXT], "minItems": 2, "maxItems": 2}
ACTOR = holds(type={"enum": ["user", "application"]}, id={"type": ["string", "integer"]}, name=TEXT)
ISSUE = holds(
    id=COUNT,
    url=ADDRESS,
    web_url=ADDRESS,
    project_url=ADDRESS,
    shortId=TEXT,
    title=TEXT,
    culprit=TEXT,
    level=TEXT,
    status={"enum": ["resolved", "unresolved", "ignored"]},
    substatus=MAYBE,
    statusDetails={"type": "object"},
    platform=TEXT,
    project=PROJECT,
    metadata=holds(type=TEXT, value=TEXT),
    count=COUNT,
    userCount=NUMBER,
    firstSeen=MOMENT,
    lastSeen=MOMENT,
    assignedTo={"anyOf": [{"type": "null"}, holds(type=TEXT, id=TEXT, name=TEXT, email=TEXT)]},
)
EVENT = holds(
    event_id={"type": "string", "pattern": "^[0-9a-f]{32}$"},
    issue_id=COUNT,
    issue_url=ADDRESS,
    web_url=ADDRESS,
    url={"type": "string", "pattern": "/api/0/projects/[^/]+/[^/]+/events/"},
    project=NUMBER,
    title=TEXT,
    culprit=TEXT,
    level=TEXT,
    environment=TEXT,
    release=MAYBE,
    platform=TEXT,
    datetime=MOMENT,
    timestamp={"type": "number"},
    received={"type": "number"},
    tags=listed(PAIR),
    metadata=holds(type=TEXT, value=TEXT),
    type=TEXT,
)
METRIC = holds(
    id=COUNT,
    identifier=TEXT,
    projects=listed(TEXT),
    alert_rule=holds(
        id=COUNT,
        name=TEXT,
        aggregate=TEXT,
        time_window=NUMBER,
        triggers=listed(holds(label=TEXT, alert_threshold={"type": "number"})),
    ),
    status={"enum": [1, 2, 10, 20]},
    title=TEXT,
    date_started=MOMENT,
    date_closed={"type": ["string", "null"]},
)
DATA = {
    "issue": holds(issue=ISSUE),
    "event_alert": holds(event=EVENT, triggered_rule=TEXT),
    "metric_alert": holds(
        metric_alert=METRIC, description_text=TEXT, description_title=TEXT, web_url=ADDRESS
    ),
}
ACTIONS = {
    "issue": ["created", "resolved", "unresolved", "ignored", "assigned"],
    "event_alert": ["triggered"],
    "metric_alert": ["critical", "warning", "resolved"],
}


@pytest.fixture
async def told():
    """Everything Sentry can say, said once: resource and body."""
    sim = SentrySim(Faults(), now=lambda: datetime(2026, 11, 23, 12, tzinfo=UTC))
    sim.hooks.target, sim.hooks.waiting = "http://127.0.0.1:9", []
    issue = await sim.new_issue("backend", "production", title="KeyError: 'breed'", release="1.0")
    await sim.assign(issue, "ann@pawlogic.app")
    await sim.archive(issue)
    await sim.escalate(issue)
    await sim.resolve(issue)
    await sim.regress(issue)
    for action in ACTIONS["metric_alert"]:
        await sim.metric_alert(action)
    return [(hook.resource, json.loads(hook.body)) for hook in sim.hooks.waiting]


async def test_every_message_has_sentrys_envelope_and_its_resources_shape(told):
    for resource, body in told:
        envelope = holds(
            action={"enum": ACTIONS[resource]},
            installation=holds(uuid=TEXT),
            data=DATA[resource],
            actor=ACTOR,
        )
        Draft202012Validator(envelope).validate(body)


async def test_every_action_that_is_known_can_be_said(told):
    said = {(resource, body["action"]) for resource, body in told}

    assert said == {(resource, action) for resource, actions in ACTIONS.items() for action in actions}


async def test_an_issue_that_came_back_says_how(told):
    back = [
        body["data"]["issue"]["substatus"]
        for resource, body in told
        if (resource, body["action"]) == ("issue", "unresolved")
    ]

    assert back == ["escalating", "regressed"]

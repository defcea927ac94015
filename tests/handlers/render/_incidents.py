"""Incidents to draw: a plain one, and strategies that make every shape Slack could ever be sent."""

import dataclasses
from datetime import timedelta

from hypothesis import strategies as st

from bot.engine.incidents import (
    ChoiceView,
    Finding,
    IncidentAlert,
    IncidentRun,
    IncidentState,
    IncidentStep,
    IncidentView,
    Mark,
    Sev,
    Status,
)
from handlers.render.incident_card import IncidentAround, page_count, render_incident
from tests.handlers._limits import assert_message
from tests.handlers._runs import ANN, BEN, NOON, nasty, times

SINCE = NOON - timedelta(minutes=12)
LINK = "https://pawlogic.slack.com/archives/C0INCIDENTS/p1700000000000100"
CHOICES = (
    ChoiceView(id="database", text="Database", suggested=True),
    ChoiceView(id="redis", text="Redis", suggested=False),
    ChoiceView(id="code", text="Our own code", suggested=False),
)


def a_step(**changes) -> IncidentStep:
    facts = {
        "key": "status-page",
        "kind": "do",
        "text": "Say on the status page that we know",
        "mark": Mark.TODO,
        "revision": 4,
    }
    return IncidentStep(**facts | changes)


def a_look(**changes) -> IncidentStep:
    found = Finding(status=Status.BAD, said="Database: does not answer", points_at="database")
    facts = {
        "key": "supabase",
        "kind": "look",
        "text": "Supabase: does the database answer?",
        "mark": Mark.DONE,
        "finding": found,
        "found_at": NOON - timedelta(minutes=2),
    }
    return a_step(**facts | changes)


def a_decision(**changes) -> IncidentStep:
    facts = {"key": "which", "kind": "decide", "text": "Which part is down?", "choices": CHOICES}
    return a_step(**facts | changes)


def an_act(**changes) -> IncidentStep:
    facts = {
        "key": "back",
        "kind": "act",
        "text": "Go back to the last good run",
        "button": "Roll back production",
        "starts": "rollback",
        "place": "api in production",
    }
    return a_step(**facts | changes)


def a_message(**changes) -> IncidentStep:
    facts = {
        "key": "orchestrator",
        "kind": "tell",
        "text": "Tell the orchestrator",
        "told": ("the orchestrator", "the database owner"),
    }
    return a_step(**facts | changes)


def an_alert(**changes) -> IncidentAlert:
    facts = {
        "id": 7,
        "title": "api is down",
        "place": "api in production",
        "firing": True,
        "state": "firing",
        "opened_at": SINCE,
        "first_seen": SINCE,
        "acked_at": None,
        "state_at": SINCE,
    }
    return IncidentAlert(**facts | changes)


def a_run(**changes) -> IncidentRun:
    facts = {
        "id": 12,
        "what": "Rollback of api in production",
        "state": "running",
        "asked_by": ANN,
        "at": NOON,
        "ended_at": None,
    }
    return IncidentRun(**facts | changes)


def an_incident(*steps: IncidentStep, **changes) -> IncidentView:
    facts = {
        "id": 3,
        "playbook": "api-down",
        "title": "API down",
        "headline": "API does not answer in production",
        "severity": Sev.SEV1,
        "state": IncidentState.OPEN,
        "opened_by": ANN,
        "opened_at": SINCE,
        "revision": 9,
        "steps": steps,
        "roles": (("commander", BEN), ("scribe", "")),
        "service": "api",
        "environment": "production",
        "channel": "C0INCIDENTS",
        "ts": "1700000000.000100",
    }
    return IncidentView(**facts | changes)


def resolved(*steps: IncidentStep, **changes) -> IncidentView:
    facts = {
        "state": IncidentState.RESOLVED,
        "resolved_by": BEN,
        "resolved_at": SINCE + timedelta(minutes=48),
        "summary": "A pool of connections ran dry",
        "cause": "A query without a limit",
        "follow_ups": ("Limit the query", "Alert on the pool"),
    }
    return an_incident(*steps, **facts | changes)


def draw(incident: IncidentView, *, page: int = 0, around: IncidentAround | None = None, now=NOON):
    message = render_incident(incident, now=now, around=around or IncidentAround(), page=page)
    assert_message(message)
    return message


def first_line(incident: IncidentView, page: int = 0) -> str:
    return draw(incident, page=page).blocks[0]["text"]["text"].split("\n")[0]


def marked_up(message) -> str:
    """Everything in which Slack gives ``<`` a meaning: the fallback, and all that is not plain text."""

    def found(value):
        if isinstance(value, dict):
            own = [value["text"]] if value.get("type") == "mrkdwn" else []
            return own + [one for item in value.values() for one in found(item)]
        return [one for item in value for one in found(item)] if isinstance(value, list | tuple) else []

    return "\n".join([message.text, *found(message.blocks)])


def elements(message) -> list[dict]:
    """Every element that can be pressed, with the ``block_id`` of its block."""
    found = []
    for block in message.blocks:
        inside = block["elements"] if block["type"] == "actions" else [block.get("accessory")]
        found += [{**element, "block_id": block.get("block_id", "")} for element in inside if element]
    return found


def pressable(incident: IncidentView, page: int = 0) -> list[str]:
    return [element["action_id"] for element in elements(draw(incident, page=page))]


def every_page(incident: IncidentView) -> list:
    return [draw(incident, page=page) for page in range(page_count(incident))]


ids = st.integers(1, 2**53)
slugs = st.from_regex(r"[a-z][a-z0-9-]{0,30}", fullmatch=True)
long_slug = st.just("a" * 31)
awful = nasty | st.sampled_from(
    ["<!channel> *bold* `code` & <@U0ANNREQ001> _x_ ~y~ ``` > " * 75, "word " * 800, "\n\n- a\n" * 500]
)
some = st.lists(awful, max_size=3).map(tuple)
findings = st.builds(
    Finding, status=st.sampled_from(Status), said=awful, details=some, url=awful, points_at=awful
)
answers = st.builds(ChoiceView, id=slugs, text=awful, suggested=st.booleans())
choices = st.lists(answers, max_size=5).map(tuple)
steps = st.builds(
    IncidentStep,
    key=slugs,
    kind=st.sampled_from(["do", "look", "decide", "act", "tell"]),
    text=awful,
    mark=st.sampled_from(Mark),
    revision=ids,
    note=awful,
    depth=st.integers(0, 9),
    by=awful | st.just(ANN),
    at=st.none() | times,
    why=awful,
    remark=awful,
    who=some,
    owner=awful | st.just(BEN),
    owner_role=awful,
    due_at=st.none() | times,
    finding=st.none() | findings,
    found_at=st.none() | times,
    looking=st.booleans(),
    choices=choices,
    choice=slugs | st.just(""),
    button=awful,
    starts=st.sampled_from(
        ["rollback", "deploy", "lock", "workflow", "update", "update-back", "release", "store-halt", ""]
    ),
    place=awful,
    run=st.none() | ids,
    run_state=awful | st.sampled_from(["asking", "running"]),
    trouble=awful,
    told=some,
)


def _told_apart(few: list[IncidentStep], times: int) -> tuple[IncidentStep, ...]:
    """Repeat the steps, each with a key of its own, as a playbook's are."""
    return tuple(
        dataclasses.replace(step, key=f"s{number}{step.key}"[:31]) for number, step in enumerate(few * times)
    )


alerts = st.builds(
    IncidentAlert,
    id=ids,
    title=awful,
    place=awful,
    firing=st.booleans(),
    state=awful,
    opened_at=times,
    first_seen=times,
    acked_at=st.none() | times,
    state_at=times,
    url=awful,
    channel=awful,
    ts=awful,
)
runs = st.builds(
    IncidentRun,
    id=ids,
    what=awful,
    state=awful,
    asked_by=awful,
    at=times,
    ended_at=st.none() | times,
    sha=awful,
    over=st.booleans(),
)
incidents = st.builds(
    IncidentView,
    id=ids,
    playbook=slugs,
    title=awful,
    headline=awful,
    severity=st.sampled_from(Sev),
    state=st.sampled_from(IncidentState),
    opened_by=awful,
    opened_at=times,
    revision=ids,
    steps=st.builds(_told_apart, st.lists(steps, max_size=4), st.sampled_from([1, 2, 15])),
    nevers=st.builds(lambda few, times: few * times, some, st.sampled_from([1, 20])),
    roles=st.lists(st.tuples(slugs, awful | st.sampled_from(["", ANN])), max_size=9).map(tuple),
    drill=st.booleans(),
    service=awful,
    environment=awful,
    channel=awful,
    ts=awful,
    room=awful,
    room_trouble=awful,
    report_in=awful,
    why_opened=awful,
    update=awful,
    update_by=awful,
    update_at=st.none() | times,
    next_update_at=st.none() | times,
    alerts=st.lists(alerts, max_size=4).map(tuple),
    runs=st.lists(runs, max_size=4).map(tuple),
    resolved_by=awful,
    resolved_at=st.none() | times,
    summary=awful,
    cause=awful,
    follow_ups=some,
    mitigated_at=st.none() | times,
    noisy=st.integers(0, 10**6),
    openings=st.integers(1, 10**6),
)

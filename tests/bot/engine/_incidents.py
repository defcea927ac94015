"""Incidents as tests need them: a whole one, and records of every kind for hypothesis."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.engine.incident_timeline import Entry, EntryKind, Record
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

ANN, BEN, CLEO = "U0ANNREQ001", "U0BENAPP001", "U0CLEOAPP01"
NAMES = {ANN: "Ann", BEN: "Ben", CLEO: "Cleo"}
NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def at(minutes: float, seconds: float = 0) -> datetime:
    """Minutes after the opening."""
    return NOON + timedelta(minutes=minutes, seconds=seconds)


def alert(**changes) -> IncidentAlert:
    fields = {
        "id": 12,
        "title": "api is down",
        "place": "api in production",
        "firing": False,
        "state": "resolved",
        "opened_at": at(-3),
        "first_seen": at(-5),
        "acked_at": None,
        "state_at": at(31),
        "url": "https://health.example/api?x=1&y=2",
    }
    return IncidentAlert(**fields | changes)


def run(**changes) -> IncidentRun:
    fields = {
        "id": 41,
        "what": "Rollback of api in production",
        "state": "succeeded",
        "asked_by": ANN,
        "at": at(12),
        "ended_at": at(27),
        "sha": "c0ffee" + "0" * 34,
        "over": True,
    }
    return IncidentRun(**fields | changes)


def step(key="tell-users", **changes) -> IncidentStep:
    fields = {"key": key, "kind": "do", "text": "Tell the users.", "mark": Mark.TODO, "revision": 1}
    return IncidentStep(**fields | changes)


FOUND = Finding(
    status=Status.BAD,
    said="database is ill: timeout",
    details=("redis: ok, 3 ms", "database: timeout after 5 s"),
    url="https://api.example/health/detailed",
    points_at="database",
)
STEPS = (
    step(
        "health",
        kind="look",
        text="Ask `/health/detailed`.",
        mark=Mark.DONE,
        by="pawdeploy",
        at=at(1),
        finding=FOUND,
        found_at=at(1),
    ),
    step(
        "which",
        kind="decide",
        text="Which part is it?",
        mark=Mark.DONE,
        by=BEN,
        at=at(9),
        choices=(ChoiceView(id="code", text="Our code", suggested=False),),
        choice="code",
    ),
    step(
        "back",
        kind="act",
        text="Go back.",
        mark=Mark.DONE,
        by=ANN,
        at=at(27),
        button="Roll back",
        starts="rollback",
        place="api in production",
        run=41,
        run_state="succeeded",
        depth=1,
    ),
    step(
        "post", mark=Mark.SKIPPED, text="Post on the status page.", by=BEN, at=at(30), why="it was too short"
    ),
    step("watch", text="Watch errors.", owner=CLEO),
)
INCIDENT = IncidentView(
    id=3,
    playbook="api-down",
    title="API down",
    headline="checkout answers 500",
    severity=Sev.SEV1,
    state=IncidentState.RESOLVED,
    opened_by=ANN,
    opened_at=NOON,
    revision=40,
    steps=STEPS,
    roles=(("commander", ANN), ("scribe", "")),
    service="api",
    environment="production",
    why_opened="alert 12",
    alerts=(alert(),),
    runs=(run(),),
    resolved_by=ANN,
    resolved_at=at(50),
    summary="The API answered 500 for half an hour.\n\nNo data was lost.",
    cause="A connection pool of 1.",
    follow_ups=("Make the pool larger", "Alert on its size"),
)
ENTRIES = (
    Entry(at=NOON, kind=EntryKind.OPENED, text="Incident opened.", by=ANN),
    Entry(at=at(1), kind=EntryKind.EVIDENCE, text="database is ill: timeout", step="Ask `/health/detailed`."),
    Entry(
        at=at(4),
        kind=EntryKind.MESSAGE,
        text="customers write to us",
        by=CLEO,
        said_at=at(20),
        url="https://slack.example/p1",
    ),
    Entry(at=at(9), kind=EntryKind.DECIDED, text="Our code", by=BEN, step="Which part is it?"),
    Entry(at=at(27), kind=EntryKind.RUN, text="Run 41 succeeded."),
    Entry(at=at(50), kind=EntryKind.RESOLVED, text="Resolved.", by=ANN),
)
RECORD = Record(incident=INCIDENT, entries=ENTRIES, evidence=(("Ask `/health/detailed`.", FOUND, at(1)),))


def changed(**changes) -> Record:
    """The record with an incident that differs in this."""
    return replace(RECORD, incident=replace(INCIDENT, **changes))


MOMENTS = st.one_of(
    st.datetimes(timezones=st.just(UTC)),
    st.floats(-3_000, 3_000).map(at),
)
TEXT = st.text(max_size=80)
PEOPLE = st.sampled_from(["", "pawdeploy", ANN, BEN, "nobody | known"])


def records(text=TEXT):
    """Records of every kind, however absurd."""
    maybe = st.none() | MOMENTS
    findings = st.builds(
        Finding,
        status=st.sampled_from(Status),
        said=text,
        details=st.lists(text, max_size=2).map(tuple),
        url=text,
        points_at=text,
    )
    choices = st.builds(ChoiceView, id=text, text=text, suggested=st.booleans())
    steps = st.builds(
        IncidentStep,
        key=st.sampled_from("abcdef"),
        kind=st.sampled_from(["do", "look", "decide", "act", "tell"]),
        text=text,
        mark=st.sampled_from(Mark),
        revision=st.just(1),
        depth=st.integers(0, 3),
        by=PEOPLE,
        at=maybe,
        why=text,
        remark=text,
        owner=PEOPLE,
        owner_role=text,
        finding=st.none() | findings,
        found_at=maybe,
        choices=st.lists(choices, max_size=2).map(tuple),
        choice=text,
        place=text,
        run=st.none() | st.integers(1, 99),
        run_state=text,
        trouble=text,
        told=st.lists(text, max_size=2).map(tuple),
    )
    alerts = st.builds(
        IncidentAlert,
        id=st.integers(1, 99),
        title=text,
        place=text,
        firing=st.booleans(),
        state=text,
        opened_at=MOMENTS,
        first_seen=MOMENTS,
        acked_at=maybe,
        state_at=MOMENTS,
        url=text,
    )
    runs = st.builds(
        IncidentRun,
        id=st.integers(1, 99),
        what=text,
        state=st.sampled_from(["succeeded", "failed", "running", "asking"]) | text,
        asked_by=PEOPLE,
        at=MOMENTS,
        ended_at=maybe,
        sha=text,
    )
    incidents = st.builds(
        IncidentView,
        id=st.integers(1, 99),
        playbook=text,
        title=text,
        headline=text,
        severity=st.sampled_from(Sev),
        state=st.sampled_from(IncidentState),
        opened_by=PEOPLE,
        opened_at=MOMENTS,
        revision=st.just(1),
        steps=st.lists(steps, max_size=3).map(tuple),
        nevers=st.lists(text, max_size=2).map(tuple),
        roles=st.lists(st.tuples(text, PEOPLE), max_size=2).map(tuple),
        drill=st.booleans(),
        service=text,
        environment=text,
        why_opened=text,
        alerts=st.lists(alerts, max_size=2).map(tuple),
        runs=st.lists(runs, max_size=2).map(tuple),
        resolved_by=PEOPLE,
        resolved_at=maybe,
        summary=text,
        cause=text,
        follow_ups=st.lists(text, max_size=2).map(tuple),
        mitigated_at=maybe,
        noisy=st.integers(0, 3),
        openings=st.integers(1, 3),
    )
    entries = st.builds(
        Entry,
        at=MOMENTS,
        kind=st.sampled_from(EntryKind),
        text=text,
        by=PEOPLE,
        step=text,
        url=text,
        said_at=maybe,
    )
    return st.builds(
        Record,
        incident=incidents,
        entries=st.lists(entries, max_size=4).map(tuple),
        evidence=st.lists(st.tuples(text, findings, MOMENTS), max_size=2).map(tuple),
    )


def part(text, section):
    """Return the lines of one section of a report."""
    return (
        text.split(f"\n## {section}\n\n", 1)[1].split("\n\n## ", 1)[0].split("\n\n---\n", 1)[0].splitlines()
    )

"""Rules of ``bot/engine/incident_times.py``: nothing is guessed, nothing runs backwards."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from bot.engine.incident_timeline import Entry, EntryKind
from bot.engine.incident_times import times
from bot.engine.incidents import IncidentState
from tests.bot.engine._incidents import ANN, NOON, RECORD, alert, at, changed, records, run, step


def bare(**changes):
    """An incident nobody and nothing speaks of."""
    return replace(
        changed(**{"alerts": (), "runs": (), "opened_by": "pawdeploy", "resolved_by": ""} | changes),
        entries=(),
    )


def test_a_whole_incident_has_all_its_moments_and_lengths():
    found = times(RECORD)

    assert (found.began_at, found.detected_at, found.acknowledged_at) == (at(-5), at(-3), NOON)
    assert (found.mitigated_at, found.resolved_at) == (at(31), at(50))
    assert (found.to_detect, found.to_acknowledge) == (timedelta(minutes=2), timedelta(minutes=3))
    assert (found.to_mitigate, found.to_resolve) == (timedelta(minutes=36), timedelta(minutes=55))
    assert (found.impact, found.hurt) == ((at(-5), at(31)), timedelta(minutes=36))


@pytest.mark.parametrize(
    ("alerts", "began"),
    [
        ((), NOON),
        ((alert(first_seen=at(-1440)),), at(-1440)),
        ((alert(first_seen=at(-1441)),), at(-3)),
        ((alert(first_seen=at(-1441), opened_at=at(-1442)),), at(-1442)),
        ((alert(first_seen=at(2), opened_at=at(3)),), NOON),
        ((alert(), alert(id=13, first_seen=at(-7))), at(-7)),
    ],
)
def test_it_began_when_its_first_alert_says_and_never_after_the_opening(alerts, began):
    assert times(bare(alerts=alerts)).began_at == began


@pytest.mark.parametrize(
    ("alerts", "runs", "began"),
    [
        ((), (run(state="failed", at=at(-9), ended_at=at(-2)),), at(-2)),
        ((), (run(state="succeeded", at=at(-9), ended_at=at(-2)),), NOON),
        ((), (run(state="failed", at=at(1), ended_at=at(2)),), NOON),
        ((), (run(state="running", ended_at=None),), NOON),
        ((alert(first_seen=at(4), opened_at=at(5)),), (run(state="failed", ended_at=at(-2)),), at(-2)),
        ((alert(),), (run(state="failed", ended_at=at(-2)),), at(-5)),
    ],
)
def test_without_an_alert_that_says_so_it_began_when_the_run_failed(alerts, runs, began):
    assert times(bare(alerts=alerts, runs=runs)).began_at == began


def test_how_long_nobody_noticed_is_unknown_where_nothing_says_when_it_began():
    assert (times(bare()).to_detect, times(bare()).assumed) == (None, True)
    assert times(bare(alerts=(alert(first_seen=NOON, opened_at=NOON),))).to_detect == timedelta(0)
    failed = run(state="failed", ended_at=at(-2))
    assert times(bare(runs=(failed,))).to_detect == timedelta(minutes=2)


def test_it_was_noticed_at_the_latest_when_it_was_opened():
    assert times(bare()).detected_at == NOON
    assert times(bare(alerts=(alert(opened_at=at(4), first_seen=at(-2)),))).detected_at == NOON


WORKED = [
    EntryKind.TICK,
    EntryKind.DECIDED,
    EntryKind.ROLE,
    EntryKind.UPDATE,
    EntryKind.JOINED,
    EntryKind.ACT,
    EntryKind.NOTE,
    EntryKind.SKIP,
]


@pytest.mark.parametrize("kind", WORKED)
def test_the_first_thing_a_person_did_acknowledges_it(kind):
    entries = (
        Entry(at=at(2), kind=kind, text="x", by="pawdeploy"),
        Entry(at=at(3), kind=kind, text="x"),
        Entry(at=at(4), kind=kind, text="x", by=ANN),
    )

    assert times(replace(bare(), entries=entries)).acknowledged_at == at(4)


@pytest.mark.parametrize(
    "kind", [EntryKind.MESSAGE, EntryKind.EVIDENCE, EntryKind.OPENED, EntryKind.REMINDER]
)
def test_what_nobody_did_for_the_incident_does_not(kind):
    entry = Entry(at=at(2), kind=kind, text="x", by=ANN)

    assert times(replace(bare(), entries=(entry,))).acknowledged_at is None


def test_what_was_noted_later_acknowledges_when_it_was_noted():
    entry = Entry(at=at(1), kind=EntryKind.NOTE, text="it began with a bang", by=ANN, said_at=at(6))

    assert times(replace(bare(), entries=(entry,))).acknowledged_at == at(6)


def test_an_alert_somebody_acknowledged_acknowledges_it():
    assert times(bare(alerts=(alert(acked_at=at(-2)),))).acknowledged_at == at(-2)
    assert times(bare(alerts=(alert(acked_at=at(-9)),))).acknowledged_at == at(-3)


def test_who_opens_it_knows_of_it():
    assert times(bare(opened_by=ANN)).acknowledged_at == NOON


@pytest.mark.parametrize(
    ("changes", "mitigated"),
    [
        ({}, None),
        ({"mitigated_at": at(7), "alerts": (alert(),), "runs": (run(),)}, at(7)),
        ({"mitigated_at": at(-99)}, NOON),
        ({"mitigated_at": at(99)}, at(50)),
        ({"alerts": (alert(), alert(state_at=at(40))), "runs": (run(),)}, at(40)),
        ({"alerts": (alert(), alert(firing=True, state="firing")), "runs": (run(),)}, at(27)),
        ({"alerts": (alert(state="archived"),), "runs": ()}, None),
        ({"alerts": (alert(), alert(state="archived"))}, None),
        ({"alerts": (alert(state="archived"),), "runs": (run(),)}, at(27)),
        ({"alerts": (alert(firing=True, state="firing"),)}, None),
        ({"runs": (run(), run(id=42, ended_at=at(33)))}, at(27)),
        ({"runs": (run(id=42),)}, None),
        ({"runs": (run(),), "steps": (step(run=41, target_environment="staging"),)}, None),
        ({"runs": (run(),), "steps": (step(run=41, target_environment="production"),)}, at(27)),
        ({"runs": (run(),), "steps": (step(run=41, target_workflow="downgrade"),)}, at(27)),
        ({"runs": (run(state="failed"),)}, None),
    ],
)
def test_it_stopped_hurting_as_people_then_alerts_then_runs_say(changes, mitigated):
    assert times(bare(**changes)).mitigated_at == mitigated


def test_what_goes_on_is_not_over_and_a_reopened_one_goes_on():
    found = times(bare(state=IncidentState.OPEN, resolved_at=at(50)))

    assert (found.resolved_at, found.to_resolve, found.hurt, found.to_mitigate) == (None, None, None, None)


def test_what_nothing_mitigated_hurt_until_it_was_resolved():
    assert times(bare()).impact == (NOON, at(50))


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(records())
def test_moments_are_in_order_whatever_clocks_and_people_say(record):
    found = times(record)

    known = [found.began_at, found.detected_at, found.acknowledged_at, found.resolved_at]
    working = [moment for moment in known if moment is not None]
    hurting = [m for m in (found.began_at, found.mitigated_at, found.resolved_at) if m is not None]
    assert working == sorted(working)
    assert hurting == sorted(hurting)
    lengths = (found.to_detect, found.to_acknowledge, found.to_mitigate, found.to_resolve, found.hurt)
    assert all(length is None or length >= timedelta(0) for length in lengths)
    assert found.began_at <= record.incident.opened_at

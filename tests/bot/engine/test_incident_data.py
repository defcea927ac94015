"""Rules of ``bot/engine/incident_data.py``: ready for JSON, complete, and every key documented."""

import json
import re
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from bot.engine.incident_data import as_data
from bot.engine.incident_report import report
from bot.engine.incidents import IncidentState
from tests.bot.engine._incidents import ANN, BEN, NAMES, RECORD, changed, records

PAGE = Path(__file__).parents[3] / "docs" / "incident-report.md"


def keys(value, above=""):
    """Every key as the page writes it: ``times.began``, ``steps[].text``."""
    if isinstance(value, dict):
        for key, inner in value.items():
            path = f"{above}.{key}" if above else key
            yield path
            yield from keys(inner, path)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner, f"{above}[]")


def test_every_key_is_documented_and_no_other():
    table = PAGE.read_text("utf-8").split("\n## As data\n", 1)[1]
    documented = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)

    assert documented == list(dict.fromkeys(keys(as_data(RECORD))))


def test_a_whole_incident_has_its_times_and_lengths():
    data = as_data(RECORD)

    assert data["times"] == {
        "opened": "2026-11-26T12:00:00.000+00:00",
        "began": "2026-11-26T11:55:00.000+00:00",
        "began_assumed": False,
        "detected": "2026-11-26T11:57:00.000+00:00",
        "acknowledged": "2026-11-26T12:00:00.000+00:00",
        "mitigated": "2026-11-26T12:31:00.000+00:00",
        "resolved": "2026-11-26T12:50:00.000+00:00",
    }
    assert data["durations"] == {
        "detect": 120,
        "acknowledge": 180,
        "mitigate": 2160,
        "resolve": 3300,
        "impact": 2160,
    }


def test_what_is_not_known_is_null():
    data = as_data(changed(alerts=(), runs=(), state=IncidentState.OPEN))

    assert data["durations"] == {
        "detect": None,
        "acknowledge": 0,
        "mitigate": None,
        "resolve": None,
        "impact": None,
    }
    assert data["times"]["began_assumed"] is True


def test_people_are_ids_and_named_in_the_report_alone():
    data = as_data(RECORD, names=NAMES)

    assert (data["opened_by"], data["steps"][1]["by"]) == (ANN, BEN)
    assert data["report"] == report(RECORD, names=NAMES)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records())
def test_any_incident_can_be_written_as_json_and_read_back(record):
    data = as_data(record)

    assert json.loads(json.dumps(data, allow_nan=False)) == data

"""What the simulated Sentry's webhooks say: the ``data`` of each resource. Pure: state in, JSON out."""

from collections.abc import Mapping
from datetime import datetime

from sandbox.vendors.sentry_issues import Issue
from sandbox.vendors.sentry_shapes import Where, iso, issue_shape, metadata

RULE = "Send a notification for high priority issues"


def issue_data(issue: Issue, where: Where, now: datetime) -> dict[str, object]:
    """Write what resource ``issue`` tells."""
    addresses = {
        "url": where.api(issue),
        "web_url": where.page(issue),
        "project_url": f"{where.root}/organizations/{where.organization}/projects/{issue.project}/",
    }
    return {"issue": issue_shape(issue, where, now) | addresses}


def event_data(issue: Issue, where: Where, *, event_id: str, at: datetime, release: str) -> dict[str, object]:
    """Write what resource ``event_alert`` tells of one event."""
    tags = {
        "environment": issue.environment,
        "handled": "no" if issue.unhandled else "yes",
        "level": issue.level,
        "mechanism": "starlette",
        **({"release": release} if release else {}),
        "runtime": "CPython 3.11.9",
        "server_name": f"{issue.project}-{issue.environment}-1",
        "transaction": "/v1/pets",
        **issue.tags,
    }
    project = f"{where.root}/api/0/projects/{where.organization}/{issue.project}"
    event: dict[str, object] = {
        "_ref": int(where.number),
        "_ref_version": 2,
        "contexts": {"runtime": {"name": "CPython", "type": "runtime", "version": "3.11.9"}},
        "culprit": issue.culprit,
        "datetime": iso(at),
        "dist": None,
        "environment": issue.environment,
        "event_id": event_id,
        "exception": {"values": [_exception(issue)]},
        "fingerprint": ["{{ default }}"],
        "hashes": ["29f7ffc4903a8a990408b80a3b4c95a2"],
        "issue_id": str(issue.id),
        "issue_url": where.api(issue),
        "key_id": "667532",
        "level": issue.level,
        "location": "app/pets/routes.py",
        "logger": "",
        "message": "",
        "metadata": metadata(issue),
        "platform": "python",
        "project": int(where.number),
        "received": at.timestamp(),
        "release": release or None,
        "request": {"method": "GET", "url": "https://api.pawlogic.example/v1/pets"},
        "tags": [[name, value] for name, value in tags.items()],
        "time_spent": None,
        "timestamp": at.timestamp(),
        "title": issue.title,
        "type": "error",
        "url": f"{project}/events/{event_id}/",
        "user": {"ip_address": "203.0.113.7"},
        "version": "7",
        "web_url": f"{where.page(issue)}events/{event_id}/",
    }
    return {"event": event, "triggered_rule": RULE}


def metric_data(
    action: str, where: Where, project: str, *, rule_id: int, name: str, at: datetime, environment: str
) -> dict[str, object]:
    """Write what resource ``metric_alert`` tells."""
    rule: dict[str, object] = {
        "id": str(rule_id),
        "name": name,
        "organization_id": "1",
        "status": 0,
        "aggregate": "count()",
        "dataset": "events",
        "environment": environment or None,
        "projects": [project],
        "query": "level:error",
        "resolve_threshold": None,
        "threshold_period": 1,
        "threshold_type": 0,
        "time_window": 10,
        "triggers": [
            {"id": "1", "label": "critical", "alert_threshold": 100.0},
            {"id": "2", "label": "warning", "alert_threshold": 50.0},
        ],
        "date_created": iso(at),
        "date_modified": iso(at),
    }
    metric: dict[str, object] = {
        "id": str(rule_id * 10),
        "identifier": "1",
        "organization_id": "1",
        "projects": [project],
        "alert_rule": rule,
        "status": {"critical": 20, "warning": 10, "resolved": 2}.get(action, 1),
        "status_method": 3,
        "title": name,
        "type": 2,
        "date_started": iso(at),
        "date_detected": iso(at),
        "date_created": iso(at),
        "date_closed": iso(at) if action == "resolved" else None,
    }
    return {
        "metric_alert": metric,
        "description_text": "120 events in the last 10 minutes\nFilter: level:error",
        "description_title": f"{action.title()}: {name}",
        "web_url": f"{where.root}/organizations/{where.organization}/alerts/rules/details/{rule_id}/",
    }


def actor(name: str) -> Mapping[str, object]:
    """Write a person who did something in Sentry."""
    return {"type": "user", "id": 1, "name": name}


def _exception(issue: Issue) -> dict[str, object]:
    frame = {
        "filename": "app/pets/routes.py",
        "function": "list_pets",
        "lineno": 42,
        "in_app": True,
        "context_line": '        return pet["breed"]',
    }
    return metadata(issue) | {
        "mechanism": {"type": "starlette", "handled": not issue.unhandled},
        "stacktrace": {"frames": [frame]},
    }

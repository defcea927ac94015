"""Rules of ``bot/alerts/sources/sentry.py``, on the messages Sentry documents and tests itself with."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.sources import sentry
from bot.alerts.sources._told import Unread
from bot.engine.alerts import AlertEvent, Happening, Severity, Source
from tests.bot.alerts._arrivals import arrived, sample
from tests.bot.test_webhooks import NOON


def read_one(arrival) -> AlertEvent:
    (event,) = sentry.read(arrival)
    assert event.source is Source.SENTRY
    return event


def issue(action: str, actor: object = None, **fields: object):
    body = {"action": action, "data": {"issue": {"id": "7", **fields}}, "actor": actor}
    return arrived(Source.SENTRY, "issue", body)


def happened(resource: str = "event_alert", **fields: object):
    action, name = ("triggered", "event") if resource == "event_alert" else ("created", "error")
    return arrived(Source.SENTRY, resource, {"action": action, "data": {name: {"issue_id": "7", **fields}}})


def test_an_issue_alert_fires_for_its_issue_with_all_it_says():
    event = read_one(sample("event_alert.triggered.docs"))

    at = datetime(2019, 8, 19, 21, 6, 17, 677_000, tzinfo=UTC)
    assert (event.fingerprint, event.issue_id) == ("sentry:issue:1117540176", "1117540176")
    assert (event.happening, event.severity, event.at) == (Happening.FIRED, Severity.ERROR, at)
    assert (event.title, event.culprit) == ("ReferenceError: heck is not defined", "?(<anonymous>)")
    assert (event.project, event.environment, event.release) == ("front-end", "", "")
    assert event.url.startswith("https://sentry.io/organizations/test-org/issues/1117540176/events/")
    assert (len(event.tags), event.tags["browser.name"]) == (9, "Chrome")


def test_an_issue_alert_says_where_when_it_knows():
    assert read_one(sample("event_alert.triggered.example_app")).environment == "production"
    assert read_one(sample("event_alert.triggered_with_alert_rule_action.example_app")).issue_id == "123"
    tags = [["environment", "staging"], ["sentry:release", "api@1"], ["level", "fatal"]]
    event = read_one(happened(tags=tags, release=None))
    assert (event.environment, event.release, event.severity) == ("staging", "api@1", Severity.CRITICAL)


def test_without_a_level_the_tags_name_it():
    assert read_one(sample("event_alert.triggered.tests")).severity is Severity.ERROR


@pytest.mark.parametrize(
    ("level", "severity"),
    [
        ("fatal", Severity.CRITICAL), ("error", Severity.ERROR), ("warning", Severity.WARNING),
        ("info", Severity.INFO), ("debug", Severity.INFO), ("Warning", Severity.WARNING), ("odd", None),
        (None, None), (7, None),
    ],
)  # fmt: skip
def test_levels_are_severities(level, severity):
    assert read_one(happened(level=level)).severity is severity
    assert read_one(issue("created", level=level)).severity is severity


def test_an_error_fires_for_its_issue():
    event = read_one(sample("error.created.docs"))
    assert (event.happening, event.fingerprint) == (Happening.FIRED, "sentry:issue:1170820242")
    assert event.project == "front-end"


def test_a_new_issue_fires_with_its_counts_and_moments():
    event = read_one(sample("issue.created.tests"))

    assert event.model_dump(exclude_defaults=True) == {
        "source": Source.SENTRY,
        "fingerprint": "sentry:issue:123456",
        "happening": Happening.FIRED,
        "at": datetime(2023, 8, 27, 18, 24, tzinfo=UTC),
        "title": "ValueError: bad value",
        "culprit": "sentry.tasks.foo.run",
        "project": "my-proj",
        "severity": Severity.ERROR,
        "url": "https://sentry.io/organizations/my-org/issues/123456/",
        "issue_id": "123456",
        "short_id": "MY-PROJ-1",
        "events": 5,
        "users": 2,
        "first_seen": datetime(2023, 8, 27, 18, tzinfo=UTC),
        "last_seen": datetime(2023, 8, 27, 18, 24, tzinfo=UTC),
    }
    documented = read_one(sample("issue.created.docs"))
    assert (documented.happening, documented.substatus, documented.assignee) == (
        Happening.FIRED, "escalating", "",
    )  # fmt: skip


def test_what_changes_at_an_issue_changes_when_it_is_told():
    for name, happening in (
        ("issue.resolved.example_app", Happening.RESOLVED),
        ("issue.ignored.example_app", Happening.ARCHIVED),
        ("issue.assigned.example_app", Happening.ASSIGNED),
    ):
        event = read_one(sample(name))
        assert (event.happening, event.at, event.short_id) == (happening, NOON, "IPE-1")
        assert (event.assignee, event.by) == ("person@example.com", "")


@pytest.mark.parametrize(
    ("action", "substatus", "happening"),
    [
        ("archived", "archived_forever", Happening.ARCHIVED),
        ("unresolved", "regressed", Happening.REOPENED),
        ("unresolved", "escalating", Happening.ESCALATED),
        ("unresolved", None, Happening.REOPENED),
        ("resolved", "escalating", Happening.RESOLVED),
    ],
)
def test_an_issue_comes_back_escalates_or_goes_to_the_archive(action, substatus, happening):
    event = read_one(issue(action, substatus=substatus))
    assert (event.happening, event.substatus) == (happening, substatus or "")


@pytest.mark.parametrize(
    ("actor", "by"),
    [
        ({"type": "user", "id": 1, "name": "colleen"}, "colleen"),
        ({"type": "application", "id": "sentry", "name": "Sentry"}, ""),
        ({"type": "application", "id": "64bf2cf4", "name": "pawdeploy"}, "pawdeploy"),
        ("somebody", ""), (None, ""), ({}, ""),
    ],
)  # fmt: skip
def test_who_did_it_is_told_unless_it_was_sentry_itself(actor, by):
    assert read_one(issue("resolved", actor)).by == by


@pytest.mark.parametrize(
    ("fields", "assignee"),
    [
        ({}, None),
        ({"assignedTo": None}, ""),
        ({"assignedTo": {"type": "team", "name": "backend"}}, "backend"),
        ({"assignedTo": {"type": "user", "name": "Ann", "email": "ann@x.test"}}, "ann@x.test"),
    ],
)
def test_who_has_it_is_somebody_nobody_or_not_told(fields, assignee):
    assert read_one(issue("assigned", **fields)).assignee == assignee


@pytest.mark.parametrize("action", ["created", "updated", "deleted"])
def test_a_comment_is_a_note_and_a_deleted_one_is_not_repeated(action):
    body = json.loads(sample("comment.created.docs").body) | {"action": action}
    event = read_one(arrived(Source.SENTRY, "comment", body))

    assert (event.happening, event.fingerprint) == (Happening.NOTED, "sentry:issue:100")
    assert (event.by, event.project, event.title) == ("colleen", "sentry", "")
    assert event.detail == ("" if action == "deleted" else "adding a comment")


def test_an_installation_and_an_empty_message_are_nothing_to_us():
    for arrival in (sample("installation.created.docs"), arrived(Source.SENTRY, "issue", b"")):
        assert sentry.read(arrival).outcome == "ignored"


@pytest.mark.parametrize(
    "name",
    [
        "activity_alert.triggered.tests",
        "preprod_artifact.build_distribution_completed.docs",
        "seer.pr_created.docs",
        "seer.root_cause_completed.docs",
    ],
)
def test_kinds_we_do_not_know_are_unknown(name):
    assert sentry.read(sample(name)).outcome == "unknown"


@pytest.mark.parametrize("resource", ["event_alert", "issue", "metric_alert", "error", "comment"])
def test_actions_we_do_not_know_are_unknown_whatever_else_they_say(resource):
    assert sentry.read(arrived(Source.SENTRY, resource, {"action": "sung"})).outcome == "unknown"


ODD = {
    "no action": {"data": {"issue": {"id": "7"}}},
    "an action of another kind": {"action": ["resolved"], "data": {"issue": {"id": "7"}}},
    "no data": {"action": "resolved"},
    "data that is a list": {"action": "resolved", "data": []},
    "no issue": {"action": "resolved", "data": {"issue": None}},
    "no id": {"action": "resolved", "data": {"issue": {"title": "x"}}},
}


@pytest.mark.parametrize("what", ODD)
def test_what_breaks_the_shape_is_unreadable_by_its_key_alone(what):
    read = sentry.read(arrived(Source.SENTRY, "issue", ODD[what]))
    assert isinstance(read, Unread)
    assert read.outcome == "unreadable"
    assert "resolved" not in read.why


@pytest.mark.parametrize(
    "number", ["", "7/../8", "7 ", "seven", "\u0667", "7\n", "9" * 21, -7, 7.5, True, None, []]
)
def test_an_issue_is_a_number_for_it_becomes_part_of_addresses(number):
    body = {"action": "resolved", "data": {"issue": {"id": number}}}
    assert sentry.read(arrived(Source.SENTRY, "issue", body)).outcome == "unreadable"


def test_odd_words_around_an_issue_do_not_lose_it():
    event = read_one(
        issue(
            "created", title=None, culprit=7, level=[], project="p", count={}, userCount=-1, firstSeen="soon",
            lastSeen=True, web_url="javascript:alert(1)", shortId={}, assignedTo=7, substatus="s" * 999,
        )
    )  # fmt: skip

    assert (event.title, event.culprit, event.project, event.url) == ("", "7", "", "")
    assert (event.events, event.users, event.first_seen, event.at) == (None, 0, None, NOON)
    assert len(event.substatus) == 60


def test_a_clock_that_runs_ahead_is_not_believed():
    ahead = (NOON + timedelta(hours=1)).isoformat()
    assert read_one(happened(datetime=ahead)).at == NOON
    event = read_one(issue("created", firstSeen=ahead, lastSeen=ahead))
    assert event.at == event.first_seen == event.last_seen == NOON

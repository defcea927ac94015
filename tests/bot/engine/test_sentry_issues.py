"""What an issue's status says of its alert."""

from datetime import UTC, datetime

import pytest

from bot.engine.alerts import AlertState
from bot.engine.sentry_issues import Issue, state_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("resolved", AlertState.RESOLVED),
        ("ignored", AlertState.ARCHIVED),
        ("unresolved", AlertState.FIRING),
        ("reprocessing", AlertState.FIRING),
        ("", AlertState.FIRING),
    ],
)
def test_what_is_neither_resolved_nor_archived_goes_on(status, state):
    issue = Issue(
        id="1",
        short_id="BACKEND-1",
        title="KeyError",
        culprit="",
        project="backend",
        level="error",
        status=status,
        substatus="",
        events=1,
        users=0,
        first_seen=NOON,
        last_seen=NOON,
    )

    assert state_of(issue) is state

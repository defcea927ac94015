"""A drill's finding is the playbook's own words, and points where the real look would."""

import pytest

from bot.engine.incidents import Finding, Status
from bot.incidents.looks import rehearsed
from playbooks.steps import Look


def step(probe, **drill):
    facts = {"id": "look", "text": "Look.", "kind": "look", "probe": probe}
    return Look.model_validate(facts | ({"drill": drill} if drill else {}))


def test_what_the_playbook_does_not_say_is_fine():
    assert rehearsed(step({"kind": "railway"})) == Finding(status=Status.OK, said="Nothing unusual.")


@pytest.mark.parametrize(
    ("probe", "said", "points_at"),
    [
        ({"kind": "health"}, "Database: does not answer.", "database"),
        ({"kind": "health"}, "It does not answer at all.", ""),
        ({"kind": "dependency", "name": "upstash"}, "Upstash does not answer.", "upstash"),
        ({"kind": "shipped"}, "Live 12 min before.", "code"),
        ({"kind": "migration-log"}, "It failed.", "database"),
        ({"kind": "railway"}, "Nothing is live: it crashed.", ""),
        ({"kind": "alerts"}, "One fires.", ""),
    ],
)
def test_what_is_bad_points_where_the_look_itself_would(probe, said, points_at):
    found = rehearsed(step(probe, status="bad", said=said))

    assert (found.status, found.said, found.points_at) == (Status.BAD, said, points_at)


@pytest.mark.parametrize("status", ["ok", "unknown"])
def test_what_is_not_bad_points_nowhere(status):
    assert rehearsed(step({"kind": "shipped"}, status=status, said="Long ago.")).points_at == ""

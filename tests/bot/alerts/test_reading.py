"""Rules of ``bot/alerts/reading.py``: whatever was sent gives events that fit, or a reason why not."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.alerts.reading import Reader, Unread
from bot.engine.alerts import AlertEvent, Happening, Source
from bot.engine.arrivals import OURS, Arrival, ours
from bot.engine.shipping import Phase
from tests.bot.alerts._arrivals import arrived, sample, the_project
from tests.bot.alerts.sources import test_expo, test_generic, test_github, test_railway
from tests.bot.alerts.sources.test_ours import DOWN
from tests.bot.test_webhooks import NOON

KINDS: Sequence[tuple[Source, str]] = (
    *((Source.SENTRY, kind) for kind in ("event_alert", "issue", "metric_alert", "error", "comment", "seer")),
    (Source.GITHUB, "workflow_run"),
    (Source.GITHUB, "ping"),
    (Source.EXPO, "expo"),
    (Source.RAILWAY, "railway"),
    (Source.GENERIC, "generic"),
    (Source.HEALTH, OURS),
)
WHOLE = {
    Source.SENTRY: {
        "action": "created",
        "data": {
            "issue": {
                "id": "7", "shortId": "A-1", "project": {"slug": "p"}, "assignedTo": {"name": "n"},
                "count": "5", "firstSeen": "2023-08-27T18:00:00Z", "title": "t", "substatus": "new",
                "web_url": "https://x.test",
            },
            "error": {"issue_id": "7", "tags": [["a", "b"]], "release": "r", "environment": "e", "url": "u"},
            "issue_id": 7, "comment": "c",
        },
    },
    Source.GITHUB: test_github.payload(),
    Source.EXPO: test_expo.BUILD,
    Source.RAILWAY: test_railway.payload(),
    Source.GENERIC: test_generic.told(),
    Source.HEALTH: DOWN.model_dump(mode="json"),
}  # fmt: skip
"""A good message of each source, for fuzzing to start from."""
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.just("x" * 3000),
    st.sampled_from(["\0", "\ud83d", "2026-05-04T12:00:00", "9999-12-31T23:59:59-14:00", "https://a|b", "7"]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=8,
)


def reader(phase: Phase = Phase.FAILED, **runs: int) -> Reader:
    vendor = test_railway.Vendor(phase)
    shippers = {("api", name): vendor for name in ("staging", "production")}
    return Reader(the_project(), shippers, test_railway.Ours(**runs))


READER = reader()


async def fits(arrival: Arrival) -> None:
    """Read it; what comes out is Unread, or events within every limit that happened before they came."""
    read = await READER.read(arrival)
    if isinstance(read, Unread):
        assert read.outcome in ("ignored", "unknown", "unreadable")
        assert 0 < len(read.why) <= 200
        return
    for event in read:
        assert AlertEvent.model_validate(event.model_dump()) == event
        for moment in (event.at, event.first_seen, event.last_seen):
            assert moment is None or arrival.resource == OURS or (moment.tzinfo is UTC and moment <= NOON)
        assert event.at <= NOON
        assert arrival.resource == OURS or event.url == "" or event.url.lower().startswith("http")
        words = [*(value for value in event.model_dump().values() if isinstance(value, str)), *event.tags]
        assert arrival.resource == OURS or "\0" not in "".join([*words, *event.tags.values()])


@settings(deadline=None)
@given(st.sampled_from(KINDS), st.binary(max_size=300))
async def test_no_bytes_raise(kind, body):
    await fits(arrived(*kind, body))


@settings(deadline=None)
@given(st.sampled_from(KINDS), VALUES)
async def test_no_json_raises(kind, value):
    await fits(arrived(*kind, value))


@st.composite
def bent(draw) -> tuple[Source, str, object]:
    """Draw a good message in which one value, anywhere, is something else."""
    source, resource = draw(st.sampled_from([kind for kind in KINDS if kind[1] != "ping"]))
    told = json.loads(json.dumps(WHOLE[source]))
    places = list(_places(told))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places))
        at = told
        for key in path[:-1]:
            at = at[key] if isinstance(at, dict) and key in at else None
        if isinstance(at, dict):
            at[path[-1]] = draw(VALUES)
    return source, resource, told


def _places(told: object, path: tuple[str, ...] = ()):
    if isinstance(told, dict):
        for key, value in told.items():
            yield (*path, key)
            yield from _places(value, (*path, key))


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(bent())
async def test_no_good_message_with_something_bent_in_it_raises(message):
    await fits(arrived(*message))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind[0]}-{kind[1]}")
@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[]", b"[" * 100_000, b'{"data":' * 100_000])
async def test_a_body_that_is_none_says_nothing_whoever_sent_it(kind, body):
    assert isinstance(await READER.read(arrived(*kind, body)), Unread)


async def test_each_source_is_read_by_its_own_words():
    for source, resource in KINDS:
        if resource in ("issue", "workflow_run", "expo", "railway", "generic", OURS):
            (event,) = await READER.read(arrived(source, resource, WHOLE[source]))
            assert (event.source, event.happening) == (source, Happening.FIRED)
    assert len(await READER.read(sample("event_alert.triggered.docs"))) == 1


async def test_nobody_outside_speaks_for_us():
    told = ours(DOWN, "1")
    assert await READER.read(told) == (DOWN,)
    for source in (Source.HEALTH, Source.PAWDEPLOY):
        assert (await READER.read(replace(told, source=source, resource="unknown"))).outcome == "unknown"


async def test_a_workflow_of_an_apps_repository_is_the_apps():
    failed = test_github.payload(repository="pawlogic/mobile", head_repository=None)
    (event,) = await READER.read(arrived(Source.GITHUB, "workflow_run", failed))
    assert (event.service, event.project) == ("mobile", "pawlogic/mobile")


async def test_a_workflow_that_ships_for_a_run_is_not_said_twice_but_ends_what_was_said_before():
    ships = reader(**{str(test_github.RUN["id"]): 12})
    bad = await ships.read(arrived(Source.GITHUB, "workflow_run", test_github.payload()))
    assert bad == Unread("ignored", "a run's card says it")
    (good,) = await ships.read(
        arrived(Source.GITHUB, "workflow_run", test_github.payload(conclusion="success"))
    )
    assert good.happening is Happening.RESOLVED

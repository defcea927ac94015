"""Rules of ``bot/alerts/sources/ours.py``: an event of ours comes out as it went in."""

from dataclasses import replace
from datetime import timedelta

from bot.alerts.sources import ours
from bot.engine import arrivals
from bot.engine.alerts import AlertEvent, Happening, Severity, Source
from tests.bot.alerts._arrivals import arrived
from tests.bot.test_webhooks import NOON

DOWN = AlertEvent(
    source=Source.HEALTH,
    fingerprint="health:api:production",
    happening=Happening.FIRED,
    at=NOON,
    title="api is down",
    severity=Severity.CRITICAL,
    tags={"target": "api"},
)


def test_an_event_comes_out_as_it_went_in():
    assert ours.read(arrivals.ours(DOWN, "1")) == (DOWN,)


def test_it_never_happened_later_than_it_came_nor_at_no_place_in_the_world():
    early = replace(arrivals.ours(DOWN, "1"), at=NOON - timedelta(seconds=1))
    assert ours.read(early)[0].at == early.at
    bare = DOWN.model_copy(update={"at": NOON.replace(tzinfo=None)})
    assert ours.read(replace(arrivals.ours(bare, "1"), at=NOON))[0].at == NOON


def test_an_event_of_another_shape_is_unreadable():
    for body in (b"", b"{", b"\xff", {}, DOWN.model_dump(mode="json") | {"colour": "red"}):
        assert ours.read(arrived(Source.HEALTH, arrivals.OURS, body)).outcome == "unreadable"

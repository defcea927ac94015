"""Rules of counting sessions and of searching by a tag: whole hours, readable answers, exact terms."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.sentry import _sessions
from bot.integrations.sentry.models import SessionsAnswer
from tests.bot.integrations.sentry.conftest import NOON, ORG

SESSIONS = f"GET {ORG}/sessions/"
BUILD = "app.pawlogic@2.4.0+87"
TAG = ("expo-update-group-id", "0193-new")


def hours(counts, rates, *, end=None):
    """An answer whose last hour begins at ``end``, the one before the running one unless given."""
    last = end or datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    begins = [last - timedelta(hours=at) for at in reversed(range(len(counts)))]
    series = {"sum(session)": counts, "crash_free_rate(session)": rates}
    return {
        "start": begins[0].isoformat(),
        "end": (last + timedelta(hours=1)).isoformat(),
        "query": "",
        "intervals": [begin.strftime("%Y-%m-%dT%H:%M:%SZ") for begin in begins],
        "groups": [{"by": {}, "totals": {}, "series": series}],
    }


async def crash_free(sentry):
    return await sentry.crash_free("backend", "production", release=BUILD)


def read(answer, now=NOON):
    return _sessions.read(
        SessionsAnswer.model_validate(answer), release=BUILD, now=now, doing="counting sessions"
    )


async def test_the_last_day_of_one_release_is_asked_for_by_the_hour(vendor, sentry):
    vendor.on(SESSIONS, httpx.Response(200, json=hours([10], [1.0])))

    await crash_free(sentry)

    asked = vendor.asked[-1].url.params
    assert asked.get_list("field") == ["sum(session)", "crash_free_rate(session)"]
    assert {name: asked[name] for name in asked if name != "field"} == {
        "project": "42",
        "environment": "production",
        "query": f'release:"{BUILD}"',
        "statsPeriod": "24h",
        "interval": "1h",
    }


async def test_hours_count_by_their_sessions_and_hours_without_any_not_at_all(vendor, sentry):
    vendor.on(SESSIONS, httpx.Response(200, json=hours([900, 0, 100], [1.0, None, 0.9])))

    found = await crash_free(sentry)

    assert (found.release, found.sessions, found.rate) == (BUILD, 1000, pytest.approx(0.99))


def test_the_hour_that_is_not_over_is_left_out():
    answer = hours([100, 50], [1.0, 0.0], end=NOON)

    assert read(answer, NOON + timedelta(minutes=59)).until == NOON
    assert read(answer, NOON + timedelta(minutes=60)).until == NOON + timedelta(hours=1)


def test_without_sessions_there_is_no_number():
    answer = hours([0, 0], [None, None], end=NOON)

    assert read(answer) is read(answer | {"groups": []}) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"intervals": []},
        {"groups": [{"series": {}}]},
        {"groups": [{"series": {"sum(session)": [1, 1]}}]},
        {"groups": [{"series": {"sum(session)": [5, 5], "crash_free_rate(session)": [None, 1]}}]},
        {"groups": [{"series": {"sum(session)": [5, 5], "crash_free_rate(session)": [1.5, 1]}}]},
        {"groups": [{"series": {"sum(session)": [-5, 5], "crash_free_rate(session)": [1, 1]}}]},
        {"groups": None},
    ],
)
async def test_an_answer_we_cannot_read_is_not_every_session_went_well(vendor, sentry, wrong):
    vendor.on(SESSIONS, httpx.Response(200, json=hours([10, 10], [1.0, 1.0]) | wrong))

    with pytest.raises(VendorUnavailable):
        await crash_free(sentry)


def test_sessions_of_more_than_one_release_are_not_mixed():
    answer = hours([10], [1.0], end=NOON)

    with pytest.raises(VendorUnavailable, match="more than one"):
        read(answer | {"groups": answer["groups"] * 2})


async def test_a_release_that_would_change_the_search_is_refused_unsent(vendor, sentry):
    with pytest.raises(VendorRejected, match="cannot be searched for"):
        await sentry.crash_free("backend", "production", release='x" OR release:"*')

    assert SESSIONS not in vendor.paths()


async def test_errors_of_a_tag_are_asked_for_by_the_tag_itself(vendor, sentry, series):
    vendor.on(f"GET {ORG}/events-timeseries/", series(1, 2, 3))
    end = NOON + timedelta(minutes=3)

    await sentry.errors("backend", "production", start=NOON, end=end, bucket=60, release=BUILD, tag=TAG)

    assert vendor.asked[-1].url.params["query"] == (
        f'release:"{BUILD}" tags[expo-update-group-id]:"0193-new"'
    )


async def test_errors_of_any_value_of_a_tag_are_those_that_have_it(vendor, sentry, series):
    vendor.on(f"GET {ORG}/events-timeseries/", series(1, 2, 3))
    end = NOON + timedelta(minutes=3)

    await sentry.errors("backend", "production", start=NOON, end=end, bucket=60, tag=(TAG[0], ""))

    assert vendor.asked[-1].url.params["query"] == 'has:"expo-update-group-id"'


async def test_new_issues_of_a_tag_count_the_events_that_carry_it(vendor, sentry, issue):
    filtered = {"count": "3", "userCount": 2, "firstSeen": "2026-11-23T12:03:00Z"}
    old = issue(firstSeen="2026-11-22T12:00:00Z")
    vendor.on(f"GET {ORG}/issues/", httpx.Response(200, json=[issue(filtered=filtered), issue(), old]))

    found = await sentry.unhandled_since("backend", "production", since=NOON, tag=TAG)

    assert [(one.events, one.users) for one in found] == [(3, 2), (12, 7)]
    assert vendor.asked[-1].url.params["query"] == (
        'is:unresolved error.unhandled:true tags[expo-update-group-id]:"0193-new"'
    )
    assert vendor.asked[-1].url.params["environment"] == "production"


async def test_without_a_tag_new_issues_of_the_place_are_asked_for(vendor, sentry, issue):
    vendor.on(f"GET {ORG}/issues/", httpx.Response(200, json=[issue(filtered=None)]))

    (found,) = await sentry.unhandled_since("backend", "production", since=NOON, tag=("", ""))

    assert (found.title, found.unhandled) == (issue()["title"], True)
    assert vendor.asked[-1].url.params["query"] == "is:unresolved error.unhandled:true"

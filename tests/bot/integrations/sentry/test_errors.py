"""Rules of counting errors: whole, complete buckets of the width that was asked for, or no count at all."""

from datetime import timedelta

import httpx
import pytest

from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.integrations.sentry.conftest import NOON, ORG, VERSION

PATH = f"GET {ORG}/events-timeseries/"


def minutes(number):
    return NOON + timedelta(minutes=number)


@pytest.fixture
def count(sentry):
    def counted(end=3, start=0, bucket=60, release=""):
        return sentry.errors(
            "backend",
            "production",
            start=minutes(start),
            end=minutes(end),
            bucket=bucket,
            release=release,
        )

    return counted


async def test_buckets_are_counted_where_they_begin(vendor, count, series):
    vendor.on(PATH, series(2, 0, 5, 9))  # Sentry adds the bucket that begins at the end

    found = await count()

    assert [(bucket.start, bucket.seconds, bucket.count) for bucket in found.buckets] == [
        (minutes(0), 60, 2),
        (minutes(1), 60, 0),
        (minutes(2), 60, 5),
    ]


async def test_one_project_one_environment_errors_alone_are_asked_for(vendor, count, series):
    vendor.on(PATH, series(0, 0, 0))

    await count(release=VERSION)

    assert dict(vendor.asked[-1].url.params) == {
        "dataset": "errors",
        "yAxis": "count()",
        "project": "42",
        "environment": "production",
        "start": "2026-11-23T12:00:00",
        "end": "2026-11-23T12:03:00",
        "interval": "60",
        "query": f'release:"{VERSION}"',
    }


async def test_the_projects_number_is_looked_up_once(vendor, count, series):
    vendor.on(PATH, series(0, 0, 0))

    await count()
    await count()

    assert [path for path in vendor.paths() if "/projects/" in path] == [
        "GET /api/0/projects/pawlogic/backend/"
    ]


async def test_buckets_that_reach_over_an_end_are_left_out(vendor, count, series):
    vendor.on(PATH, series(7, 1, 7))

    found = await count(start=0.5, end=2.9)

    assert [bucket.start for bucket in found.buckets] == [minutes(1)]
    assert vendor.asked[-1].url.params["start"] == "2026-11-23T12:01:00"


async def test_nothing_from_the_first_incomplete_bucket_on_is_counted(vendor, count, series):
    vendor.on(PATH, series(1, 2, 0, late=1))

    assert [bucket.count for bucket in (await count()).buckets] == [1, 2]


async def test_where_no_bucket_is_complete_no_time_is_covered(vendor, count, series):
    vendor.on(PATH, series(0, 0, 0, late=3))

    assert (await count()).seconds == 0


async def test_another_width_than_asked_for_is_not_judged(vendor, count, series):
    vendor.on(PATH, series(3, interval=300))

    with pytest.raises(VendorRejected, match="buckets of 300 s, not 60 s"):
        await count()


async def test_a_gap_is_not_no_errors(vendor, count, series):
    vendor.on(PATH, series(1, 2))

    with pytest.raises(VendorUnavailable, match="12:02:00 UTC is missing"):
        await count()


@pytest.mark.parametrize(
    "answer",
    [
        {"timeSeries": []},  # what a token without any project of its own is told
        {},
        [],
        None,
        {"timeSeries": [{"values": [{"timestamp": 1, "value": -1, "incomplete": False}], "meta": {}}]},
        {"timeSeries": [{"values": [], "meta": {"interval": 60000}}]},
    ],
)
async def test_an_answer_without_counts_is_not_no_errors(vendor, count, answer):
    vendor.on(PATH, httpx.Response(200, json=answer))

    with pytest.raises(VendorUnavailable):
        await count()


async def test_a_project_sentry_does_not_have_is_refused(vendor, sentry):
    with pytest.raises(VendorRejected) as caught:
        await sentry.errors("nope", "production", start=minutes(0), end=minutes(3), bucket=60)

    assert caught.value.status == 404


@pytest.mark.parametrize(("start", "end"), [(0, 0.9), (3, 1), (0, 10_001)])
async def test_a_range_without_whole_buckets_or_with_too_many_is_refused_unsent(vendor, count, start, end):
    with pytest.raises(VendorRejected, match="no fit number"):
        await count(start=start, end=end)

    assert vendor.asked == []


async def test_a_silent_sentry_is_asked_again_and_then_said(vendor, count):
    vendor.on(PATH, httpx.Response(500))

    with pytest.raises(VendorUnavailable):
        await count()

    assert len([path for path in vendor.paths() if "timeseries" in path]) == 3

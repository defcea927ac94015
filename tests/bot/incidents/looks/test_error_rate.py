"""Errors: clearly more than before is bad; few, late or none counted is not a rise."""

from datetime import timedelta

import pytest

from bot.engine.errors_watch import Bucket, Series
from bot.engine.incidents import Status
from bot.incidents.looks.error_rate import judge
from playbooks.steps import ErrorsProbe
from tests.bot.incidents.looks._world import NOON

PROBE = ErrorsProbe(kind="errors")
SPLIT = NOON - timedelta(minutes=15)


def series(each, *, minutes):
    """Return a bucket a minute with so many errors."""
    return Series(
        tuple(Bucket(start=SPLIT + timedelta(minutes=at), seconds=60, count=each) for at in range(minutes))
    )


def judged(before, late):
    return judge(series(before, minutes=360), series(late, minutes=15))


async def test_as_many_as_usual_is_fine(world):
    found = await world.look(PROBE)

    assert (found.status, found.said) == (Status.OK, "No clear rise of errors.")
    assert " errors a minute in the last 14 min, " in found.details[0]
    assert found.details[0].endswith(" in the 6 h before")
    assert len(found.details) == 8


async def test_a_spike_is_bad_and_says_how_many_times_as_many(world):
    world.sentry.spike("backend", "production", per_minute=600, at=NOON - timedelta(minutes=10))

    found = await world.look(PROBE)

    assert (found.status, found.said) == (
        Status.BAD,
        "Over 10 times as many errors a minute as before.",
    )


@pytest.mark.parametrize(
    ("before", "late", "status"),
    [
        (2, 4, Status.BAD),  # twice as many, 60 of them
        (2, 3.9, Status.OK),
        (0, 0.6, Status.OK),  # nine errors
        (0, 1, Status.BAD),
        (0, 0, Status.OK),
    ],
)
def test_clearly_more_is_twice_as_many_and_ten_at_least(before, late, status):
    assert judged(before, late).status is status


def test_twice_as_few_is_not_clearly_more():
    # 10 where 5 are usual happens by luck three times in a hundred.
    assert judged(1 / 3, 2 / 3).status is Status.OK


def test_where_there_were_none_no_ratio_is_told():
    assert judged(0, 2).said == ("2 errors a minute where there were none.")


@pytest.mark.parametrize(("before", "late"), [(360, 0), (0, 15), (0, 0)])
def test_what_is_not_counted_yet_or_has_no_before_is_unknown(before, late):
    found = judge(series(1, minutes=before), series(5, minutes=late))

    assert found.status is Status.UNKNOWN


async def test_what_went_on_for_hours_is_measured_by_what_was_before_it(world):
    world.sentry.spike("backend", "production", per_minute=600, at=NOON - timedelta(minutes=5))
    world.clock.wait(8 * 3600)

    found = await world.look(PROBE)

    assert found.status is Status.BAD
    assert found.details[0].endswith(" in the 6 h before this began")
    assert (await world.look(PROBE, since=world.clock.at)).status is Status.OK


async def test_a_silent_sentry_is_unknown_and_not_fine(world):
    world.sentry.ingestion_delay = 3600

    found = await world.look(PROBE)

    assert (found.status, found.said) == (
        Status.UNKNOWN,
        "Sentry has not counted the last minutes yet.",
    )


async def test_without_sentry_nobody_counts(world):
    found = await world.look(PROBE, errors=None)

    assert (found.status, found.said) == (
        Status.UNKNOWN,
        "No Sentry is configured, so nobody counts errors.",
    )


async def test_a_service_sentry_does_not_know_is_unknown(world):
    bare = world.project.services[0].model_copy(update={"sentry_project": ""})
    world.project = world.project.model_copy(update={"services": (bare,)})

    assert (await world.look(PROBE)).said == "Api has no sentry_project in pawdeploy.toml."


async def test_a_vendor_that_does_not_answer_is_unknown_and_says_why(world):
    world.faults.set("sentry.answers", "503")

    assert (await world.look(PROBE)).said == "Sentry did not answer: HTTP 503: Service unavailable."

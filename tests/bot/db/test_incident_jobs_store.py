"""Jobs of incidents: each done once, put off while it fails, given up once."""

import pytest

from bot.engine.incident_sheet import Change, Job, JobKind
from tests.bot.db._facts import ANN, NOON, later, scalar
from tests.bot.db._incidents import Ward


@pytest.fixture
def ward(db):
    return Ward(db)


@pytest.fixture
async def jobs(ward):
    number = (await ward.open(change=Change())).id
    many = [
        Job(key="b", kind=JobKind.START, step="rollback", body="{}", by=ANN, due_at=later(2)),
        Job(key="a", kind=JobKind.LOOK, due_at=later(1)),
        Job(key="c", kind=JobKind.NOTIFY, due_at=later(3)),
    ]
    await ward.play(number, Change(jobs=tuple(many)), 0)
    return ward.jobs


async def keys(jobs, second=99.0, **more):
    return [job.key for job in await jobs.due(later(second), **more)]


async def test_what_is_due_comes_oldest_first_and_not_too_much_at_once(jobs):
    assert await keys(jobs) == ["a", "b", "c"]
    assert await keys(jobs, limit=2) == ["a", "b"]
    assert await keys(jobs, 2) == ["a", "b"]
    assert await keys(jobs, 0.5) == []


async def test_a_job_says_all_that_doing_it_takes(jobs):
    (job,) = [job for job in await jobs.due(later(9)) if job.key == "b"]
    assert (job.incident_id, job.kind, job.step, job.body, job.by) == (
        1,
        JobKind.START,
        "rollback",
        "{}",
        ANN,
    )
    assert (job.asked_at, job.tries) == (NOON, 0)


async def test_a_job_put_off_comes_again_later_and_counts_its_tries(jobs):
    (job, *_) = await jobs.due(later(9))
    await jobs.later(job.id, later(60), "no answer")
    assert await keys(jobs, 59) == ["b", "c"]
    assert await keys(jobs, 60) == ["b", "c", "a"]
    assert [each.tries for each in await jobs.due(later(60))] == [0, 0, 1]


async def test_what_has_ended_is_not_due_and_stays_as_it_ended(ward, jobs):
    first, second, _ = await jobs.due(later(9))
    await jobs.done(first.id, later(10))
    await jobs.failed(second.id, "refused", later(11))
    await jobs.failed(first.id, "too late", later(12))
    await jobs.done(second.id, later(13))
    await jobs.later(first.id, later(14), "too late")
    assert await ward.job_states() == {"b": "failed", "a": "done", "c": "pending"}
    assert await keys(jobs) == ["c"]
    assert await scalar(ward.db, "SELECT trouble FROM incident_jobs WHERE key = 'b'") == "refused"
    assert await scalar(ward.db, "SELECT tries FROM incident_jobs WHERE key = 'a'") == 0


async def test_the_next_one_is_known(jobs):
    assert await jobs.next_due() == later(1)
    for job in await jobs.due(later(9)):
        await jobs.done(job.id, later(9))
    assert await jobs.next_due() is None


async def test_only_what_ended_long_ago_is_dropped(ward, jobs):
    first, second, _ = await jobs.due(later(9))
    await jobs.done(first.id, later(10))
    await jobs.done(second.id, later(20))
    await jobs.tidy(later(15))
    assert await ward.job_states() == {"b": "done", "c": "pending"}

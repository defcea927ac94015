"""Timed jobs: one that fails stops neither itself nor the others."""

import asyncio

from bot.jobs import Job, Jobs, forever


async def test_a_failing_job_runs_again_and_the_others_go_on():
    counts, enough = {"bad": 0, "good": 0}, asyncio.Event()

    async def work(name):
        counts[name] += 1
        if min(counts.values()) >= 2:
            enough.set()
        if name == "bad":
            raise RuntimeError(name)

    jobs = Jobs(tuple(Job(name=name, every=0.01, work=lambda name=name: work(name)) for name in counts))
    assert not jobs.running
    jobs.start()
    assert jobs.running
    await asyncio.wait_for(enough.wait(), 5)
    jobs.stop()
    assert not jobs.running


async def test_work_done_for_ever_survives_its_own_failures():
    turns, enough = [], asyncio.Event()

    async def work():
        turns.append(len(turns))
        if len(turns) == 3:
            enough.set()
            await asyncio.Event().wait()
        raise RuntimeError

    task = asyncio.create_task(forever(Job(name="publish", every=0, work=work)))
    await asyncio.wait_for(enough.wait(), 5)
    task.cancel()
    await asyncio.wait([task])
    assert turns == [0, 1, 2]

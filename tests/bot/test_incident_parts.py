"""What incidents are made of is joined, and what people ask wakes whoever does it."""

import pytest

from bot.clock import Clock
from bot.db.session import open_database
from bot.engine.incident_requests import OpenRequest
from bot.incident_parts import IncidentParts, make_incidents
from bot.integrations.slack.calls import SlackWeb, make_client
from playbooks.library import load_library
from tests.bot.incidents._asked import ending
from tests.bot.pipelines._memory import ANN, JumpingClock, MemoryPeople
from tests.bot.pipelines._world import CountingCards, pawlogic
from tests.bot.test_vendors import made
from tests.sqlite import fresh_sqlite


class Nobody:
    """Starts nothing and locks nothing."""


@pytest.fixture
async def parts(tmp_path):
    database, project = await open_database(fresh_sqlite(tmp_path)), pawlogic()
    vendors = made(project)

    async def leads():
        return True

    clock: Clock = JumpingClock()
    yield make_incidents(
        project=project,
        playbooks=load_library(),
        database=database,
        vendors=vendors,
        web=SlackWeb(make_client("xoxb-nowhere", "http://127.0.0.1:9/")),
        runs=Nobody(),
        updates=Nobody(),
        releases=Nobody(),
        locks=Nobody(),
        people=MemoryPeople(),
        alerts=None,
        cards=CountingCards(),
        clock=clock,
        leads=leads,
    )
    await vendors.close()
    await database.close()


async def opened(parts: IncidentParts, **more):
    request = OpenRequest(key="k", playbook="api-down", headline="It is down", by=ANN, drill=True, **more)
    return await parts.desk.open(request)


async def test_what_is_asked_wakes_the_worker_and_a_drill_goes_the_whole_way(parts):
    view = await opened(parts)
    assert parts.worker._wake.is_set()
    while await parts.worker.step():
        pass
    found = await parts.desk.incident(view.id)
    assert all(step.finding for step in found.steps if step.kind == "look")
    await parts.keeper.sweep()
    await parts.desk.resolve(view.id, ending())
    assert await parts.worker.step() == 1
    assert not (await parts.desk.incident(view.id)).open


async def test_where_there_are_no_alerts_none_opens_or_is_attached(parts):
    await parts.keeper.look_for_triggers()
    await opened(parts)
    assert (await parts.desk.list()).total == 1

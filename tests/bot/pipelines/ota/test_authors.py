"""Where authors may not approve, they may not for an app: of what lies between it and what people have."""

import pytest

from bot.db.session import open_database
from bot.engine.mobile import Stage, Submission
from bot.engine.states import RunKind, StepName
from bot.pipelines.app_authors import authors
from bot.pipelines.known import keep, of_release
from bot.pipelines.step import Step
from bot.project import Project
from tests.bot.pipelines._asking import Left
from tests.bot.pipelines._world import ANN, BEN, CLEO, NOON, SHA
from tests.bot.pipelines.ota._expo import BUILT, IOS
from tests.bot.pipelines.ota._world import OtaWorld, app_project
from tests.sqlite import fresh_sqlite

S = StepName
BEFORE = "d4e5f6a" + "0" * 33
LOGINS = {BEN: "ben", CLEO: "cleo"}


def strict() -> Project:
    facts = app_project(guarded=True).model_dump(mode="json")
    facts["apps"][0]["environments"]["production"]["approval"]["committers"] = False
    return Project.model_validate(facts | {"github_logins": LOGINS})


@pytest.fixture
async def world(tmp_path):
    database = await open_database(fresh_sqlite(tmp_path))
    made = OtaWorld(database, strict())
    made.repository.heads |= {one: one for one in (SHA, BEFORE)}
    yield made
    await database.close()


async def barred(world):
    world.clock.then(world.clock.passed + 2, world.leave)
    await world.wanted()
    with pytest.raises(Left):  # while it waits for people
        await world.go(until=S.LINE)
    run = await world.now()
    assert run.asking is not None
    return set(run.asking.barred)


async def test_who_wrote_what_came_since_the_build_may_not_approve_the_first_update(world):
    world.repository.authors = {BUILT: ("Ben", "somebody")}
    assert await barred(world) == {BEN}


async def test_with_an_update_out_only_what_came_since_that_one_counts(world):
    world.repository.authors = {BUILT: ("ben", "cleo"), BEFORE: ("cleo",)}
    world.expo.published("The one before", sha=BEFORE)
    assert await barred(world) == {CLEO}


async def of_a_release(world, sha):
    number = await world.runs.create(
        key=sha, service="mobile", environment="production", ref="main", again=False, by=ANN, at=NOON,
        card_channel="C0DEPLOYS01", kind=RunKind.RELEASE, steps=frozenset({S.SUBMIT}), more={"sha": sha},
    )  # fmt: skip
    return Step(world.kit, await world.view(number), S.SUBMIT)


@pytest.mark.parametrize(("stage", "expected"), [(Stage.FAILED, set()), (Stage.FINISHED, {"cleo"})])
async def test_of_a_release_it_is_what_came_since_the_one_that_was_handed_over_before(world, stage, expected):
    world.repository.authors = {BEFORE: ("Cleo",)}
    earlier = await of_a_release(world, BEFORE)
    handed = Submission(id="s", platform=IOS, stage=stage, raw=stage.value, created_at=NOON, build="b")
    await keep(earlier, of_release(earlier.run).model_copy(update={"submissions": {IOS: handed}}))

    assert await authors(await of_a_release(world, SHA)) == expected

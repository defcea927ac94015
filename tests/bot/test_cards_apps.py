"""A card's command names the app only where there are several, however many services there are."""

import pytest

from bot.cards import Composer
from bot.db.posts_store import PostsStore
from bot.db.runs_reader import RunsReader
from bot.db.runs_store import RunsStore
from bot.db.session import open_database
from bot.engine.reasons import Reason
from bot.engine.states import UPDATE_STEPS, RunKind, RunState
from bot.project import Project
from tests.bot.pipelines._world import ANN, NOON, JumpingClock
from tests.handlers._slack import DEPLOYS, pawlogic
from tests.sqlite import fresh_sqlite


def two_services() -> Project:
    facts = pawlogic().model_dump(mode="json")
    api = facts["services"][0]
    return Project.model_validate(facts | {"services": [api, api | {"name": "web"}]})


def two_apps() -> Project:
    facts = pawlogic().model_dump(mode="json")
    return Project.model_validate(facts | {"apps": [facts["apps"][0], facts["apps"][0] | {"name": "kiosk"}]})


@pytest.mark.parametrize(
    ("project", "named"),
    [(pawlogic(), False), (two_services(), False), (two_apps(), True)],
    ids=["one of each", "two services", "two apps"],
)
async def test_the_way_out_names_the_app_where_there_are_several(tmp_path, project, named):
    db = await open_database(fresh_sqlite(tmp_path))
    runs = RunsStore(db)
    number = await runs.create(
        key="trigger:1",
        service="mobile",
        environment="production",
        ref="main",
        again=False,
        by=ANN,
        at=NOON,
        card_channel=DEPLOYS,
        kind=RunKind.UPDATE,
        steps=UPDATE_STEPS,
        more={"why": "Fix the login button"},
    )
    await runs.move(
        number,
        RunState.REFUSED,
        at=NOON,
        actor="pawdeploy",
        reason=Reason.CHECKS_RED,
        fields={"reason": Reason.CHECKS_RED.value, "ended_at": NOON},
    )
    posts = PostsStore(db)
    [key] = [post.key for post in await posts.due()]

    drawn = await Composer(posts, RunsReader(db), JumpingClock(), project)(key)

    assert drawn is not None
    assert '`/pawota production "Fix the login button" main' in str(drawn)
    assert ("--app mobile`" in str(drawn)) == named
    await db.close()

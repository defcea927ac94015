"""Whatever vendors, people and crashes do: a rollout rises only where it may, never after it was stopped."""

import os
import random
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from operator import itemgetter

import pytest

from bot.db.session import open_database
from bot.engine.mobile import BOTH, run_of
from bot.engine.reasons import Reason
from bot.engine.rollout import share
from bot.engine.runs import RunView
from bot.engine.states import RunState
from bot.project import Project
from tests.bot.pipelines.ota._story import Story
from tests.bot.pipelines.ota._world import SECONDS, OtaWorld, app_project
from tests.sqlite import fresh_sqlite

STORIES = int(os.environ.get("PAWDEPLOY_STORIES", "30"))
"""A second each; more of them by hand: ``PAWDEPLOY_STORIES=2000 pytest ...``."""
HOLD = 20
STAGES = ((10, 50, 100), (10, 50, 100), (20, 100), (10, 25, 50, 100))
AGAIN = frozenset({Reason.ROLLOUT_REFUSED, Reason.EXPIRED, Reason.VENDOR_UNAVAILABLE})


_DEATHS = (("dies",), ("dies",), ("away",), ("away", "dies"), ("dies", "dies"))
_NO = (("refuses",), ("refuses", "dies"), ("away", "refuses"))
_ASKED = ("set_percent", "set_percent", "group", "delete_group", "job", "republish", "embed")
_ACTS: tuple[Callable[[random.Random], tuple], ...] = (
    lambda _: ("kill",),
    lambda _: ("kill",),
    lambda _: ("promote",),
    lambda _: ("promote",),
    lambda dice: ("trouble", dice.choice(_ASKED), dice.random() < 0.5, dice.choice(_DEATHS)),
    lambda dice: ("trouble", "set_percent", True, dice.choice(_NO)),
    lambda dice: ("refuses", dice.choice(BOTH), dice.choice((1, 3, 3, 1000))),
    lambda dice: ("sentry", dice.choice(("calm", "silent", "silent", "spike"))),
    lambda dice: ("hand", dice.choice((BOTH, BOTH[:1], BOTH[1:])), dice.choice((15, 60, 100))),
)
_RARE = ("cancel", "delete", "asks_back", "asks_back")


def _acts(seed: int) -> list[tuple]:
    """Return what happens, and at which second."""
    dice = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    number = dice.randrange(1, 10)
    acts = [(dice.randrange(7 * SECONDS // 2), *dice.choice(_ACTS)(dice)) for _ in range(number)]
    if dice.random() < 0.4:
        at, rare = dice.randrange(3 * SECONDS), dice.choice(_RARE)
        acts.append((at, rare))
        if rare == "asks_back":
            acts.append((at + dice.randrange(9), dice.choice(("agrees_back", "agrees_back", "drops_back"))))
    return sorted(acts, key=itemgetter(0))


def _project(stages: tuple[int, ...], *, watched: bool) -> Project:
    project = app_project(watched=watched, stages=stages, hold=HOLD)
    slower = project.timings.model_copy(update={"health_interval": 3, "poll": 2})
    return project.model_copy(update={"timings": slower})


async def test_nothing_rises_too_early_or_after_it_was_stopped_and_who_ends_apart_says_so(tmp_path):
    ends: Counter[str] = Counter()
    for seed in range(STORIES):
        dice = random.Random(-seed)  # noqa: S311 - as above
        acts, stages, watched = _acts(seed), dice.choice(STAGES), dice.random() < 0.8
        try:
            ends.update(await _lived(fresh_sqlite(tmp_path), acts, stages, watched=watched))
        except Exception as error:
            error.add_note(f"seed {seed}, {stages}, {watched=}: {acts}")
            raise

    # A bot that raises nothing would pass, and so would one that nobody stops.
    least = {"updated": 3, "taken back": 10, "promoted": 5, "expired": 15, "overtaken": 15, "regressed": 15}
    assert {one: ends[one] for one, part in least.items() if ends[one] < STORIES // part} == {}, ends
    assert ends["rose"] > STORIES, ends


async def test_raised_by_hand_to_between_two_stages_it_is_watched_there(tmp_path):
    acts = [(5, "hand", BOTH, 60)]

    story, run = await _told(fresh_sqlite(tmp_path), acts, (10, 50, 100), watched=True)

    assert run.state is RunState.SUCCEEDED
    story.judge.judges((10, 50, 100), watched=True)
    assert [percent for _, percent in story.judge.rises] == [100, 100]


@pytest.mark.parametrize("before", [False, True])
async def test_a_way_back_that_dies_as_it_publishes_does_so_once(tmp_path, before):
    for asked in ("delete_group", "republish"):
        acts = [(5, "sentry", "spike"), (6, "trouble", asked, before, ("dies",))]
        ends = await _lived(fresh_sqlite(tmp_path), acts, (10, 100), watched=True)
        assert (ends["regressed"], ends["taken back"]) == (1, 1)


async def test_what_hurt_is_drawn_though_it_died_as_it_was_drawn(tmp_path):
    db = await open_database(fresh_sqlite(tmp_path))
    try:
        story = Story(OtaWorld(db, _project((10, 100), watched=True)), [(5, "sentry", "spike")])
        story.world.errors.dies_after_a_spike = True
        run = await story.live()
        assert (run.reason, await story.world.owed("picture")) == (Reason.REGRESSED, ["run:1:picture:1"])
    finally:
        await db.close()


async def test_however_often_it_dies_each_stage_is_watched_for_its_time_and_no_longer(tmp_path):
    dice = random.Random(1)  # noqa: S311 - as above
    for _ in range(max(1, STORIES // 10)):
        acts = [(second, "kill") for second in sorted(dice.sample(range(3 * SECONDS), 12))]

        story, run = await _told(fresh_sqlite(tmp_path), acts, (10, 50, 100), watched=True)

        assert run.state is RunState.SUCCEEDED
        moved = sorted({at for at, _ in story.judge.reached} | {story.world.clock.passed})
        assert len(moved) == 1 + len((50, 100)) + 1
        for since, until in pairwise(moved):
            assert SECONDS - 0.1 <= until - since <= SECONDS + 9


async def _told(url, acts, stages, *, watched) -> tuple[Story, RunView]:
    db = await open_database(url)
    try:
        story = Story(OtaWorld(db, _project(stages, watched=watched)), acts)
        return story, await story.live()
    finally:
        await db.close()


async def _lived(url, acts, stages, *, watched) -> Counter[str]:
    db = await open_database(url)
    try:
        story = Story(OtaWorld(db, _project(stages, watched=watched)), acts)
        run = await story.live()
        ends = Counter({run.reason.value: 1, "promoted": len(story.judge.promoted)})
        _ended_well(story, run)
        backs = await story.taken_back(run)
        if not backs and run.state is RunState.FAILED and run.reason in AGAIN and story.world.expo.parts:
            _ended_well(story, await story.again(run))
    finally:
        await db.close()
    story.judge.judges(stages, watched=watched)
    ends["rose"] += len(story.judge.rises)
    for back in backs:
        made = [one for _, one in story.world.expo.all if run_of(one.message) == back.id]
        assert len(made) == 1 or (not made and back.state is not RunState.SUCCEEDED), (back.reason, made)
        ends["taken back"] += len(made)
    return ends


def _ended_well(story: Story, run: RunView) -> None:
    """Assert that both platforms have it, or that the run says which has how much."""
    assert run.state in (RunState.SUCCEEDED, RunState.FAILED, RunState.REFUSED, RunState.CANCELLED)
    stands = {share(part) for part in story.world.expo.parts}
    if run.state is RunState.SUCCEEDED:
        assert stands == {100}
    elif len(stands) > 1:
        assert story.tells_what_stands(run), (run.reason, run.detail, run.live)

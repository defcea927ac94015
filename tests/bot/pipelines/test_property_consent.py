"""Whatever people, roles, restarts, refs and files do: what ships has a quorum for exactly that."""

import asyncio
import os
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bot.pipelines._asking import NO, YES, AskingWorld, asking_project
from tests.bot.pipelines._ledger import DOT, EVERYBODY
from tests.bot.pipelines._story import EXPIRES, OTHER, Story
from tests.bot.pipelines._world import ANN, BEN, CLEO, SHA
from tests.sqlite import OneAfterTheOther

STORIES = int(os.environ.get("PAWDEPLOY_STORIES", "40"))
"""Half a second each; more of them by hand: ``PAWDEPLOY_STORIES=2000 pytest ...``."""

_people = st.sampled_from(EVERYBODY)
_approvers = st.sampled_from((BEN, CLEO, DOT))
_name = st.sampled_from((YES, YES, YES, NO))
_acts = st.one_of(
    st.tuples(st.just("press"), _approvers, st.just("approve")),
    st.tuples(st.just("press"), st.just(ANN), st.just("approve")),
    st.tuples(
        st.just("press"), _people, st.sampled_from(("approve", "approve", "withdraw", "withdraw", "reject"))
    ),
    st.tuples(st.just("react"), _people, _name, st.booleans()),
    st.tuples(st.just("unreact"), _people, _name, st.booleans()),
    st.tuples(st.just("react"), _approvers, st.just(YES), st.booleans()),
    st.tuples(st.just("role"), _approvers, st.booleans()),
    st.tuples(st.just("push"), st.just(OTHER)),
    st.tuples(st.just("push"), st.sampled_from((SHA, OTHER))),
    st.tuples(st.just("outage"), st.sampled_from(("on", "allowed", "resolve")), st.integers(1, 3)),
    st.tuples(st.just("config"), st.integers(1, 3)),
    st.tuples(st.just("config"), st.integers(1, 2)),
    st.tuples(st.just("jump"), st.sampled_from((-20, -5, 5, 15))),
    st.tuples(st.just("hold_posts"), st.booleans()),
    st.tuples(st.sampled_from(("kill", "wait", "wait", "delete_card", "lose_start"))),
    st.tuples(st.just("press_old"), _approvers),
)
_people_agreeing = st.sampled_from(((), (BEN,), (BEN, CLEO), (DOT, CLEO), (BEN, CLEO, DOT)))
"""How stories begin and end: often too few approve, if what was said in between is void."""


def test_nothing_ships_without_a_quorum_for_exactly_what_ships(one_after_the_other):
    ends: Counter[str] = Counter()

    @settings(max_examples=STORIES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(firsts=_people_agreeing, acts=st.lists(_acts, min_size=2, max_size=14), lasts=_people_agreeing)
    def live(firsts, acts, lasts):
        agree = [[("hold_posts", False), ("wait",), *_approve(users)] for users in (firsts, lasts)]
        ends[asyncio.run(_lived(one_after_the_other, [*agree[0], *acts, *agree[1]]))] += 1

    live()

    # A bot that ships nothing would pass, and so would one that nobody stops.
    assert ends["shipped"] > STORIES // 10, ends
    assert ends["refused"] > STORIES // 10, ends


def _approve(users: tuple[str, ...]) -> list[tuple]:
    return [("press", user, "approve") for user in users]


async def _lived(databases: OneAfterTheOther, acts: list[tuple]) -> str:
    async with databases.opened() as db:
        story = Story(AskingWorld(db, asking_project(expires=EXPIRES)), list(acts))
        ended = await story.live()
    assert len(story.starts) <= 1
    return "shipped" if story.starts else ended

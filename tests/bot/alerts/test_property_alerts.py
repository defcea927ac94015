"""Whatever is told, lost, told twice, pressed, changed elsewhere, killed: the card ends where Sentry is."""

import asyncio
import json
import os
from collections import Counter
from collections.abc import Set as AbstractSet

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.db.session import open_database
from bot.engine.alerts import ActKind, AlertState
from handlers.render._alert_buttons import RESOLVE
from sandbox.vendors.sentry import MEMBERS
from tests.bot.alerts._alert_story import PEOPLE, Story
from tests.bot.alerts._alert_world import World
from tests.faults.storm import key_of
from tests.sqlite import fresh_sqlite

STORIES = int(os.environ.get("PAWDEPLOY_STORIES", "60"))
"""A third of a second each; more of them by hand: ``PAWDEPLOY_STORIES=2000 pytest ...``."""

_which = st.integers(0, 3)
_first = st.integers(1, 3).map(lambda number: max(1, number - 1))
_person = st.sampled_from(PEOPLE)
_mails = st.sampled_from([member.email for member in MEMBERS])
_moods = ("normal", "503", "429", "401", "403", "404", "reset", "timeout", "slow", "empty")
_asks = st.one_of(
    st.tuples(st.just(ActKind.RESOLVE), st.sampled_from(("now", "next", "current"))),
    st.tuples(st.just(ActKind.ARCHIVE), st.sampled_from(("escalating", "3600", "forever"))),
    st.tuples(st.just(ActKind.REOPEN), st.just("")),
    st.tuples(st.just(ActKind.ASSIGN), st.sampled_from((*PEOPLE, ""))),
)
_steps = st.sampled_from(("process", "work", "publish"))
_at_sentry = st.one_of(
    st.tuples(st.sampled_from(("happen", "resolve", "archive", "reopen", "regress", "escalate")), _which),
    st.tuples(st.just("assign"), _which, _mails | st.just("")),
)
_presses = st.tuples(_which, _person, _asks, st.booleans()).map(lambda it: (*it[:2], *it[2], it[3]))
_acts = st.one_of(
    st.tuples(_steps),
    st.tuples(st.sampled_from(("round", "backwards"))),
    st.tuples(st.just("back_and_forth"), _which),
    st.just(("new",)),
    _at_sentry.map(lambda act: ("at_sentry", *act)),
    _at_sentry.map(lambda act: ("at_sentry", *act)),
    _presses.map(lambda press: ("press", *press)),
    _presses.map(lambda press: ("press", *press)),
    st.tuples(st.sampled_from(("acknowledge", "retry")), _which, _person),
    st.tuples(st.just("deliver"), st.integers(0, 9)),
    st.tuples(st.just("deliver"), st.integers(0, 9)),
    st.tuples(st.just("lose"), st.integers(0, 9)),
    _at_sentry.map(lambda act: ("unheard", *act)),
    st.tuples(st.just("repeat"), st.integers(0, 9), st.booleans()),
    st.tuples(st.sampled_from(("backfill", "sweep", "die"))),
    st.tuples(st.just("die_in"), st.just("work"), st.sampled_from(("write", "PUT")), _first, st.booleans()),
    st.tuples(
        st.just("die_in"), st.just("publish"), st.sampled_from(("write", "post")), _first, st.booleans()
    ),
    st.tuples(st.just("die_in"), st.just("round"), st.just(""), st.integers(1, 7), st.booleans()),
    _at_sentry.map(lambda act: ("meanwhile", *act)),
    st.tuples(st.just("mood"), st.sampled_from(_moods)),
    st.just(("mood", "normal")),
    st.tuples(st.just("slack_mood"), st.sampled_from(("normal", "429", "down"))),
    st.tuples(st.just("pass"), st.sampled_from((1, 8, 70, 400, 4000))),
)
_ends = st.one_of(
    _at_sentry.map(lambda act: ("unheard", *act)),
    _at_sentry.map(lambda act: ("meanwhile", *act)),
    st.tuples(
        st.just("die_in"),
        st.sampled_from(("work", "publish")),
        st.sampled_from(("P", "write")),
        _first,
        st.booleans(),
    ),
    st.tuples(st.just("back_and_forth"), _which),
)
"""What stories end with: nothing that comes later may heal it."""
_STATES = {
    "unresolved": AlertState.FIRING, "resolved": AlertState.RESOLVED, "ignored": AlertState.ARCHIVED,
}  # fmt: skip


def test_any_order_of_messages_presses_changes_and_deaths_leaves_the_card_where_sentry_is(tmp_path):
    seen: Counter[str] = Counter()
    with asyncio.Runner() as loop:
        # One database for all, emptied: opening one, and learning its statements, takes as long as a story.
        opened = loop.run(open_database(fresh_sqlite(tmp_path)))

        @settings(
            max_examples=STORIES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
        )
        @given(
            acts=st.lists(_acts, min_size=4, max_size=24),
            storm_groups=st.sampled_from((2, 50)),
            ends=st.lists(_ends, max_size=2),
            last=st.booleans(),
        )
        @example(acts=[], ends=[("meanwhile", "resolve", 0)], storm_groups=50, last=False)
        def live(acts, ends, storm_groups, last):
            loop.run(_lived(World(opened, storm_groups=storm_groups), [*acts, *ends], seen, last=last))

        live()
        loop.run(opened.close())

    # Stories in which nothing happens would pass.
    assert seen["alerts"] > STORIES, seen
    assert seen["done"] > STORIES // 4, seen
    assert seen["deaths"] > STORIES // 8, seen


async def _lived(world: World, acts: list[tuple], seen: Counter[str], *, last: bool) -> None:
    await world.begin()
    try:
        story = Story(world)
        for act in (("backfill",), ("new",), ("round",), *acts):
            await story.do(*act)
        await story.calm(backwards=last)
        await _agrees(story, besides=story.lost)
        await story.catch_up()
        await _agrees(story)
        await _kept_account(story, seen)
    finally:
        await world.aclose()


async def _agrees(story: Story, besides: AbstractSet[int] = frozenset()) -> None:
    """Every alert stands where its issue does, and with whom."""
    for issue, alert in await story.alerts():
        if issue.id not in besides:
            assert alert.state is _STATES[issue.standing.status]
            assert alert.assignee == (issue.assignee.email if issue.assignee else "")
        assert not alert.stale
        _shows(story, alert)


async def _kept_account(story: Story, seen: Counter[str]) -> None:
    for issue, alert in await story.alerts():
        await _counts(story, issue, alert)
        _told_once(story, issue, alert)
        seen["alerts"] += 1
    acts = dict(await story.world.rows("SELECT state, count(*) FROM alert_acts GROUP BY state"))
    assert "pending" not in acts
    seen.update(acts)
    seen["deaths"] += story.deaths


async def _counts(story: Story, issue, alert) -> None:
    """Each thing that reached the bot is counted once, whoever told it how often."""
    found = await story.world.rows(
        "SELECT count(*) FROM hooks WHERE key LIKE :fired OR key LIKE :reopened",
        fired=f"sentry:backfill:{issue.id}:fired:%",
        reopened=f"sentry:backfill:{issue.id}:reopened:%",
    )
    told = story.told[issue.id]
    assert told.least <= alert.times - found[0][0] <= told.most, (told.least, told.most, alert.times, found)
    buckets = "SELECT sum(told) FROM alert_buckets WHERE alert_id = :alert"
    assert (await story.world.rows(buckets, alert=alert.id))[0][0] == alert.times


def _shows(story: Story, alert) -> None:
    """One card, and it says what the database says."""
    workspace = story.world.workspace
    top = workspace.messages(alert.channel)
    everything = [*top, *(reply for one in top for reply in workspace.thread(alert.channel, one.ts))]
    cards = [one for one in everything if key_of(one) == f"alert:{alert.id}"]
    assert len(cards) == 1, [one.text for one in cards]
    drawn = json.dumps(cards[0].blocks)
    assert (f'"{RESOLVE}"' in drawn) is alert.firing, cards[0].everything


def _told_once(story: Story, issue, alert) -> None:
    """Sentry hears of each act once, unless somebody there undid what the bot died of doing."""
    puts = sum(
        request.startswith("PUT ") and request.endswith(f"/issues/{issue.id}/")
        for request in story.world.sentry.requests
    )
    assert puts <= story.asked[alert.id] or issue.id in story.undone, (puts, story.asked[alert.id])

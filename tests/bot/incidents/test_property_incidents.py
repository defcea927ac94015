"""Whatever three people do, however playbooks branch, wherever the bot dies: nothing is lost or doubled."""

import asyncio
import os
from collections import Counter

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bot.db.session import open_database
from bot.incidenting import Incidents, Room
from playbooks.models import Playbook
from tests.bot.incidents._agreement import kept_account
from tests.bot.incidents._mortal import MortalWorld
from tests.bot.incidents._story import PROBES, Story
from tests.bot.incidents._world import ANN, BEN, CLEO
from tests.bot.pipelines._world import pawlogic
from tests.playbooks._books import act, book, do, look
from tests.playbooks._generated import Growing, tell, words
from tests.sqlite import emptied, fresh_sqlite

STORIES = int(os.environ.get("PAWDEPLOY_STORIES", "200"))
"""More of them by hand: ``PAWDEPLOY_STORIES=2000 pytest ...``."""

_which, _person = st.integers(0, 9), st.sampled_from((ANN, BEN, CLEO))
_luck = st.integers(0, 9)
_text = st.sampled_from(("Because.", "*bold* & <@U0BENAPP001> `x`", "Second\nline"))
_starts = st.sampled_from(
    (
        {"kind": "rollback"},
        {"kind": "deploy", "environment": "production"},
        {"kind": "lock"},
        {"kind": "workflow", "workflow": "ota"},
    )
)
_to = st.sampled_from(
    (
        {"kind": "roles", "roles": ["lead"]},
        {"kind": "channel", "channel": "deploys"},
        {"kind": "orchestrator"},
    )
)


@st.composite
def _playbooks(draw) -> Playbook:
    grown = Growing(draw)
    usual = [one for one in (act("acts"), tell("tells"), look("looks")) if draw(st.booleans())]
    steps = [*grown.steps(0, least=1), *usual, do("end")]
    for step in (one for listed in (steps, *grown.branches.values()) for one in listed):
        if step["kind"] == "act":
            step["start"] = draw(_starts)
        if step["kind"] == "tell":
            step["to"] = draw(st.lists(_to, min_size=1, max_size=2, unique_by=str))
        if step["kind"] == "look":
            step["probe"] = {"kind": draw(st.sampled_from(PROBES))}
    title = draw(words)
    return Playbook.model_validate(
        {"title": title, "when": "Always.", "steps": steps, "branches": grown.branches}
    )


def _about(name, *more):
    return st.tuples(st.just("person"), _which, _luck, st.just(name), _person, *more)


def _whole(name, *more):
    return st.tuples(st.just("move"), st.just(name), _person, *more)


_ticks, _choices = _about("tick"), _about("choose", st.integers(0, 3))
_people = st.one_of(
    *(_ticks, _ticks, _choices, _choices, _about("act"), _about("act"), _about("tell", _text)),
    *(
        _about("untick", _text),
        _about("untick", _text),
        _about("skip", _text),
        _about("look"),
        _about("remark", _text),
    ),
    *(_about("own", _person), _whole("update", _text), _whole("role", _person), _whole("note", _text)),
    *(_whole("severe", st.sampled_from(("sev1", "sev2", "sev3"))), _whole("resolve")),
    _whole("reopen", _text),
)
_outside = st.one_of(
    st.just(("work",)),
    st.just(("sweep",)),
    st.tuples(st.just("end"), _which, st.sampled_from(("succeeded", "failed", "refused", "cancelled"))),
    st.tuples(st.just("pass"), st.sampled_from((1, 61, 400, 4_000, 20_000))),
    st.tuples(st.just("sky"), st.sampled_from(PROBES), st.sampled_from(("ok", "bad", "unknown"))),
    st.tuples(st.just("refuse"), st.booleans()),
    st.tuples(
        st.just("trouble"),
        st.sampled_from(("runs", "rooms", "orchestrator")),
        st.sampled_from(("before", "after")),
    ),
)
_writes = st.sampled_from(("write before", "write after"))
_outside_points = st.sampled_from(("look", "runs", "rooms", "orchestrator", "write")).flatmap(
    lambda name: st.sampled_from((f"{name} before", f"{name} after"))
)
_deaths = st.one_of(
    st.tuples(st.just("die"), _writes, st.just(1), _people),
    st.tuples(st.just("die"), _writes, st.integers(1, 3), st.sampled_from((("work",), ("pass", 400)))),
    st.tuples(st.just("die_outside"), _outside_points, _person),
)
_again = st.tuples(st.just("again"), _which)
_acts = st.one_of(_people, _people, _people, _outside, _again, _deaths, _deaths)


def test_200_incidents_with_bots_dying_anywhere_are_what_people_did(tmp_path):
    seen: Counter[str] = Counter()
    with asyncio.Runner() as loop:
        # One database for all, emptied: opening one takes as long as a story.
        opened = loop.run(open_database(fresh_sqlite(tmp_path)))

        @settings(
            max_examples=STORIES,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate),  # a story is short as it is
            report_multiple_bugs=False,
            print_blob=False,
        )
        @given(
            playbook=_playbooks(),
            acts=st.lists(_acts, min_size=3, max_size=12),
            deaths=st.lists(_deaths, min_size=1, max_size=3),
            last=st.lists(_acts, max_size=3),
            drill=st.integers(0, 3).map(lambda number: number == 0),
            room=st.booleans(),
        )
        @example(
            playbook=book(do("s1")),
            acts=[("person", 0, 9, "tick", ANN)],
            deaths=[("die", "write after", 1, ("move", "update", BEN, "We look."))],
            last=[("die", "write after", 1, ("person", 0, 9, "remark", CLEO, "Slow."))],
            drill=False,
            room=False,
        )
        def live(playbook, acts, deaths, last, drill, room):
            every = [*acts, *deaths, *last]
            loop.run(_lived(opened, playbook, every, seen, drill=drill, room=room))

        live()
        loop.run(opened.close())

    # Stories in which nothing happens would pass.
    assert seen["deaths"] > STORIES // 2, seen
    assert seen["moves"] > 2 * STORIES, seen
    assert seen["refusals"] > STORIES // 2, seen
    assert seen["repeats"] > STORIES, seen
    assert seen["runs"] > STORIES // 20, seen


async def _lived(opened, playbook, acts, seen, *, drill: bool, room: bool) -> None:
    await opened.change(emptied)
    section = Incidents(channel="C0OPSDESK01", room=Room(invite=("lead",)) if room else None)
    project = pawlogic().model_copy(update={"incidents": section})
    story = Story(MortalWorld(opened, project, playbook), playbook, drill=drill)
    await story.begin()
    for one in acts:
        await story.do(*one)
    await story.everything_again()
    await story.calm()
    await kept_account(story)
    seen.update(
        deaths=story.deaths,
        moves=story.moves,
        refusals=story.refusals,
        repeats=story.repeats,
        runs=len(story.ledger.starts),
    )

"""Which steps are there: a list in, a list out, whatever was decided and however steps ended."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.checks import outcomes as ends
from playbooks.copies import dump, parse
from playbooks.models import Playbook
from playbooks.plan import every_step, holds, open_steps, prohibitions, suggested
from playbooks.steps import Condition, Decide
from tests.playbooks._books import act, after, book, decide, do, look, never
from tests.playbooks._generated import playbooks

BOOK = book(
    look("see"),
    never("stop"),
    decide("which", {"a": "a", "b": "b", "c": None}),
    do("then", condition=after("which", "a", "b")),
    a=[
        act("push"),
        never("not-in-a"),
        do("mend", condition=after("push", "failed")),
        decide("deeper", {"x": "deep", "y": None}),
    ],
    b=[do("other"), never("later", condition=after("other", "done"))],
    deep=[do("bottom")],
)


def there(book: Playbook, **outcomes: str) -> list[str]:
    return [one.step.id for one in open_steps(book, seen(**outcomes))]


def seen(**outcomes: str) -> dict[str, frozenset[str]]:
    return {key: frozenset(words.split()) for key, words in outcomes.items()}


def test_every_step_stands_where_it_would_be_read():
    assert [(one.step.id, one.branch, one.depth) for one in every_step(BOOK)] == [
        ("see", "", 0),
        ("which", "", 0),
        ("push", "a", 1),
        ("mend", "a", 1),
        ("deeper", "a", 1),
        ("bottom", "deep", 2),
        ("other", "b", 1),
        ("then", "", 0),
    ]


@pytest.mark.parametrize(
    ("outcomes", "shown"),
    [
        ({}, "see which"),
        ({"see": "done bad"}, "see which"),
        ({"which": "c"}, "see which"),
        ({"which": "skipped"}, "see which"),
        ({"which": "b"}, "see which other then"),
        ({"which": "a"}, "see which push deeper then"),
        ({"which": "a", "push": "failed"}, "see which push mend deeper then"),
        ({"which": "a", "push": "done"}, "see which push deeper then"),
        ({"which": "a", "deeper": "x"}, "see which push deeper bottom then"),
        ({"deeper": "x"}, "see which"),
    ],
)
def test_branches_are_there_once_chosen_and_conditions_once_met(outcomes, shown):
    assert there(BOOK, **outcomes) == shown.split()


def test_prohibitions_hold_from_the_start_in_branches_once_these_are_open():
    def said(**outcomes: str) -> list[str]:
        return [step.id for step in prohibitions(BOOK, seen(**outcomes))]

    assert said() == ["stop"]
    assert said(which="a") == ["stop", "not-in-a"]
    assert said(which="b") == ["stop"]
    assert said(which="b", other="done") == ["stop", "later"]
    assert said(other="done") == ["stop"]


def test_a_condition_is_met_by_any_of_its_outcomes_and_by_none_before():
    condition = Condition(step="see", outcome=("bad", "unknown"))
    assert holds(None, {})
    assert not holds(condition, {})
    assert not holds(condition, seen(see="ok done"))
    assert holds(condition, seen(see="unknown done"))


def test_choices_are_suggested_by_any_of_their_findings():
    which = decide("which", {"a": None, "b": None, "c": None})
    which["choices"][0]["suggested"] = [after("one", "bad"), after("two", "bad")]
    which["choices"][1]["suggested"] = [after("two", "bad", "unknown")]
    step = book(look("one"), look("two"), which).steps[-1]

    assert suggested(step, {}) == ()
    assert suggested(step, seen(one="ok")) == ()
    assert suggested(step, seen(one="bad")) == ("a",)
    assert suggested(step, seen(two="unknown")) == ("b",)
    assert suggested(step, seen(two="bad")) == ("a", "b")


def test_a_branch_two_decisions_open_is_there_once_after_the_one_that_opened_it():
    found = book(
        decide("early", {"a": "a", "b": None}),
        do("between"),
        decide("late", {"a": "a", "b": None}),
        a=[do("inner")],
    )
    assert there(found, early="a", late="a") == ["early", "inner", "between", "late"]
    assert there(found, late="a") == ["early", "between", "late", "inner"]


@st.composite
def played(draw):
    """A playbook and ends for some of its steps, ends of steps that are not there among them."""
    found = draw(playbooks())
    outcomes = {
        one.step.id: draw(st.frozensets(st.sampled_from(ends(one.step)), max_size=2))
        for one in every_step(found)
        if draw(st.booleans())
    }
    return found, outcomes


@settings(max_examples=100, deadline=None)
@given(played())
def test_what_is_there_is_part_of_everything_in_the_same_order(case):
    found, outcomes = case
    every, now = every_step(found), open_steps(found, outcomes)

    assert len({one.step.id for one in every}) == len(every)
    places = [every.index(one) for one in now]
    assert places == sorted(places)
    assert len(set(places)) == len(places)


@settings(max_examples=100, deadline=None)
@given(played())
def test_a_step_is_there_exactly_when_its_branch_is_open_and_its_condition_met(case):
    found, outcomes = case
    now = {one.step.id for one in open_steps(found, outcomes)}
    opened = {""} | {
        choice.opens
        for one in every_step(found)
        if isinstance(one.step, Decide) and one.step.id in now
        for choice in one.step.choices
        if choice.id in outcomes.get(one.step.id, ())
    }

    for one in every_step(found):
        assert (one.step.id in now) == (one.branch in opened and holds(one.step.condition, outcomes))


@settings(max_examples=60, deadline=None)
@given(played())
def test_a_step_stands_below_the_decision_that_opened_its_branch_and_deeper(case):
    found, outcomes = case
    depths = {"": 0}
    for one in open_steps(found, outcomes):
        assert one.depth == depths[one.branch]
        if isinstance(one.step, Decide):
            for choice in one.step.choices:
                if choice.opens and choice.id in outcomes.get(one.step.id, ()):
                    depths[choice.opens] = one.depth + 1


@settings(max_examples=60, deadline=None)
@given(playbooks())
def test_a_copy_is_what_it_is_a_copy_of(found):
    assert parse(dump(found)) == found

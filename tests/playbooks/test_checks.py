"""What must hold between the steps of a playbook; what does not is named with its place and its way out."""

import pytest
from pydantic import ValidationError

from bot.shapes import MisplacedError
from playbooks.checks import MOST_STEPS, outcomes
from playbooks.models import Playbook
from playbooks.plan import every_step
from tests.playbooks._books import act, after, book, decide, do, look, never

WHICH = decide("which", {"a": "a", "b": None})


def wrong(*steps, **branches):
    """Everything ``check`` finds: path, problem."""
    with pytest.raises(ValidationError) as refused:
        book(*steps, **branches)
    (error,) = refused.value.errors()
    found = error["ctx"]["error"]
    assert isinstance(found, MisplacedError)
    assert (found.path, str(found)) == (found.every[0].path, str(found.every[0]))
    assert all(one.advice for one in found.every)
    return [(".".join(map(str, one.path)), str(one)) for one in found.every]


def test_two_steps_of_one_id_are_refused_wherever_they_stand():
    assert wrong(do("one"), WHICH, a=[do("two"), never("one")]) == [
        ("branches.a.1.id", "two steps are called one")
    ]


def test_two_choices_of_one_id_are_refused():
    twice = decide("which", {"a": None})
    twice["choices"] *= 2
    assert wrong(twice) == [("steps.0.choices.1.id", "two choices of which are called a")]


@pytest.mark.parametrize("name", ["done", "skipped"])
def test_a_choice_is_not_called_like_an_end_of_every_step(name):
    ((path, problem),) = wrong(decide("which", {"a": None, name: None}))
    assert (path, f"called {name}" in problem) == ("steps.0.choices.1.id", True)


def test_choices_of_two_decisions_may_be_called_alike():
    book(decide("one", {"yes": None, "no": None}), decide("two", {"yes": None, "no": None}))


def test_a_branch_that_is_not_there_leads_nowhere():
    assert wrong(decide("which", {"a": "x", "b": None})) == [
        ("steps.0.choices.0.opens", "there is no branch x, so this choice leads nowhere")
    ]


def test_a_branch_no_choice_opens_is_refused():
    assert wrong(do("one"), a=[do("two")]) == [("branches.a", "no choice opens this branch")]


def test_a_branch_may_not_open_itself():
    again = decide("again", {"a": "a", "b": None})
    assert wrong(WHICH, a=[again]) == [("branches.a.0.choices.0.opens", "a opens itself")]


def test_a_branch_only_it_opens_itself_is_refused():
    assert wrong(do("one"), a=[decide("again", {"a": "a", "b": None})]) == [
        ("branches.a.0.choices.0.opens", "a opens itself")
    ]


def test_two_branches_may_not_open_one_another():
    assert wrong(WHICH, a=[decide("da", {"x": "b", "y": None})], b=[decide("db", {"x": "a", "y": None})]) == [
        ("branches.b.0.choices.0.opens", "the branches run in a circle: b → a → b")
    ]


def test_no_branch_leads_back_to_itself_through_others():
    links = {"a": "b", "b": "c", "c": "a"}
    branches = {one: [decide(f"d{one}", {"x": other, "y": None})] for one, other in links.items()}
    assert wrong(WHICH, **branches) == [
        ("branches.c.0.choices.0.opens", "the branches run in a circle: c → a → b → c")
    ]


def test_a_circle_is_found_beside_a_branch_that_ends():
    found = wrong(
        WHICH,
        a=[decide("da", {"x": "end", "y": "z"})],
        end=[do("two")],
        z=[decide("dz", {"x": "end", "y": "a"})],
    )
    assert found == [("branches.z.0.choices.1.opens", "the branches run in a circle: z → a → z")]


def test_two_decisions_may_open_one_branch():
    once_more = decide("once-more", {"a": "b", "b": None})
    found = book(decide("which", {"a": "a", "b": "b"}), a=[once_more], b=[do("two")])
    assert [one.step.id for one in every_step(found)] == ["which", "once-more", "two"]


def test_branches_that_meet_a_thousand_ways_are_looked_through_at_once():
    """Forty rungs that each open both of the next would be 2**40 ways, gone one by one."""
    rungs = {
        f"{side}{at}": [decide(f"d{side}{at}", {"l": f"l{at + 1}", "r": f"r{at + 1}"})]
        for at in range(40)
        for side in "lr"
    }
    last = {"l40": [do("left")], "r40": [do("right")]}
    found = book(decide("top", {"l": "l0", "r": "r0"}), **rungs, **last)
    assert len(every_step(found)) == 83


def test_sixty_steps_are_fine_and_a_hundred_too():
    assert len(every_step(book(*(do(f"s{at}") for at in range(60))))) == 60
    assert len(every_step(book(WHICH, *(do(f"s{at}") for at in range(98)), a=[do("one")]))) == MOST_STEPS


def test_a_hundred_and_one_steps_are_not_those_of_branches_counted():
    ninety = [do(f"s{at}") for at in range(90)]
    assert wrong(WHICH, *ninety, a=[do(f"b{at}") for at in range(10)]) == [
        ("branches.a.9", "there are 101 steps")
    ]


def test_prohibitions_alone_are_no_playbook():
    assert wrong(never("one")) == [("steps", "there is nothing to do")]


def roles(*names, owner=None):
    owned = {"owner": owner} if owner else {}
    listed = [{"name": name, "does": "Does."} for name in names]
    return Playbook.model_validate(
        {"title": "T", "when": "W", "roles": listed, "steps": [do("one", **owned)]}
    )


@pytest.mark.parametrize(
    ("names", "owner", "path", "problem"),
    [
        (("scribe", "scribe"), None, "roles.1.name", "two roles are called scribe"),
        (("commander",), None, "roles.0.name", "commander is no role of a playbook"),
        (("scribe",), "writer", "steps.0.owner", "there is no role writer"),
    ],
)
def test_roles_are_named_once_and_owners_are_among_them(names, owner, path, problem):
    with pytest.raises(ValidationError) as refused:
        roles(*names, owner=owner)
    found = refused.value.errors()[0]["ctx"]["error"]
    assert (".".join(map(str, found.path)), str(found)) == (path, problem)


def test_the_commander_may_own_steps_and_so_may_every_role():
    assert roles(owner="commander").steps[0].owner == "commander"
    assert roles("scribe", owner="scribe").steps[0].owner == "scribe"


def test_a_condition_names_a_step_there_is():
    assert wrong(do("one"), do("two", condition=after("zero", "done"))) == [
        ("steps.1.condition.step", "there is no step zero")
    ]


def test_a_condition_names_an_earlier_step():
    assert wrong(do("one", condition=after("two", "done")), do("two")) == [
        ("steps.0.condition.step", "two comes only after one")
    ]
    assert wrong(do("one", condition=after("one", "done"))) == [
        ("steps.0.condition.step", "one waits for itself")
    ]


def test_earlier_is_meant_as_people_read_branches_stand_where_they_are_opened():
    last = do("last", condition=after("inner", "done"))
    book(WHICH, last, a=[do("inner")])
    assert wrong(do("first", condition=after("inner", "done")), WHICH, a=[do("inner")]) == [
        ("steps.0.condition.step", "inner comes only after first")
    ]
    assert wrong(WHICH, do("last"), a=[do("inner", condition=after("last", "done"))]) == [
        ("branches.a.0.condition.step", "last comes only after inner")
    ]


def test_nothing_waits_for_a_prohibition():
    assert wrong(never("stop"), do("one", condition=after("stop", "done"))) == [
        ("steps.1.condition.step", "stop is a prohibition and never ends")
    ]


def test_a_prohibition_may_wait_for_any_step():
    book(never("stop", condition=after("last", "done")), do("one"), do("last"))
    assert wrong(never("stop", condition=after("zero", "done")), do("one")) == [
        ("steps.0.condition.step", "there is no step zero")
    ]


def test_a_suggestion_names_an_earlier_step_too():
    late = decide("which", {"a": None, "b": None})
    late["choices"][1]["suggested"] = [after("one", "bad"), after("two", "bad")]
    assert wrong(look("one"), late, look("two")) == [
        ("steps.1.choices.1.suggested.1.step", "two comes only after which")
    ]
    late["choices"][1]["suggested"] = [after("which", "a")]
    assert wrong(late) == [("steps.0.choices.1.suggested.0.step", "which waits for itself")]


KINDS = {
    "do": (do("it"), {"done", "skipped"}),
    "tell": (
        {"kind": "tell", "id": "it", "text": "T", "template": "T", "to": [{"kind": "orchestrator"}]},
        {"done", "skipped"},
    ),
    "look": (look("it"), {"ok", "bad", "unknown", "done", "skipped"}),
    "decide": (decide("it", {"a": None, "b": None}), {"a", "b", "skipped"}),
    "act": (act("it"), {"done", "failed", "skipped"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_condition_waits_for_an_end_its_step_can_have(kind):
    step, ends = KINDS[kind]
    assert set(outcomes(book(step).steps[0])) == ends
    for outcome in sorted({"done", "skipped", "ok", "bad", "unknown", "failed", "a", "b", "c", ""}):
        waiting = do("next", condition=after("it", *ends, outcome))
        if outcome in ends:
            book(step, waiting)
        else:
            assert wrong(step, waiting) == [
                (f"steps.1.condition.outcome.{len(ends)}", f"it ({kind}) never ends as {outcome!r}")
            ]


def test_everything_that_does_not_fit_is_found_at_once():
    found = wrong(do("one"), do("one", owner="nobody"), decide("which", {"a": "x", "b": "y"}), z=[do("two")])
    assert [path for path, _ in found] == [
        "steps.1.id",
        "steps.1.owner",
        "steps.2.choices.0.opens",
        "steps.2.choices.1.opens",
        "branches.z",
    ]

"""Which steps stand on which message: all of them once, in order, within what Slack takes."""

from hypothesis import given
from hypothesis import strategies as st

from bot.engine.incident_pages import MOST_STEPS, MOST_TEXT, pages, weight
from bot.engine.incidents import Finding, IncidentStep, Mark, Status

STEP = IncidentStep(key="k", kind="do", text="t", mark=Mark.TODO, revision=1)
words = st.integers(0, 4_000).map(lambda length: "x" * length)


@st.composite
def steps(draw):
    found = draw(st.none() | words.map(lambda said: Finding(status=Status.OK, said=said)))
    return IncidentStep(
        key=str(draw(st.integers(0, 10**6))),
        kind="look",
        text=draw(words),
        mark=Mark.TODO,
        revision=1,
        remark=draw(words),
        why=draw(words),
        trouble=draw(words),
        finding=found,
    )


@given(st.lists(steps(), max_size=120))
def test_every_step_stands_once_in_order_and_no_message_holds_too_much(listed):
    split = pages(listed)
    assert [step for page in split for step in page] == listed
    for page in split:
        assert len(page) <= MOST_STEPS
        assert sum(map(weight, page)) <= MOST_TEXT or len(page) == 1
    assert all(split[1:]), "only a checklist without steps has an empty message"


@given(st.lists(steps(), min_size=1, max_size=60))
def test_a_longer_checklist_never_takes_fewer_messages(listed):
    assert len(pages(listed)) >= len(pages(listed[:-1]))


def test_no_steps_take_one_message():
    assert pages(()) == ((),)


def test_sixty_short_steps_take_three_messages_and_one_more_a_fourth():
    assert [len(page) for page in pages([STEP] * 60)] == [20, 20, 20]
    assert len(pages([STEP] * 61)) == 4


def test_one_steps_words_count_as_much_as_they_are_shown():
    huge = IncidentStep(key="k", kind="do", text="x" * 9_000, mark=Mark.TODO, revision=1)
    assert weight(huge) == 1_000
    assert len(pages([huge] * 8)) == 1
    assert len(pages([huge] * 9)) == 2

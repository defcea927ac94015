"""We never ask more of Slack than it allows, whatever there is to say; what is urgent goes first."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.integrations.slack.pace import BURST, Pace
from sandbox.workspace.limits import RateLimiter
from sandbox.workspace.timing import Limits
from tests.bot.pipelines._memory import JumpingClock

COUNTS, ALERT, RUN = 2, 1, 0


def paced(clock=None, *, edits=50) -> tuple[Pace, JumpingClock]:
    clock = clock or JumpingClock()
    return Pace(clock, between_posts=1.0, edits_a_minute=edits), clock


async def spend(pace, clock, seconds, *, channel="C1", edit=True, urgency=RUN, step=0.05) -> int:
    """Send as often as is allowed for so long."""
    end, sent = clock.passed + seconds, 0
    while clock.passed < end:
        while pace.wait(channel, edit=edit, urgency=urgency) <= 0:
            pace.took(channel, edit=edit)
            sent += 1
        await clock.sleep(step)
    return sent


wishes = st.tuples(
    st.one_of(st.just(0.0), st.floats(0, 0.5), st.floats(0, 90)),
    st.sampled_from(["C1", "C2", "U1"]),
    st.booleans(),
    st.sampled_from([RUN, ALERT, COUNTS]),
    st.integers(1, 80),
)


@settings(max_examples=150)
@given(st.lists(wishes, max_size=60))
async def test_slacks_own_limiter_never_refuses_what_we_allow_ourselves(asked):
    pace, clock = paced()
    limiter, sent = RateLimiter(Limits(), lambda: clock.passed), Counter()
    for passed, channel, edit, urgency, times in asked:
        await clock.sleep(passed)
        for _ in range(times):
            if pace.wait(channel, edit=edit, urgency=urgency) > 0:
                break
            pace.took(channel, edit=edit)
            limiter.check("chat.update" if edit else "chat.postMessage", channel)  # raises RateLimited
            sent[edit] += 1
    assert sent[True] <= 50 * (1 + clock.passed / 60)


@given(st.floats(0, 120), st.floats(0, 30), st.booleans())
async def test_neither_does_it_when_we_died_and_began_anew_in_the_middle(before, pause, edit):
    clock = JumpingClock()
    limiter = RateLimiter(Limits(), lambda: clock.passed)
    method = "chat.update" if edit else "chat.postMessage"
    for seconds in (before, 30.0):
        pace, _ = paced(clock)
        end = clock.passed + seconds
        while clock.passed <= end:
            while pace.wait("C1", edit=edit, urgency=RUN) <= 0:
                pace.took("C1", edit=edit)
                limiter.check(method, "C1")
            await clock.sleep(0.5)
        await clock.sleep(pause)


@given(st.lists(wishes, max_size=20), st.booleans(), st.sampled_from([RUN, ALERT, COUNTS]))
async def test_a_wait_is_never_for_ever_and_what_is_asked_for_is_possible_after_it(asked, edit, urgency):
    pace, clock = paced()
    for passed, channel, wish, level, times in asked:
        await clock.sleep(passed)
        for _ in range(times):
            if pace.wait(channel, edit=wish, urgency=level) <= 0:
                pace.took(channel, edit=wish)
    wait = pace.wait("C1", edit=edit, urgency=urgency)
    assert wait < 60
    await clock.sleep(wait + 0.001)
    assert pace.wait("C1", edit=edit, urgency=urgency) == 0


async def test_a_few_messages_may_come_at_once_and_then_about_one_a_second():
    pace, clock = paced()
    assert await spend(pace, clock, 0.05, edit=False) == 2  # somebody before us may have used the others
    await clock.sleep(60)
    assert await spend(pace, clock, 0.05, edit=False) == BURST
    assert await spend(pace, clock, 0.05, edit=False, channel="C2") == BURST
    assert 55 <= await spend(pace, clock, 60, edit=False) <= 58


async def test_each_channel_has_its_own_turn():
    pace, clock = paced()
    await spend(pace, clock, 0.05, edit=False, channel="C1")
    assert pace.wait("C1", edit=False, urgency=RUN) > 0
    assert pace.wait("C2", edit=False, urgency=RUN) == 0


async def test_edits_are_counted_over_all_channels():
    pace, clock = paced()
    for channel in ("C1", "C2"):
        await spend(pace, clock, 30, channel=channel)
    assert pace.wait("C3", edit=True, urgency=RUN) > 0


@pytest.mark.parametrize(("greedy", "patient"), [(COUNTS, ALERT), (COUNTS, RUN), (ALERT, RUN)])
async def test_what_is_less_urgent_leaves_room_for_what_is_more_so(greedy, patient):
    pace, clock = paced()
    await spend(pace, clock, 300, urgency=greedy)
    while pace.wait("C1", edit=True, urgency=greedy) <= 0:
        pace.took("C1", edit=True)
    assert pace.wait("C1", edit=True, urgency=patient) == 0


async def test_counts_are_shown_too_while_nothing_else_happens():
    pace, clock = paced()
    await spend(pace, clock, 60, urgency=COUNTS)
    assert 35 <= await spend(pace, clock, 60, urgency=COUNTS) <= 50


async def test_the_fewest_edits_the_file_allows_leave_room_for_every_kind():
    pace, clock = paced(edits=10)
    for urgency in (RUN, ALERT, COUNTS):
        await clock.sleep(120)
        assert pace.wait("C1", edit=True, urgency=urgency) == 0


async def test_a_clock_that_goes_back_makes_nobody_wait_for_ever():
    pace, clock = paced()
    await spend(pace, clock, 5)
    await clock.sleep(-3600)
    assert pace.wait("C1", edit=True, urgency=RUN) < 60
    await clock.sleep(60)
    assert pace.wait("C1", edit=True, urgency=RUN) == 0

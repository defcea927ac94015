from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.consent import (
    Ask,
    Cast,
    Committer,
    Expired,
    Granted,
    MayVote,
    NoChange,
    NoRole,
    Over,
    Own,
    Rejected,
    Via,
    Voice,
    Vote,
    Waiting,
    Withdrawn,
    bind,
    may_vote,
    reaction_step,
    seen_voices,
    tally,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
END = NOON + timedelta(hours=4)
YES, NO, NONE = Voice.APPROVE, Voice.REJECT, Voice.NONE


def ask(quorum=2, **more):
    facts = {"binding": "b1", "requester": "UREQ", "asked_at": NOON, "expires_at": END}
    return Ask(quorum=quorum, **{**facts, **more})


def vote(user, voice=YES, minute=1, binding="b1", **more):
    at = NOON + timedelta(minutes=minute)
    return Vote(user=user, voice=voice, via=Via.BUTTON, at=at, binding=binding, **more)


def counted(*votes, quorum=2, minute=30, **more):
    return tally(ask(quorum, **more), votes, NOON + timedelta(minutes=minute))


def test_a_quorum_of_distinct_people_grants_in_the_order_they_approved():
    assert counted(vote("UB", minute=5), vote("UA", minute=9)) == Granted(("UB", "UA"))


def test_two_approvers_in_the_same_second_are_two():
    assert counted(vote("UB"), vote("UA")) == Granted(("UA", "UB"))


def test_one_person_is_one_voice_however_often_they_click():
    assert counted(vote("UA"), vote("UA", minute=2)) == Waiting(("UA",), 1)


def test_the_requester_never_counts():
    assert counted(vote("UREQ"), vote("UA")) == Waiting(("UA",), 1)
    assert counted(vote("UREQ", NO)) == Waiting((), 2)


def test_the_barred_never_count():
    assert counted(vote("UC"), vote("UA"), barred=frozenset({"UC"})) == Waiting(("UA",), 1)


def test_a_vote_for_another_binding_counts_for_nothing():
    assert counted(vote("UA", binding="b0"), vote("UB")) == Waiting(("UB",), 1)
    assert counted(vote("UA", NO, binding="b0")) == Waiting((), 2)


def test_one_rejection_stops_whatever_else_was_said():
    said = counted(vote("UA"), vote("UB"), vote("UC", NO, minute=9, reason="not on Friday"))
    assert said == Rejected("UC", "not on Friday", NOON + timedelta(minutes=9))


def test_a_rejection_is_not_taken_back_by_the_same_person():
    assert isinstance(counted(vote("UA", NO), vote("UA", NONE), vote("UA", YES)), Rejected)


def test_a_rejection_beats_the_expiry_too():
    assert isinstance(counted(vote("UA", NO, minute=250), minute=260), Rejected)


def test_a_withdrawn_approval_no_longer_counts():
    assert counted(vote("UA"), vote("UB"), vote("UA", NONE, minute=2)) == Waiting(("UB",), 1)


def test_too_few_at_the_end_is_expired_from_that_very_moment():
    assert counted(vote("UA"), minute=239) == Waiting(("UA",), 1)
    assert counted(vote("UA"), minute=240) == Expired(END)


def test_an_approval_at_or_after_the_end_counts_for_nothing():
    assert counted(vote("UA"), vote("UB", minute=240), minute=250) == Expired(END)


def test_a_quorum_cast_in_time_outlives_the_end_while_the_run_stands_in_line():
    assert counted(vote("UA"), vote("UB"), minute=600) == Granted(("UA", "UB"))


def test_an_approval_withdrawn_after_the_end_is_not_replaced():
    votes = (vote("UA"), vote("UB"), vote("UB", NONE, minute=300), vote("UC", minute=301))
    assert counted(*votes, minute=302) == Expired(END)


def test_a_clock_moved_back_does_not_reopen_what_a_vote_shows_to_be_over():
    assert counted(vote("UA"), vote("UB", minute=241), minute=5) == Expired(END)
    assert counted(vote("UA"), vote("UB", minute=241, binding="b0"), minute=5) == Expired(END)


@pytest.mark.parametrize("quorum", [0, -1])
def test_nobody_is_no_quorum(quorum):
    with pytest.raises(ValueError, match="at least one"):
        ask(quorum)


people = st.sampled_from(["UREQ", "UBAR", "UA", "UB", "UC", "UD"])
votes = st.lists(
    st.builds(
        vote,
        people,
        st.sampled_from(Voice),
        minute=st.integers(-60, 400),
        binding=st.sampled_from(["b1", "b1", "b1", "b0"]),
    ),
    max_size=12,
).map(tuple)


@given(votes=votes, quorum=st.integers(1, 4), minute=st.integers(-60, 400))
def test_nothing_is_granted_without_a_quorum_of_valid_distinct_last_voices(votes, quorum, minute):
    said = counted(*votes, quorum=quorum, minute=minute, barred=frozenset({"UBAR"}))
    last = {one.user: one for one in votes if one.binding == "b1"}
    valid = {
        user
        for user, one in last.items()
        if one.voice is YES and one.at < END and user not in {"UREQ", "UBAR"}
    }
    noes = any(o.voice is NO and o.binding == "b1" and o.user not in {"UREQ", "UBAR"} for o in votes)
    assert isinstance(said, Rejected) == noes
    assert isinstance(said, Granted) == (len(valid) >= quorum and not noes)
    if isinstance(said, Granted):
        assert set(said.by) == valid
        assert len(set(said.by)) == len(said.by)
    if isinstance(said, Waiting):
        assert (set(said.have), said.needed) == (valid, quorum - len(valid))
        assert NOON + timedelta(minutes=minute) < END


@given(votes=votes, quorum=st.integers(1, 4), minute=st.integers(0, 400))
def test_votes_for_another_binding_never_turn_a_no_into_a_yes(votes, quorum, minute):
    ours = tuple(one for one in votes if one.binding == "b1")
    granted = isinstance(counted(*votes, quorum=quorum, minute=minute), Granted)
    assert granted == isinstance(counted(*ours, quorum=quorum, minute=minute), Granted)


PARTS = {
    "service": "api",
    "environment": "production",
    "sha": "a" * 40,
    "config_digest": "c1",
    "run_id": 7,
    "round": 1,
    "extras": (),
}


@pytest.mark.parametrize(
    "other",
    [
        {"service": "web"},
        {"environment": "staging"},
        {"sha": "b" * 40},
        {"config_digest": "c2"},
        {"run_id": 8},
        {"round": 2},
        {"extras": ("soak",)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_anything_that_was_agreed_to_changes_the_binding(other):
    assert bind(**PARTS) != bind(**{**PARTS, **other})


def test_parts_that_run_together_do_not_bind_alike():
    one = bind(**{**PARTS, "service": "api", "environment": "x-y"})
    assert one != bind(**{**PARTS, "service": "api-x", "environment": "y"})
    assert bind(**{**PARTS, "extras": ("a", "b")}) != bind(**{**PARTS, "extras": ("a,b",)})
    assert bind(**{**PARTS, "run_id": 1, "round": 12}) != bind(**{**PARTS, "run_id": 11, "round": 2})


def test_a_binding_is_sixteen_hex_digits_and_always_the_same():
    assert bind(**PARTS) == bind(**PARTS)
    assert len(bind(**PARTS)) == 16
    assert int(bind(**PARTS), 16) >= 0


@pytest.mark.parametrize(
    ("user", "role", "minute", "voice", "may"),
    [
        ("UA", True, 10, YES, MayVote()),
        ("UREQ", True, 10, YES, Own()),
        ("UREQ", True, 10, NO, Own()),
        ("UA", False, 10, YES, NoRole()),
        ("UA", False, 10, NO, NoRole()),
        ("UC", True, 10, YES, Committer()),
        ("UC", False, 10, YES, NoRole()),
        ("UA", True, 240, YES, Over(END)),
        ("UREQ", True, 240, YES, Over(END)),
    ],
)
def test_who_may_vote(user, role, minute, voice, may):
    now = NOON + timedelta(minutes=minute)
    barred = frozenset({"UC"})
    assert may_vote(ask(barred=barred), user, holds_role=role, now=now, voice=voice) == may


def test_a_rejection_is_taken_after_the_end_since_an_approved_run_may_stand_in_line():
    assert may_vote(ask(), "UA", holds_role=True, now=END, voice=NO) == MayVote()


def test_who_lost_the_role_may_still_take_their_approval_back():
    assert may_vote(ask(), "UA", holds_role=False, now=END, voice=NONE) == MayVote()


@pytest.mark.parametrize(
    ("before", "seen", "step"),
    [
        (NONE, NONE, NoChange()),
        (NONE, YES, Cast(YES)),
        (NONE, NO, Cast(NO)),
        (YES, YES, NoChange()),
        (YES, NO, Cast(NO)),
        (YES, NONE, Withdrawn()),
        (NO, NO, NoChange()),
        (NO, YES, Cast(YES)),
        (NO, NONE, Withdrawn()),
    ],
)
def test_only_a_change_of_reactions_speaks(before, seen, step):
    assert reaction_step(before, seen) == step


def voices(**reactions):
    named = {name.replace("plus", "+1"): frozenset(who) for name, who in reactions.items()}
    return seen_voices(named, ("white_check_mark", "+1"), ("x", "no_entry"))


def test_either_emoji_of_a_kind_speaks_and_others_do_not():
    assert voices(white_check_mark=["UA"], plus=["UB"], x=["UC"], no_entry=["UD"], tada=["UE"]) == {
        "UA": YES,
        "UB": YES,
        "UC": NO,
        "UD": NO,
    }


def test_thumbsup_is_plus_one_in_any_skin():
    assert seen_voices({"thumbsup::skin-tone-3": frozenset({"UA"})}, ("+1",), ()) == {"UA": YES}
    assert seen_voices({"+1::skin-tone-6": frozenset({"UA"})}, (":thumbsup:",), ()) == {"UA": YES}


@pytest.mark.parametrize("order", [("white_check_mark", "x"), ("x", "white_check_mark")])
def test_who_shows_both_kinds_rejects_in_whatever_order_slack_lists_them(order):
    shown = {name: frozenset({"UA"}) for name in order}
    assert seen_voices(shown, ("white_check_mark",), ("x",)) == {"UA": NO}

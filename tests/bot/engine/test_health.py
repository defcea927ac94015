import pytest

from bot.engine.health import Health, Streak, judge, same_commit

NEW, OLD = "a1b2c3d" + "0" * 33, "9f8e7d6" + "0" * 33


def answer(*, ok=True, commit=NEW, said="200 ok"):
    return Health(ok=ok, commit=commit, said=said)


def after(*answers, expects_commit=True):
    streak = Streak()
    for one in answers:
        streak = judge(streak, one, sha=NEW, expects_commit=expects_commit)
    return streak


def test_good_answers_from_the_new_commit_add_up():
    assert after(answer(), answer(), answer()) == Streak(good=3)


def test_a_bad_answer_starts_the_count_again_and_says_why():
    assert after(answer(), answer(), answer(ok=False, said="HTTP 503")) == Streak(trouble="HTTP 503")
    assert after(answer(ok=False), answer()).good == 1


def test_a_good_answer_from_the_old_commit_does_not_count():
    streak = after(answer(), answer(commit=OLD))
    assert (streak.good, streak.old_commit, streak.trouble) == (0, OLD, "answers from 9f8e7d6")


def test_an_answer_that_names_no_commit_counts_and_is_told_apart():
    streak = after(answer(commit=""), answer(commit=""))
    assert streak.good == 2
    assert not streak.names_commit


def test_where_no_commit_is_expected_none_is_compared():
    assert after(answer(commit=OLD), expects_commit=False).good == 1


def test_the_trouble_of_before_is_forgotten_by_a_good_answer():
    assert after(answer(commit=OLD), answer()) == Streak(good=1)


@pytest.mark.parametrize(
    ("short", "same"),
    [(NEW, True), (NEW[:7], True), (NEW[:12].upper(), True), (NEW[:6], False), ("", False), (OLD, False)],
)
def test_a_commit_is_named_by_seven_characters_or_more(short, same):
    assert same_commit(short, NEW) is same

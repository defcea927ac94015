"""Nothing a guarded run does counts but enough voices for exactly what it ships, at the instant it starts."""

import pytest

from bot.db.consent_store import Cast
from bot.db.posts_store import PostsStore
from bot.engine.consent import Via
from bot.engine.states import RunState
from tests.bot.db._consent import (
    CAM,
    DOT,
    FIRST,
    NO,
    NONE,
    SECOND,
    YES,
    actions,
    ask,
    back,
    guarded,
    in_line,
    say,
    state,
    take,
)
from tests.bot.db._facts import ANN, BEN, DEPLOYS, NOON, later


async def test_a_guarded_run_is_set_running_by_nobody_but_who_counts_voices(runs, reader, consent):
    run_id = await in_line(runs, consent)
    assert not await runs.move(run_id, RunState.RUNNING, at=NOON, actor="pawdeploy")
    assert await state(reader, run_id) is RunState.WAITING


async def test_asking_is_for_this_attempt_in_preparation_and_once_for_a_binding(db, runs, reader, consent):
    run_id = await guarded(runs)
    assert not await ask(consent, run_id, attempt=2)
    assert await ask(consent, run_id, barred=(DOT,))
    once = await reader.view(run_id)
    assert await ask(consent, run_id, barred=(DOT,))
    assert await reader.view(run_id) == once
    assert once.asking is not None
    assert (once.asking.binding, once.asking.round, once.asking.quorum) == (FIRST, 1, 2)
    assert (once.asking.barred, once.asking.expires_at) == ((DOT,), later(3600))
    assert await actions(db) == ["consent.asked"]
    assert await consent.last_round(run_id) == 1
    await runs.move(run_id, RunState.WAITING, at=NOON, actor=ANN)
    assert not await ask(consent, run_id, SECOND, number=2)


async def test_the_card_shows_what_is_asked_only_once_slack_has_its_newest_form(db, runs, reader, consent):
    run_id, posts = await guarded(runs), PostsStore(db)
    card = f"run:{run_id}:card"
    assert not await consent.shown(run_id)
    await posts.landed(card, channel=DEPLOYS, ts="1.1", revision=1)
    await ask(consent, run_id)
    assert not await consent.shown(run_id)
    await posts.landed(card, channel=DEPLOYS, ts="1.1", revision=(await reader.view(run_id)).revision)
    assert await consent.shown(run_id)
    await posts.lost(card)
    assert not await consent.shown(run_id)


async def test_a_double_click_is_one_voice_and_one_entry(db, runs, reader, consent):
    run_id = await in_line(runs, consent)
    said = [
        await say(consent, run_id, BEN, at=at, via=via) for at, via in ((1, Via.BUTTON), (2, Via.REACTION))
    ]
    assert said == [Cast.APPLIED, Cast.SAME]
    assert not await take(consent, run_id)
    assert await actions(db) == ["consent.asked", "consent.approve"]
    assert len((await reader.view(run_id)).asking.votes) == 1


async def test_neither_the_requester_nor_who_is_barred_counts(runs, consent):
    run_id = await in_line(runs, consent, quorum=1, barred=(DOT,))
    for user in (ANN, DOT):
        await say(consent, run_id, user)
    assert not await take(consent, run_id, quorum=1)
    await say(consent, run_id, BEN)
    assert await take(consent, run_id, quorum=1)


async def test_the_higher_of_two_quorums_holds(runs, consent):
    run_id = await in_line(runs, consent, quorum=2)
    await say(consent, run_id, BEN)
    assert not await take(consent, run_id, quorum=1)
    await say(consent, run_id, CAM)
    assert not await take(consent, run_id, quorum=3)
    assert await take(consent, run_id, quorum=0)


async def test_an_approval_holds_for_its_binding_alone(runs, consent):
    run_id = await in_line(runs, consent, quorum=1)
    assert await say(consent, run_id, BEN, binding=SECOND) is Cast.TOO_LATE
    await say(consent, run_id, BEN)
    for binding, attempt in ((SECOND, 1), ("", 1), (FIRST, 2)):
        assert not await take(consent, run_id, binding=binding, attempt=attempt, quorum=1)
    assert await take(consent, run_id, quorum=1)


async def test_after_the_time_ended_nobody_approves_and_nothing_starts_but_a_no_is_heard(runs, consent):
    run_id = await in_line(runs, consent, quorum=1)
    await say(consent, run_id, BEN)
    assert await say(consent, run_id, CAM, at=3600) is Cast.TOO_LATE
    assert not await take(consent, run_id, quorum=1, at=3600)
    assert await say(consent, run_id, CAM, NO, at=3601) is Cast.APPLIED
    assert not await take(consent, run_id, quorum=1, at=10)


async def test_a_clock_moved_back_does_not_reopen_what_a_voice_shows_to_be_over(runs, consent):
    run_id = await in_line(runs, consent, quorum=1)
    await say(consent, run_id, BEN)
    await say(consent, run_id, CAM)
    await consent.withdraw(run_id, binding=FIRST, user=CAM, at=later(4000))
    assert not await take(consent, run_id, quorum=1, at=10)


async def test_an_approval_is_taken_back_once_and_may_be_given_again(db, runs, consent):
    run_id = await in_line(runs, consent, quorum=1)
    await say(consent, run_id, BEN)
    taken = [await consent.withdraw(run_id, binding=FIRST, user=BEN, at=later(2)) for _ in range(2)]
    assert taken == [Cast.APPLIED, Cast.SAME]
    assert not await take(consent, run_id, quorum=1)
    assert await say(consent, run_id, BEN, at=3) is Cast.APPLIED
    assert await take(consent, run_id, quorum=1)
    assert await actions(db) == ["consent.asked", "consent.approve", "consent.withdrawn", "consent.approve"]
    assert await consent.withdraw(run_id, binding=FIRST, user=BEN, at=later(11)) is Cast.TOO_LATE


async def test_a_rejection_stands_whoever_speaks_after_it(runs, reader, consent):
    run_id = await in_line(runs, consent, quorum=1)
    assert await say(consent, run_id, BEN, NO, reason="Friday.") is Cast.APPLIED
    assert await say(consent, run_id, BEN, NO) is Cast.SAME
    assert await say(consent, run_id, BEN, YES) is Cast.TOO_LATE
    assert await say(consent, run_id, CAM, YES) is Cast.TOO_LATE
    assert await consent.withdraw(run_id, binding=FIRST, user=BEN, at=later(2)) is Cast.TOO_LATE
    (vote,) = (await reader.view(run_id)).asking.votes
    assert (vote.user, vote.voice, vote.reason) == (BEN, NO, "Friday.")
    assert not await take(consent, run_id, quorum=1)


@pytest.mark.parametrize("target", [RunState.CANCELLING, RunState.REFUSED, RunState.FAILED])
async def test_a_run_that_is_over_hears_nobody(runs, consent, target):
    run_id = await in_line(runs, consent, quorum=1)
    await runs.move(run_id, target, at=NOON, actor=ANN)
    assert await say(consent, run_id, BEN) is Cast.TOO_LATE
    assert await consent.withdraw(run_id, binding=FIRST, user=BEN, at=later(2)) is Cast.TOO_LATE
    assert not await take(consent, run_id, quorum=1)


async def test_a_run_that_does_not_exist_hears_nobody(consent):
    assert await say(consent, 99, BEN) is Cast.TOO_LATE
    assert await consent.withdraw(99, binding=FIRST, user=BEN, at=NOON) is Cast.TOO_LATE
    assert not await ask(consent, 99)
    assert not await take(consent, 99)
    assert (await consent.voices(99), await consent.last_round(99)) == ((), 0)


async def test_reactions_there_before_the_card_are_noted_and_count_for_nothing(runs, consent):
    run_id = await guarded(runs)
    await ask(consent, run_id, quorum=1)
    await say(consent, run_id, CAM)
    seen = {BEN: YES, CAM: YES, DOT: NO}
    assert await consent.listen(run_id, SECOND, seen, later(1)) == ()
    assert await consent.listen(run_id, FIRST, seen, later(2)) == (BEN, DOT)
    assert await consent.listen(run_id, FIRST, {ANN: YES}, later(3)) == ()
    known = {one.user: (one.voice, one.reacted) for one in await consent.voices(run_id)}
    assert known == {BEN: (NONE, YES), CAM: (YES, YES), DOT: (NONE, NO)}


async def test_when_the_card_is_gone_nobody_took_a_reaction_away(db, runs, consent):
    run_id = await in_line(runs, consent, quorum=1)
    await consent.listen(run_id, FIRST, {}, later(1))
    await say(consent, run_id, BEN, via=Via.REACTION, reacted=YES)
    await PostsStore(db).lost(f"run:{run_id}:card")
    assert await consent.listen(run_id, FIRST, {}, later(3)) == ()
    (ben,) = await consent.voices(run_id)
    assert (ben.voice, ben.reacted) == (YES, NONE)
    assert await take(consent, run_id, quorum=1)


async def test_what_reactions_show_is_remembered_without_a_voice(runs, reader, consent):
    run_id = await in_line(runs, consent)
    before = await reader.view(run_id)
    await consent.noted(run_id, DOT, YES, later(1))
    await consent.noted(run_id, DOT, NO, later(2))
    (dot,) = await consent.voices(run_id)
    assert (dot.voice, dot.reacted, dot.via, dot.binding) == (NONE, NO, None, "")
    assert await reader.view(run_id) == before


async def test_when_what_was_asked_no_longer_holds_no_old_voice_counts(runs, reader, consent):
    run_id = await in_line(runs, consent, quorum=1)
    await say(consent, run_id, BEN, reacted=YES)
    assert await back(runs, run_id)
    view = await reader.view(run_id)
    assert (view.state, view.attempt, view.asking) == (RunState.PREPARING, 2, None)
    assert (await consent.last_round(run_id), await consent.listening(run_id)) == (1, False)
    assert await ask(consent, run_id, SECOND, attempt=2, number=2, quorum=1)
    await runs.move(run_id, RunState.WAITING, at=NOON, actor=ANN)
    for binding in (FIRST, SECOND):
        assert not await take(consent, run_id, binding=binding, attempt=2, quorum=1)
    assert await say(consent, run_id, BEN, at=6) is Cast.TOO_LATE
    assert (await consent.voices(run_id))[0].reacted is YES
    assert await say(consent, run_id, BEN, binding=SECOND, at=6) is Cast.APPLIED
    assert await take(consent, run_id, binding=SECOND, attempt=2, quorum=1)


async def test_a_round_begins_without_voices_even_if_it_is_called_like_an_old_one(runs, consent):
    run_id = await in_line(runs, consent, quorum=1)
    await say(consent, run_id, BEN)
    await back(runs, run_id)
    await ask(consent, run_id, FIRST, attempt=2, number=2, quorum=1)
    await runs.move(run_id, RunState.WAITING, at=NOON, actor=ANN)
    assert not await take(consent, run_id, attempt=2, quorum=1)


async def test_a_run_that_started_is_not_taken_back_to_asking(runs, reader, consent):
    run_id = await in_line(runs, consent, quorum=1)
    await say(consent, run_id, BEN)
    assert await take(consent, run_id, quorum=1)
    assert not await back(runs, run_id)
    assert await state(reader, run_id) is RunState.RUNNING


async def test_a_rejection_without_a_reason_is_given_one_once_and_by_its_author(db, runs, reader, consent):
    run_id = await in_line(runs, consent)
    await say(consent, run_id, BEN, NO)
    await say(consent, run_id, CAM)
    told = [
        await consent.explain(run_id, user=user, reason=reason, at=later(3))
        for user, reason in ((CAM, "No."), (BEN, "Friday."), (BEN, "Monday."))
    ]
    assert told == [False, True, False]
    assert (await reader.view(run_id)).detail == "Friday."
    assert (await actions(db))[-1] == "consent.explained"
    assert not await consent.explain(99, user=BEN, reason="No.", at=NOON)


async def test_the_project_file_people_were_asked_under_is_remembered(runs, consent):
    run_id = await guarded(runs)
    assert (await consent.config_digest(run_id), await consent.config_digest(99)) == ("", "")
    await ask(consent, run_id)
    assert await consent.config_digest(run_id) == "c"
    assert not await consent.listening(run_id)
    await consent.listen(run_id, FIRST, {}, later(1))
    assert await consent.listening(run_id)


async def test_a_card_is_found_by_where_it_is(db, runs, consent):
    run_id = await in_line(runs, consent)
    await PostsStore(db).landed(f"run:{run_id}:card", channel=DEPLOYS, ts="1.5", revision=1)
    await PostsStore(db).owe("n", kind="note", channel=DEPLOYS, body="", at=NOON, run_id=run_id)
    await PostsStore(db).landed("n", channel=DEPLOYS, ts="1.6", revision=0)
    assert await consent.find(DEPLOYS, "1.5") == run_id
    assert [await consent.find(DEPLOYS, "1.6"), await consent.find("C0OTHER0001", "1.5")] == [None, None]

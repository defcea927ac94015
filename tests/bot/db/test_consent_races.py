"""Two at once: whatever the order, both are heard or one is told that it was too late."""

import asyncio
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.db.audit_store import AuditStore, Intact
from bot.db.consent_store import Cast, ConsentStore
from bot.db.runs_reader import RunsReader
from bot.db.runs_store import RunsStore
from bot.db.session import open_database
from bot.engine.consent import Voice
from bot.engine.states import RunState
from tests.bot.db._consent import (
    CAM,
    DOT,
    FIRST,
    NO,
    SECOND,
    ask,
    back,
    in_line,
    say,
    state,
    take,
)
from tests.bot.db._facts import ANN, BEN, NOON, later
from tests.sqlite import fresh_sqlite


async def test_a_quorum_of_different_people_takes_the_turn_and_the_audit_log_names_them(
    db, runs, reader, consent
):
    run_id = await in_line(runs, consent)
    assert not await take(consent, run_id)
    assert await say(consent, run_id, BEN) is Cast.APPLIED
    assert not await take(consent, run_id)
    assert await say(consent, run_id, CAM, at=2) is Cast.APPLIED
    assert await take(consent, run_id)
    assert await state(reader, run_id) is RunState.RUNNING
    last = [entry async for entry in AuditStore(db).entries()][-1]
    assert (last.action, last.actor) == ("run.running", "pawdeploy")
    for part in (f'"by": "{BEN} {CAM}"', f'"binding": "{FIRST}"', '"quorum": 2'):
        assert part in last.evidence
    assert not await take(consent, run_id)


async def test_two_people_in_the_same_instant_are_both_heard(url, db, runs, consent):
    other = await open_database(url)
    try:
        for turn in range(5):
            run_id = await in_line(runs, consent, f"trigger:{turn}")
            said = await asyncio.gather(say(consent, run_id, BEN), say(ConsentStore(other), run_id, CAM))
            assert said == [Cast.APPLIED, Cast.APPLIED]
            assert await take(consent, run_id)
    finally:
        await other.close()
    assert isinstance(await AuditStore(db).verify(), Intact)


async def test_one_person_clicking_in_two_windows_at_once_has_one_voice(url, db, runs, consent):
    other = await open_database(url)
    run_id = await in_line(runs, consent)
    try:
        stores = (consent, ConsentStore(other)) * 3
        said = await asyncio.gather(*(say(one, run_id, BEN) for one in stores))
    finally:
        await other.close()
    assert sorted(said) == sorted([Cast.APPLIED, *[Cast.SAME] * 5])
    assert not await take(consent, run_id)


async def test_approving_and_rejecting_in_the_same_instant_stops_the_run(url, runs, reader, consent):
    other = await open_database(url)
    try:
        for turn in range(5):
            run_id = await in_line(runs, consent, f"trigger:{turn}", quorum=1)
            said = await asyncio.gather(
                say(consent, run_id, BEN), say(ConsentStore(other), run_id, CAM, NO, reason="Not today.")
            )
            assert said[1] is Cast.APPLIED
            assert not await take(consent, run_id, quorum=1)
            assert await state(reader, run_id) is RunState.WAITING
    finally:
        await other.close()


async def test_a_voice_against_the_start_is_heard_before_it_or_too_late(url, runs, reader, consent):
    """Never both: an approval taken back, or a rejection written down, on a run that started all the same."""
    other = await open_database(url)
    late = ConsentStore(other)
    try:
        for turn, how in product(range(4), ("withdraw", "reject")):
            run_id = await in_line(runs, consent, f"trigger:{turn}:{how}")
            await say(consent, run_id, BEN)
            await say(consent, run_id, CAM)
            against = (
                late.withdraw(run_id, binding=FIRST, user=BEN, at=later(9))
                if how == "withdraw"
                else say(late, run_id, DOT, NO, at=9)
            )
            started, heard = await asyncio.gather(take(consent, run_id), against)
            assert started is (heard is Cast.TOO_LATE)
            assert started is (await state(reader, run_id) is RunState.RUNNING)
    finally:
        await other.close()


async def test_the_last_approval_and_the_start_at_once_never_start_without_it(url, runs, consent):
    other = await open_database(url)
    try:
        for turn in range(5):
            run_id = await in_line(runs, consent, f"trigger:{turn}")
            await say(consent, run_id, BEN)
            started, said = await asyncio.gather(take(consent, run_id), say(ConsentStore(other), run_id, CAM))
            assert said is Cast.APPLIED
            assert started or await take(consent, run_id)
    finally:
        await other.close()


async def test_of_two_who_take_the_turn_at_once_one_does(url, runs, consent):
    other = await open_database(url)
    run_id = await in_line(runs, consent, quorum=1)
    await say(consent, run_id, BEN)
    try:
        stores = (consent, ConsentStore(other)) * 2
        assert sum(await asyncio.gather(*(take(one, run_id, quorum=1) for one in stores))) == 1
    finally:
        await other.close()


_people = st.sampled_from((ANN, BEN, CAM, DOT))
_acts = st.one_of(
    st.tuples(st.sampled_from(("approve", "withdraw")), _people, st.sampled_from((FIRST, SECOND))),
    st.tuples(st.just("reject"), _people, st.just(FIRST)),
    st.tuples(st.sampled_from(("void", "take")), st.just(""), st.sampled_from((FIRST, SECOND))),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(_acts, min_size=3, max_size=14), quorum=st.integers(1, 2), together=st.booleans())
def test_no_order_of_voices_and_starts_starts_without_a_quorum(tmp_path_factory, acts, quorum, together):
    """Against the simplest account of who approved what; ``together`` lets neighbours race."""
    asyncio.run(_play(fresh_sqlite(tmp_path_factory.mktemp("play")), acts, quorum, together=together))


async def _play(url, acts, quorum, *, together):
    db = await open_database(url)
    runs, reader, consent = RunsStore(db), RunsReader(db), ConsentStore(db)
    try:
        run_id = await in_line(runs, consent, quorum=quorum)
        size = 2 if together else 1
        for at in range(0, len(acts), size):
            await asyncio.gather(*(_act(runs, consent, run_id, act, quorum) for act in acts[at : at + size]))
        if await state(reader, run_id) is RunState.RUNNING:
            view = await reader.view(run_id)
            entries = [entry async for entry in AuditStore(db).entries()]
            said: dict[str, str] = {}
            for entry in entries[: [entry.action for entry in entries].index("run.running")]:
                if entry.action == "consent.asked":
                    said = {}
                elif entry.action.startswith("consent."):
                    said[entry.actor] = entry.action
            assert sum(voice == "consent.approve" for user, voice in said.items() if user != ANN) >= quorum
            assert all(voice != "consent.reject" for user, voice in said.items() if user != ANN)
            assert {vote.binding for vote in view.asking.votes} == {view.asking.binding}
    finally:
        await db.close()


async def _act(runs, consent, run_id, act, quorum):
    what, user, binding = act
    if what == "withdraw":
        await consent.withdraw(run_id, binding=binding, user=user, at=later(2))
    elif what == "void":
        if await back(runs, run_id):
            await ask(consent, run_id, binding, attempt=2, number=2, quorum=quorum)
            await runs.move(run_id, RunState.WAITING, at=NOON, actor=ANN)
    elif what == "take":
        for attempt in (1, 2):
            await take(consent, run_id, binding=binding, attempt=attempt, quorum=quorum)
    else:
        await say(consent, run_id, user, Voice(what), binding=binding)

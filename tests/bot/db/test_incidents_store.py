"""An incident is changed by one move after the other: nothing is twice, nothing is half done."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.db.incidents_store import Opened
from bot.engine.incident_sheet import Audited, Change, Job, JobKind, Owed
from bot.engine.incident_timeline import EntryKind
from bot.engine.incidents import Finding, IncidentState, Mark, Sev, Status
from bot.engine.reasons import Reason
from bot.errors import UserError
from tests.bot.db._facts import ANN, BEN, NOON, a_run, later, scalar
from tests.bot.db._incidents import HERE, ROOM, Ward, a_note, facts, opening, said, steps, ticked


@pytest.fixture
def ward(db):
    return Ward(db)


async def test_opening_stores_the_incident_with_all_that_comes_with_it(ward):
    known = facts(
        roles={"commander": ANN, "scribe": ""}, follow_ups=("one",), room_state="wanted", severity=Sev.SEV2
    )
    assert await ward.open(known) == Opened(1, new=True)
    sheet = await ward.sheet()
    assert sheet.facts == replace(known, id=1)
    assert sheet.steps == steps()
    assert list(sheet.facts.roles) == ["commander", "scribe"]
    card = await ward.post("incident:1")
    assert (card.kind, card.channel, card.incident_id, card.page) == ("incident", HERE, 1, 0)
    (job,) = await ward.jobs.due(NOON)
    assert (job.key, job.incident_id, job.kind, job.step) == ("1:look:status:1", 1, JobKind.LOOK, "status")
    assert job.body == "{id}"
    assert [entry.kind for entry in await ward.reader.entries(1)] == [EntryKind.OPENED]
    assert await ward.audited() == ["incident.opened"]


async def test_the_same_key_again_is_the_first_incident_unchanged(ward):
    first = await ward.open()
    again = await ward.open(facts(headline="Something else", playbook="other"), alone=True)
    assert again == Opened(first.id, new=False)
    assert (await ward.sheet()).facts.headline == "API answers 502"
    assert (await ward.count("incidents"), await ward.count("incident_entries")) == (1, 1)


async def test_one_of_the_same_kind_keeps_another_out_that_wants_to_be_alone(ward):
    first = await ward.opened()
    assert await ward.open(facts("b"), alone=True) == Opened(first, new=False, other=True)
    assert await ward.count("incidents") == 1
    assert await ward.count("audit") == 1
    assert (await ward.open(facts("b"))).new


@pytest.mark.parametrize("other", [{"drill": True}, {"playbook": "crash-spike"}])
async def test_drills_and_other_kinds_keep_nobody_out(ward, other):
    await ward.opened("a", **other)
    assert (await ward.open(facts("b"), alone=True)).new


async def test_what_is_over_keeps_nobody_out(ward):
    first = await ward.opened()
    await ward.put(first, state=IncidentState.RESOLVED)
    assert (await ward.open(facts("b"), alone=True)).new


async def test_a_move_writes_what_it_names_and_leaves_the_rest(ward):
    number = await ward.opened()
    sheet = await ward.tick(number, "redis", BEN)
    assert sheet == await ward.sheet(number)
    assert sheet.facts == replace(facts(), id=number, revision=2)
    marks = {key: (step.mark, step.by, step.revision) for key, step in sheet.steps.items()}
    assert marks == {
        "status": (Mark.TODO, "", 0),
        "redis": (Mark.DONE, BEN, 1),
        "which": (Mark.TODO, "", 0),
        "rollback": (Mark.TODO, "", 0),
    }
    assert await ward.audited() == ["incident.opened", "incident.tick"]


async def test_everything_a_step_and_an_incident_hold_is_kept(ward):
    number = await ward.opened()
    found = Finding(
        status=Status.BAD,
        said="Redis is <down> & out",
        details=("a", "b"),
        url="https://x.test",
        points_at="redis",
    )
    before = await ward.sheet()
    step = replace(
        before.steps["redis"], mark=Mark.SKIPPED, by=BEN, at=later(1), why="why", remark="remark",
        owner=ANN, since=later(2), choice="code", finding=found, found_at=later(3), looking=True, looks=2,
        run=7, starts=3, trouble="none",
    )  # fmt: skip
    changed = replace(
        before.facts, headline="H", severity=Sev.SEV3, state=IncidentState.RESOLVED, service="api",
        environment="production", why_opened="alert 1", roles={"commander": BEN}, update="U",
        update_by=BEN, update_at=later(4), next_update_at=later(5), reminders=6, room=ROOM,
        room_state="open", room_trouble="t", resolved_by=ANN, resolved_at=later(7), summary="S",
        cause="C", follow_ups=("x", "y"), mitigated_at=later(8), noisy=9, openings=10, pages=11, drill=True,
    )  # fmt: skip
    sheet = await ward.play(number, Change(facts=changed, steps=(step,)))
    assert sheet is not None
    assert sheet.facts == replace(changed, revision=2)
    assert sheet.steps["redis"] == replace(step, revision=1)
    assert await ward.sheet() == sheet


async def test_what_a_move_names_but_does_not_change_is_no_new_revision(ward):
    number = await ward.opened()
    await ward.tick(number, "redis", BEN)
    before = await ward.sheet()
    same = Change(
        facts=replace(before.facts, revision=99), steps=(replace(before.steps["redis"], revision=9),)
    )
    assert await ward.play(number, same) == before
    assert await ward.play(number, Change()) == before
    assert await ward.sheet() == before


async def test_a_step_that_stays_as_it_is_keeps_its_revision_beside_one_that_changes(ward):
    number = await ward.opened()
    sheet = await ward.sheet()
    done = replace(sheet.steps["redis"], mark=Mark.DONE)
    after = await ward.play(number, Change(steps=(done, sheet.steps["status"])))
    assert {key: step.revision for key, step in after.steps.items() if step.revision} == {"redis": 1}


async def test_what_was_said_already_is_no_new_revision(ward):
    number = await ward.opened()
    again = Change(
        entries=(a_note("pinned", key="message:1"),),
        owed=(said("incident:1:note:1"),),
        jobs=(Job(key="1:look:redis:1", kind=JobKind.LOOK),),
    )
    assert (await ward.play(number, again)).facts.revision == 2
    assert (await ward.play(number, again)).facts.revision == 2
    assert (await ward.sheet()).facts.revision == 2
    notes = [entry for entry in await ward.reader.entries(number) if entry.kind is EntryKind.NOTE]
    assert [note.text for note in notes] == ["pinned"]


async def test_entries_are_once_by_key_and_always_without(ward):
    number = await ward.opened()
    for words in ("first", "second"):
        change = Change(entries=(a_note(words, key="k"), a_note("unnamed"), a_note("unnamed")))
        await ward.play(number, change)
    notes = [entry.text for entry in await ward.reader.entries(number) if entry.kind is EntryKind.NOTE]
    assert sorted(notes) == ["first", "unnamed", "unnamed", "unnamed", "unnamed"]


async def test_the_same_key_in_another_incident_is_another_entry(ward):
    for number in (await ward.opened("a"), await ward.opened("b")):
        await ward.play(number, Change(entries=(a_note("pinned", key="k"),)))
        assert [entry.text for entry in await ward.reader.entries(number)] == ["Opened", "pinned"]


async def test_nothing_decided_is_nothing_changed(ward):
    number = await ward.opened()
    assert await ward.store.change(number, lambda _: None, at=later(1)) is None
    assert await ward.store.change(99, lambda sheet: ticked(sheet, "redis", BEN), at=later(1)) is None
    assert (await ward.sheet()).facts.revision == 1


async def test_a_refusal_is_let_through_and_nothing_is_written(ward):
    number = await ward.opened()
    (job,) = await ward.jobs.due(NOON)

    def refuse(_sheet):
        raise UserError("It is resolved.", reason=Reason.NOT_ALLOWED)

    with pytest.raises(UserError, match="It is resolved"):
        await ward.store.change(number, refuse, at=later(1), job=job.id)
    assert (await ward.sheet()).facts.revision == 1
    assert await ward.job_states() == {job.key: "pending"}


async def test_a_job_is_done_with_its_move_or_without_one(ward):
    number = await ward.opened()
    (job,) = await ward.jobs.due(NOON)
    await ward.play(number, Change(jobs=(Job(key="1:look:redis:1", kind=JobKind.LOOK),)), job=job.id)
    (other,) = await ward.jobs.due(later(1))
    assert other.key == "1:look:redis:1"
    assert await ward.store.change(number, lambda _: None, at=later(2), job=other.id) is None
    assert await ward.job_states() == {job.key: "done", other.key: "done"}


async def test_a_move_that_cannot_be_written_leaves_nothing_behind(ward):
    number = await ward.opened()
    (job,) = await ward.jobs.due(NOON)
    broken = Change(
        steps=(replace((await ward.sheet()).steps["redis"], mark=Mark.DONE),),
        entries=(a_note("half"),),
        runs=(4711,),
        audited=Audited(actor=ANN, action="incident.tick"),
    )
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await ward.play(number, broken, job=job.id)
    assert (await ward.sheet()).facts.revision == 1
    assert await ward.count("incident_entries") == 1
    assert await ward.job_states() == {job.key: "pending"}
    assert await ward.audited() == ["incident.opened"]


async def test_alerts_and_runs_belong_to_it_once(ward, runs):
    number = await ward.opened()
    run = await a_run(runs)
    assert (await ward.play(number, Change(runs=(run, run)))).facts.revision == 2
    assert (await ward.play(number, Change(runs=(run,)))).facts.revision == 2
    assert await ward.count("incident_runs") == 1


async def test_messages_go_where_people_talk_and_cards_stay_together(ward):
    number = await ward.opened()
    more = (said("n:1"), said("n:2", channel="C0ELSEWHERE"), said("p:1", kind="incident_page", page=1))
    await ward.play(number, Change(owed=more))
    await ward.put(number, room=ROOM, room_state="open")
    more = (said("n:3"), said("p:2", kind="incident_page", page=2), said("n:4", not_before=later(50)))
    await ward.play(number, Change(owed=more))
    await ward.put(number, room_state="closed")
    await ward.play(number, Change(owed=(said("n:5"),)))
    keys = ("n:1", "n:2", "n:3", "n:4", "n:5", "p:1", "p:2")
    assert [(await ward.post(key)).channel for key in keys] == [
        HERE, "C0ELSEWHERE", ROOM, ROOM, HERE, HERE, HERE,
    ]  # fmt: skip
    assert [(await ward.post(key)).page for key in ("n:1", "p:1", "p:2")] == [0, 1, 2]
    assert (await ward.post("n:4")).not_before == later(50)


async def test_a_room_that_opens_with_a_move_hears_what_the_move_says(ward):
    number = await ward.opened()
    opens = replace((await ward.sheet()).facts, room=ROOM, room_state="open")
    await ward.play(number, Change(facts=opens, owed=(said("incident:1:welcome"),)))
    assert (await ward.post("incident:1:welcome")).channel == ROOM


async def test_a_job_waits_until_it_is_due(ward):
    number = await ward.opened()
    await ward.play(number, Change(jobs=(Job(key="late", kind=JobKind.LOOK, due_at=later(60)),)))
    assert [job.key for job in await ward.jobs.due(later(59))] == ["1:look:status:1"]
    assert [job.key for job in await ward.jobs.due(later(60))] == ["1:look:status:1", "late"]


async def test_words_no_database_keeps_are_kept_without_what_is_wrong(ward):
    number = await ward.opened(headline="down\x00\ud800!")
    found = Finding(status=Status.UNKNOWN, said="a\x00b", details=("\ud800",))
    look = replace(a_note("x\x00y"), kind=EntryKind.EVIDENCE)
    await ward.play(number, Change(entries=(look,), findings={0: found}))
    assert (await ward.sheet()).facts.headline == "down\ufffd\ufffd!"
    assert [entry.text for entry in await ward.reader.entries(number)] == ["Opened", "x\ufffdy"]
    ((_, evidence, _),) = await ward.reader.evidence(number)
    assert evidence.details == ("\ufffd",)


async def test_an_opening_with_pages_and_alerts_of_its_own(ward):
    change = opening(steps=(replace(steps()["redis"], looking=True),))
    change = replace(
        change, owed=(*change.owed, Owed(key="incident:{id}:page:2", kind="incident_page", page=2))
    )
    number = (await ward.open(facts(opened_at=NOON - timedelta(minutes=5)), change)).id
    assert (await ward.post(f"incident:{number}:page:2")).page == 2
    assert (await ward.sheet()).steps["redis"].looking
    assert await scalar(ward.db, "SELECT count(*) FROM incident_steps") == 4

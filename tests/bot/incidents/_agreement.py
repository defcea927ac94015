"""What must hold of an incident after whatever happened to it: state, card, timeline and account are one."""

from collections import Counter
from dataclasses import replace

from sqlalchemy import text

from bot.db.audit_store import AuditStore, Intact
from bot.engine.incident_pages import pages
from bot.engine.incident_timeline import EntryKind
from bot.engine.incidents import IncidentState, Mark
from handlers._payloads import StepBox
from handlers.render.incident_card import INCIDENT_TICK, render_incident
from tests.bot.incidents._ledger import US

_APART = {EntryKind.EVIDENCE, EntryKind.ROOM, EntryKind.REMINDER, EntryKind.RUN}
"""Kinds that follow from what is outside: the ledger does not count them as it counts moves."""
_ENDED = ("succeeded", "failed", "refused", "cancelled")


async def agrees(story, view) -> None:
    """The incident as people see it is the ledger's, and its card shows just that."""
    ledger, keys = story.ledger, story.ledger.there()
    assert [step.key for step in view.steps] == keys
    for step in view.steps:
        row = ledger.rows[step.key]
        assert (step.mark, step.choice, step.run) == (row.mark, row.choice, row.run), step.key
        assert (step.by, step.owner, step.remark) == (row.by, row.owner, row.remark), step.key
        assert step.why == row.why, step.key
        status = step.finding.status.value if step.finding else ""
        assert status == row.status or story.ledger.rows[step.key].kind != "look"
    over = sum(ledger.rows[key].mark in (Mark.DONE, Mark.SKIPPED) for key in keys)
    assert view.progress == (over, len(keys))
    assert (view.state is IncidentState.OPEN, view.openings) == (ledger.open, ledger.openings)
    assert (view.severity, view.update) == (ledger.severity, ledger.update_)
    assert view.commander == ledger.roles.get("commander", "")
    _card_is_state(story, view)


def revisions_grow(before, after) -> None:
    """Whatever changed has a higher number than before."""
    assert after.facts.revision >= before.facts.revision
    assert after.facts.pages >= before.facts.pages
    assert _plain(after) == _plain(before) or after.facts.revision > before.facts.revision
    for key, row in _plain(after).steps.items():
        was = _plain(before).steps[key]
        assert row == was or row.revision > was.revision, key


def _plain(sheet):
    """The incident without when its looks were taken: one that finds what it found before is no news."""
    quiet = {"found_at": None, "looks": 0}
    return replace(sheet, steps={key: replace(row, **quiet) for key, row in sheet.steps.items()})


def _card_is_state(story, view) -> None:
    """Each step stands once on the messages, in order, with its mark; the box is ticked when it is done."""
    drawn = [
        render_incident(view, now=story.world.now(), page=page).blocks
        for page in range(len(pages(view.steps)))
    ]
    blocks = [block for page in drawn for block in page if str(block.get("block_id", "")).count(":") == 2]
    found = {StepBox.decode(block["block_id"]).step: block for block in blocks}
    assert [StepBox.decode(block["block_id"]).step for block in blocks] == [one.key for one in view.steps]
    shown = str(drawn)
    over, every = view.progress
    assert f"{over} of {every} steps" in shown
    for step in view.steps:
        block = found[step.key]
        box = block.get("accessory") or {}
        if box.get("action_id") == INCIDENT_TICK:
            assert bool(box.get("initial_options")) is (step.mark is Mark.DONE), step.key
        if step.kind in ("do", "tell", "act") and block["type"] == "section":
            assert (":white_check_mark:" in block["text"]["text"]) is (step.mark is Mark.DONE), step.key
        assert StepBox.decode(block["block_id"]).revision == step.revision


async def kept_account(story) -> None:
    """Timeline, audit log, what was started and what was sent hold everything once, and nothing besides."""
    world, ledger = story.world, story.ledger
    entries = await world.reader.entries(story.number)
    lines = Counter((entry.kind, entry.step) for entry in entries if entry.kind not in _APART)
    assert lines == ledger.said, (lines - ledger.said, ledger.said - lines)
    moments = [entry.at for entry in entries]
    assert moments == sorted(moments)
    written = await _rows(world, "SELECT at, said_at, key FROM incident_entries ORDER BY id")
    assert [at for at, _, _ in written] == sorted(at for at, _, _ in written)
    assert len({key for _, _, key in written}) == len(written) == len(entries)
    _timeline_is_state(entries, ledger)
    audited = Counter(
        action for (action,) in await _rows(world, "SELECT action FROM audit WHERE action LIKE 'incident.%'")
    )
    assert audited == ledger.audited
    assert isinstance(await AuditStore(world.db).verify(), Intact)
    await _outside_once(story)


def _timeline_is_state(entries, ledger) -> None:
    """Read from its beginning, the timeline ends where the steps are."""
    ends = {EntryKind.TICK: Mark.DONE, EntryKind.DECIDED: Mark.DONE, EntryKind.SKIP: Mark.SKIPPED}
    marks = {key: Mark.TODO for key, row in ledger.rows.items() if row.kind in ("do", "decide")}
    for entry in entries:
        if entry.step in marks and entry.kind in (*ends, EntryKind.UNTICK):
            marks[entry.step] = ends.get(entry.kind, Mark.TODO)
    assert marks == {key: ledger.rows[key].mark for key in marks}


async def _outside_once(story) -> None:
    world, ledger = story.world, story.ledger
    followed = await _rows(world, "SELECT key FROM incident_entries WHERE key LIKE 'run:%'")
    ends = [key.rpartition(":")[0] for (key,) in followed]
    assert sorted(one for one in ends if one.endswith(_ENDED)) == sorted(ledger.ends)
    keys = [key for (key,) in await _rows(world, "SELECT key FROM runs")]
    started = [*keys, *dict.fromkeys(world.locks.keys)]
    wanted = {f"incident:{story.number}:{one}" for one in ledger.starts}
    assert len(started) == len(set(started))
    assert set(started) <= wanted
    refused = await _rows(world, "SELECT key FROM incident_entries WHERE key LIKE 'not-started:%'")
    assert len(started) + len(refused) == len(wanted), (started, refused, wanted)
    sent = sorted(
        body["message"] if kind == "incident.told" else f"resolved {name.rpartition('-')[2]}"
        for name, (kind, body) in world.orchestrator.got.items()
    )
    assert sent == sorted(ledger.messages)
    rooms = world.project.incidents.room is not None and (
        world.project.incidents.room.drills or not story.drill
    )
    assert len(world.rooms.made) == rooms
    reports = await _rows(world, "SELECT opening FROM incident_reports ORDER BY opening")
    assert [opening for (opening,) in reports] == ledger.reports
    assert await _rows(world, "SELECT key FROM incident_jobs WHERE state = 'failed'") == []
    late = "SELECT key FROM incident_jobs WHERE state = 'pending' AND due_at <= :now"
    assert await _rows(world, late, now=world.now().strftime("%Y-%m-%d %H:%M:%S.%f")) == []
    for step in (await world.desk.incident(story.number)).steps:
        if step.kind == "look" and ledger.open:
            assert step.finding is not None or step.mark in (Mark.SKIPPED, Mark.DONE), step.key
            assert not step.looking or step.by not in ("", US)


async def _rows(world, query: str, **given):
    return await world.db.look(lambda session: [tuple(row) for row in session.execute(text(query), given)])

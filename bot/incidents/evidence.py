"""What a look found, put into a draft: the step, the timeline, the thread, and when to look again. Pure."""

from bot.engine.incident_notes import NoteKind
from bot.engine.incident_timeline import EntryKind, answered
from bot.engine.incidents import Finding, Mark, Status
from bot.incidents.draft import US, Draft, note
from playbooks.steps import Look


def found(draft: Draft, key: str, number: int, finding: Finding, *, asked_by: str) -> bool:
    """Attach what a look found. What is as it was is told nobody, and shown once a minute at most."""
    step, row = draft.there.get(key), draft.steps[key]
    if not isinstance(step, Look) or draft.facts.resolved_at or number != row.looks:
        return False
    news = row.finding is None or _gist(row.finding) != _gist(finding)
    draft.quiet = not (news or row.looking or _its_turn(draft, key))
    draft.put(key, finding=finding, found_at=draft.now, looking=False)
    enough = finding.status.value == step.until if step.until else finding.status is not Status.UNKNOWN
    if row.mark is Mark.TODO and enough:
        draft.put(key, mark=Mark.DONE, by=US, at=draft.now, why="")
    elif (
        row.mark is Mark.DONE
        and row.by == US
        and step.until
        and finding.status is not Status.UNKNOWN
        and not enough
    ):
        draft.put(key, mark=Mark.TODO, by=US, at=draft.now)
    if news or asked_by != US:
        draft.enter(
            EntryKind.EVIDENCE,
            answered(step.text, finding.in_words),
            by="" if asked_by == US else asked_by,
            step=key,
            key=f"look:{key}:{number}",
            url=finding.url,
            finding=finding,
        )
        draft.say(
            f"evidence:{key}:{number}",
            note(
                NoteKind.EVIDENCE,
                by="" if asked_by == US else asked_by,
                step=step.text,
                text=finding.said,
                status=finding.status.value,
                details=finding.details,
                url=finding.url,
            ),
        )
    if step.every and draft.steps[key].mark is not Mark.SKIPPED:
        draft.look(key, after=step.every)
    return True


def _its_turn(draft: Draft, key: str) -> bool:
    """Say whether the card shows that nothing changed: of all looks the most frequent does, once a minute.

    With it the card shows what the others found meanwhile; each on its own would have it edited all the time.
    """
    timed = [
        (step.every, draft.steps[one].position, one)
        for one, step in draft.there.items()
        if isinstance(step, Look) and step.every and draft.steps[one].mark is not Mark.SKIPPED
    ]
    before = draft.steps[key].found_at
    minute = None if before is None else before.replace(second=0, microsecond=0)
    return bool(timed) and min(timed)[2] == key and minute != draft.now.replace(second=0, microsecond=0)


def _gist(finding: Finding) -> tuple[Status, str]:
    """Return what makes a finding news: not its words, in which counts and ages change all the time."""
    return finding.status, finding.points_at

"""What a job that is given up means for its incident: people see that it did not happen, and why."""

from bot.db.incident_jobs_store import JobRow
from bot.engine.incident_sheet import JobKind
from bot.engine.incidents import Finding, Status
from bot.incidents import evidence, news
from bot.incidents.changing import Move, change
from bot.incidents.needs import IncidentKit
from bot.incidents.rooming import not_in


async def give_up(kit: IncidentKit, job: JobRow, why: str) -> None:
    """Say that a job was not done; a channel not archived, or with an old topic, is nobody's trouble."""
    move = _move(job, why)
    if move is not None:
        await change(kit, job, move)


def _move(job: JobRow, why: str) -> Move | None:
    match job.kind:
        case JobKind.LOOK:
            number, unknown = int(job.body), Finding(status=Status.UNKNOWN, said=f"Nobody looked: {why}.")
            return lambda draft: evidence.found(draft, job.step, number, unknown, asked_by=job.by)
        case JobKind.START:
            number = int(job.body)
            return lambda draft: news.not_started(draft, job.step, number, why)
        case JobKind.NOTIFY if job.step:
            return lambda draft: news.delivered(draft, job.step, why)
        case JobKind.NOTIFY:
            return lambda draft: news.left_undone(draft, job.key, f"The orchestrator has no report: {why}")
        case JobKind.REPORT:
            return lambda draft: news.left_undone(draft, job.key, f"The report was not written: {why}")
        case JobKind.ROOM:
            return lambda draft: news.no_room(draft, why)
        case JobKind.INVITE:
            return lambda draft: news.not_let_in(draft, not_in((job.body,), why))
        case JobKind.CLOSE_ROOM | JobKind.TOPIC:
            return None

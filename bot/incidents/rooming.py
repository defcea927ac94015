"""An incident's own channel: made, named, people let in, archived at the end. Found again after a crash."""

import structlog

from bot.db.incident_jobs_store import JobRow
from bot.engine.incident_sheet import Facts, Sheet
from bot.errors import VendorError, VendorRejected
from bot.incidents import news
from bot.incidents.changing import change
from bot.incidents.draft import US
from bot.incidents.needs import IncidentKit

log = structlog.get_logger(__name__)

_MOST_NAMES = 5


async def open_room(kit: IncidentKit, job: JobRow, sheet: Sheet) -> None:
    """Make the channel, or find the one an earlier life made; invite people; say why they are there."""
    facts, section = sheet.facts, kit.project.incidents.room
    if section is None or facts.room_state != "wanted":
        await kit.jobs.done(job.id, kit.clock.now())
        return
    wanted = _name(section.name, facts)
    channel, name = await _made(kit, wanted)
    holders = await kit.people.members(tuple(role for role in section.invite if role in kit.project.roles))
    people = dict.fromkeys((*([] if facts.opened_by == US else [facts.opened_by]), *holders))
    try:
        await kit.rooms.topic(channel, _topic(facts))
        if people:
            await kit.rooms.invite(channel, tuple(people))
    except VendorRejected as error:
        log.warning("an incident's channel lacks people or a topic", channel=channel, trouble=str(error))
    await change(kit, job, lambda draft: news.room_opened(draft, channel, name))


async def set_topic(kit: IncidentKit, job: JobRow, sheet: Sheet) -> None:
    """Have the channel say how bad it is now."""
    if sheet.facts.room_state == "open":
        await kit.rooms.topic(sheet.facts.room, _topic(sheet.facts))
    await kit.jobs.done(job.id, kit.clock.now())


async def close_room(kit: IncidentKit, job: JobRow, sheet: Sheet) -> None:
    """Archive the channel once the incident is over; one that goes on again keeps it."""
    facts = sheet.facts
    of_another_end = job.body != str(facts.openings)
    if facts.room_state != "open" or facts.resolved_at is None or of_another_end:
        await kit.jobs.done(job.id, kit.clock.now())
        return
    try:
        await kit.rooms.archive(facts.room)
    except VendorRejected as error:
        log.warning("an incident's channel was not archived", channel=facts.room, trouble=str(error))
    await change(kit, job, news.room_closed)


async def _made(kit: IncidentKit, wanted: str) -> tuple[str, str]:
    """Return a channel of that name, or the next that is free."""
    for number in range(1, _MOST_NAMES + 1):
        name = wanted if number == 1 else f"{wanted[:76]}-{number}"
        try:
            return await kit.rooms.create(name), name
        except VendorRejected as error:
            if error.detail != "name_taken":
                raise
        found = await _ours(kit, name)
        if found is not None:
            return found, name
    raise VendorRejected("Slack", "making a channel", detail="name_taken")


async def _ours(kit: IncidentKit, name: str) -> str | None:
    try:
        return await kit.rooms.find(name)
    except VendorError as error:
        if isinstance(error, VendorRejected):
            return None
        raise


def _topic(facts: Facts) -> str:
    topic = f"{facts.severity.value.upper()}: {facts.headline} (incident {facts.id})"
    return f"DRILL {topic}" if facts.drill else topic


def _name(template: str, facts: Facts) -> str:
    values = {
        "number": str(facts.id),
        "playbook": facts.playbook,
        "date": f"{facts.opened_at:%Y-%m-%d}",
    }
    for key, value in values.items():
        template = template.replace(f"{{{key}}}", value)
    return template[:80]

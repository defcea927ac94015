"""An incident's own channel: made, named, people let in, archived at the end. Found again after a crash."""

from collections.abc import AsyncIterator, Sequence

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
_MOST_NAMED = 3


async def open_room(kit: IncidentKit, job: JobRow, sheet: Sheet) -> None:
    """Make the channel, or find the one an earlier life made; invite people; say why they are there."""
    facts, section = sheet.facts, kit.project.incidents.room
    if section is None or facts.room_state != "wanted":
        await kit.jobs.done(job.id, kit.clock.now())
        return
    wanted = _name(section.name, facts)
    channel, name = await _made(kit, wanted)
    holders = await kit.people.members(tuple(role for role in section.invite if role in kit.project.roles))
    parts = (user for user in facts.roles.values() if user)
    wanted_in = tuple(
        dict.fromkeys((*([] if facts.opened_by == US else [facts.opened_by]), *holders, *parts))
    )
    lacks = [words async for words in _lacking(kit, channel, facts, wanted_in)]
    trouble = "; ".join(lacks)
    if lacks:
        log.warning("an incident's channel lacks people or a topic", channel=channel, trouble=trouble)
    await change(
        kit, job, lambda draft: news.room_opened(draft, channel, name, invited=wanted_in, trouble=trouble)
    )


async def let_in(kit: IncidentKit, job: JobRow, sheet: Sheet) -> None:
    """Let somebody into the channel who came to have a part in it later."""
    facts = sheet.facts
    if facts.room_state == "open" and await kit.rooms.invite(facts.room, (job.body,)):
        await change(kit, job, lambda draft: news.not_let_in(draft, not_in((job.body,))))
        return
    await kit.jobs.done(job.id, kit.clock.now())


def not_in(users: Sequence[str], why: str = "") -> str:
    """Say who is not in an incident's channel, and how they come in."""
    named = [f"@{user}" for user in users[:_MOST_NAMED]]
    if more := len(users) - len(named):
        named.append(f"{more} more")
    whom = f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]
    because = f" ({why})" if why else ""
    return f"Slack did not let in {whom}{because}; the channel is public, and whoever opens it can join"


async def _lacking(kit: IncidentKit, channel: str, facts: Facts, people: Sequence[str]) -> AsyncIterator[str]:
    """Invite people and set the topic; whichever Slack refuses does not keep the other from being tried."""
    try:
        left_out = await kit.rooms.invite(channel, people) if people else ()
        if left_out:
            yield not_in(left_out)
    except VendorRejected as error:
        yield not_in(people, str(error))
    try:
        await kit.rooms.topic(channel, _topic(facts))
    except VendorRejected as error:
        yield f"its topic is not set ({error})"


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

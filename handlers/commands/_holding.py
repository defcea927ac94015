"""What lock, unlock, freeze and unfreeze share: the place, the reason, the time, and who may.

Free text follows ``because``; a time follows ``until`` or ``for``, before or after it. Decides nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.engine.holds import Hold
from bot.engine.reasons import Reason
from bot.engine.when import Misread, Moment, parse_when, until_words
from bot.errors import NotAllowed, UserError
from bot.project import Project
from bot.services import as_service
from handlers._places import Place, find_app, find_environment, find_place
from handlers._services import People
from handlers.commands._subcommand import SERVICE, Asked, Services
from handlers.render._text import code, listed, plain

BECAUSE = "because"
_TIME = frozenset({"until", "till", "for"})
REST = frozenset({BECAUSE}) | _TIME
"""Words that end the words of a command and begin its free text."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Holding:
    """A lock or freeze as one person asked for it or wants it ended."""

    environment: str
    service: str
    """Empty: every service there."""
    places: tuple[Place, ...]
    """Everything it covers."""
    reason: str
    until: datetime | None
    zone: ZoneInfo
    whose_zone: str

    def end_in_words(self, now: datetime) -> str:
        """Say until when, and in whose time zone that was understood."""
        whose = f" ({self.whose_zone})" if self.until and self.whose_zone != "UTC" else ""
        return until_words(self.until, now, self.zone) + whose


async def read(
    asked: Asked, services: Services, *, usage: str, named: bool = False, timed: bool = True
) -> Holding:
    """Understand what was typed; raise ``UserError``.

    ``named``: the environment must be there. ``timed``: a time is looked for, else all is reason.
    """
    project = services.project
    typed = asked.words.at(0)
    environment = find_environment(project, typed) if typed else only_guarded(project, usage, named=named)
    service, rest = _take_service(asked.rest, asked.words.options.get(SERVICE.name, ""), usage)
    places = covering(project, environment, service)
    zone, whose = await services.holds.zone(asked.user, environment)
    reason, until = read_rest(rest, asked.now, zone) if timed else (" ".join(rest[1:]), None)
    return Holding(
        environment=environment,
        service=places[0].service.name if service else "",
        places=places,
        reason=reason,
        until=until,
        zone=zone,
        whose_zone=whose,
    )


def only_guarded(project: Project, usage: str, *, named: bool = False) -> str:
    """Return the one environment that asks for approvals, meant when none is named; raise ``UserError``."""
    guarded = dict.fromkeys(
        name for service in project.services for name, there in service.environments.items() if there.guarded
    )
    if len(guarded) == 1 and not named:
        return next(iter(guarded))
    names = listed([f"`{name}`" for name in project.environments], "or")
    msg = f"Which environment: {names}? The whole line: `{usage}`."
    raise UserError(msg, reason=Reason.UNKNOWN_ENVIRONMENT)


async def may_hold(people: People, places: Sequence[Place], user: str, word: str) -> None:
    """Return when ``user`` may deploy to all ``places``; else raise ``NotAllowed``: who can."""
    for place in places:
        roles = place.environment.deploy_roles
        if not await people.allowed(user, roles):
            holders = people.who_can(roles)
            msg = (
                f"You can't {word} {code(place.name, 40)}: that takes the right to deploy there. "
                f"{holders[:1].upper()}{holders[1:]} can. Nothing was changed."
            )
            raise NotAllowed(msg)


async def may_end(
    people: People, places: Sequence[Place], found: Sequence[Hold], user: str, word: str
) -> None:
    """Return when ``user`` may end ``found``: one's own, as a deployer, or a rollback's as an approver."""
    if found and all(hold.by == user for hold in found):
        return
    if found and all(hold.run_id is not None or hold.by == user for hold in found):
        roles = [place.environment.approval.roles for place in places if place.environment.approval]
        for each in roles:
            if await people.allowed(user, each):
                return
    await may_hold(people, places, user, word)


def read_rest(rest: Sequence[str], now: datetime, zone: ZoneInfo) -> tuple[str, datetime | None]:
    """Return the reason and the end typed after a command's words; raise ``UserError`` (``bad_time``)."""
    lower = [piece.lower() for piece in rest]
    if BECAUSE not in lower:
        return "", _moment(rest, now, zone) if rest else None
    at = lower.index(BECAUSE)
    before, after = rest[:at], rest[at + 1 :]
    if before:
        return " ".join(after), _moment(before, now, zone)
    return _split(after, now, zone)


def _split(words: Sequence[str], now: datetime, zone: ZoneInfo) -> tuple[str, datetime | None]:
    """Find a time at the end of a reason: ``because we migrate until 18:00``."""
    for at in range(len(words) - 1, -1, -1):
        if words[at].lower() not in _TIME:
            continue
        said = parse_when(" ".join(words[at:]), now, zone)
        if isinstance(said, Moment):
            return " ".join(words[:at]), said.at
        # "waiting for 2 reviews" is a reason; "until 25:00" was meant as a time
        if words[at].lower() != "for" and words[at + 1 : at + 2] and words[at + 1][0].isdigit():
            raise _misread(said)
    return " ".join(words), None


def _moment(words: Sequence[str], now: datetime, zone: ZoneInfo) -> datetime:
    said = parse_when(" ".join(words), now, zone)
    if isinstance(said, Misread):
        raise _misread(said)
    return said.at


def _misread(said: Misread) -> UserError:
    # the advice is ours and has code spans in it; only the problem repeats what was typed
    problem = plain(said.problem, 200)
    msg = f"I can't read that time: {problem}; {said.advice}. Nothing was changed."
    return UserError(msg, reason=Reason.BAD_TIME)


def _take_service(rest: Sequence[str], service: str, usage: str) -> tuple[str, tuple[str, ...]]:
    """Take ``--service NAME`` out of free text, where people put it too."""
    kept: list[str] = []
    pieces = list(rest)
    while pieces:
        piece = pieces.pop(0)
        name, equals, value = piece.partition("=")
        if name.lower() != SERVICE.name:
            kept.append(piece)
            continue
        service = value if equals else (pieces.pop(0) if pieces else "")
        if not service:
            msg = f"`{SERVICE.name}` needs a value: `{SERVICE.usage}`. The whole line: `{usage}`."
            raise UserError(msg, reason=Reason.UNKNOWN_OPTION)
    return service, tuple(kept)


def covering(project: Project, environment: str, service: str) -> tuple[Place, ...]:
    """Return every place a hold covers: one service's or app's, or without one all in the environment."""
    if service and project.app(service.lower()):
        there = find_app(project, environment, service)
        shaped = as_service(there.app)
        return (Place(shaped, there.name, shaped.environments[there.name]),)
    if service:
        return (find_place(project, environment, service),)
    return tuple(
        Place(each, environment, each.environments[environment])
        for each in project.services
        if environment in each.environments
    )

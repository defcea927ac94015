"""What mute and unmute share: which service where, until when, and why. Decides nothing else.

People write ``api for 2h because we migrate``, ``api 2h we migrate``, ``api because we migrate until 18:00``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.engine.reasons import Reason
from bot.engine.when import Misread, Moment, parse_when, until_words
from bot.errors import UserError
from bot.project import Project
from handlers._places import Place, find_app, find_place
from handlers._words import nearest
from handlers.commands._holding import BECAUSE, REST, read_rest
from handlers.commands._subcommand import Asked, Services
from handlers.render._text import code, listed, plain

LONGEST = timedelta(days=7)
_MOST_TIME = 7
"""Words of the longest time: ``for 1 day 2 hours 30 minutes``."""
_DATED = re.compile(r"\d")


@dataclass(frozen=True, kw_only=True, slots=True)
class Muting:
    """A mute as one person asked for it."""

    places: tuple[Place, ...]
    """Everything it covers."""
    environment: str
    """Empty: everywhere."""
    until: datetime
    why: str
    zone: ZoneInfo
    whose_zone: str

    @property
    def service(self) -> str:
        """The service's name as the file has it."""
        return self.places[0].service.name

    def end_in_words(self, now: datetime) -> str:
        """Say until when, and in whose time zone that was understood."""
        whose = f" ({self.whose_zone})" if self.whose_zone != "UTC" else ""
        return until_words(self.until, now, self.zone) + whose


async def read(asked: Asked, services: Services, *, usage: str) -> Muting:
    """Understand what was typed; raise ``UserError``: every part of it is needed."""
    pieces = (*asked.words.words, *asked.rest)
    if not pieces or pieces[0].lower() in REST:
        raise which_service(services.project, usage)
    rest = pieces[1:]
    environment = rest[0] if rest and _names_environment(rest, services.project, asked.now) else ""
    if environment:
        rest = rest[1:]
    places = covered(services.project, pieces[0], environment)
    known = next((place.name for place in places if place.environment.freeze), places[0].name)
    zone, whose = await services.holds.zone(asked.user, known)
    until, why = _time_and_reason(rest, asked.now, zone, usage)
    if until - asked.now > LONGEST:
        msg = f"A mute lasts {LONGEST.days} days at most. The whole line: `{usage}`. Nothing was changed."
        raise UserError(msg, reason=Reason.BAD_TIME)
    return Muting(
        places=places,
        environment=places[0].name if environment else "",
        until=until,
        why=why,
        zone=zone,
        whose_zone=whose,
    )


def covered(project: Project, service: str, environment: str = "") -> tuple[Place, ...]:
    """Return the places two names mean: one environment of a service or app, or all; raise ``UserError``."""
    found = project.service_or_app(service.lower())
    if found is None:
        names = [one.name for one in project.services_and_apps]
        close = nearest(service, names)
        hint = f"Did you mean `{close}`?" if close else f"There {_are(names)}."
        msg = f"There is no {_kinds(project)} {code(service, 60)}. {hint}"
        raise UserError(msg, reason=Reason.UNKNOWN_SERVICE)
    if not environment:
        return tuple(Place(found, name, there) for name, there in found.environments.items())
    find = find_place if project.app(found.name) is None else find_app
    name = find(project, environment, found.name).name
    return (Place(found, name, found.environments[name]),)


def which_service(project: Project, usage: str) -> UserError:
    """Make the refusal of a line that names no service."""
    names = listed([f"`{one.name}`" for one in project.services_and_apps], "or")
    msg = f"Which {_kinds(project)}: {names}? The whole line: `{usage}`."
    return UserError(msg, reason=Reason.UNKNOWN_SERVICE)


def _kinds(project: Project) -> str:
    return "service or app" if project.apps else "service"


def _are(names: Sequence[str]) -> str:
    return f"{'is' if len(names) == 1 else 'are'} {listed([f'`{name}`' for name in names])}"


def _names_environment(rest: Sequence[str], project: Project, now: datetime) -> bool:
    """Say whether the first word is meant as an environment, and not as the begin of a time or reason."""
    word = rest[0].lower()
    if word in REST or _DATED.match(word) or _leading_time(rest, now, ZoneInfo("UTC")):
        return False
    apps = (name for app in project.apps for name in app.environments)
    known = tuple(dict.fromkeys((*project.environments, *apps)))
    return word in known or bool(nearest(word, known))


def _time_and_reason(rest: Sequence[str], now: datetime, zone: ZoneInfo, usage: str) -> tuple[datetime, str]:
    whole = f"The whole line: `{usage}`. Nothing was changed."
    found = _leading_time(rest, now, zone)
    if found is not None:
        until, left = found
        why = " ".join(left[1:] if left and left[0].lower() == BECAUSE else left)
    elif rest and rest[0].lower() == BECAUSE:
        why, end = read_rest(rest, now, zone)
        if end is None:
            msg = f"Say until when, as in `for 2h` or `until 18:00`. {whole}"
            raise UserError(msg, reason=Reason.BAD_TIME)
        until = end
    else:
        said = parse_when(" ".join(_meant_as_time(rest)), now, zone)
        problem = plain(said.problem, 200) if isinstance(said, Misread) else "no time is given"
        msg = f"Say until when, as in `for 2h` or `until 18:00`: {problem}. {whole}"
        raise UserError(msg, reason=Reason.BAD_TIME)
    if not any(char.isalnum() for char in why):  # quotes with nothing between them are no reason
        msg = f"Say why it is to be quiet; everybody can read it. {whole}"
        raise UserError(msg, reason=Reason.NO_REASON)
    return until, why


def _leading_time(
    rest: Sequence[str], now: datetime, zone: ZoneInfo
) -> tuple[datetime, Sequence[str]] | None:
    """Find the longest time at the beginning; return it and what follows, or None."""
    for most in range(min(len(rest), _MOST_TIME), 0, -1):
        said = parse_when(" ".join(rest[:most]), now, zone)
        if isinstance(said, Moment):
            return said.at, rest[most:]
    return None


def _meant_as_time(rest: Sequence[str]) -> Sequence[str]:
    """Return the words that look like the time somebody tried to write."""
    end = 2 if rest and rest[0].lower() in REST else 1
    while end < len(rest) and _DATED.search(rest[end]):
        end += 1
    return rest[:end]

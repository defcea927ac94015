"""The lines of an alert's card: how it stands, what it is, what brought it, what is in the way. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine.alert_words import ARCHIVE_WORDS, RESOLVE_WORDS
from bot.engine.alerts import ActKind, ActState, AlertState, AlertView, Introduced, Source
from handlers.render import _alert_words as words
from handlers.render._alert_acts import act_text
from handlers.render._text import clock, code, duration, link, listed, person, plain, short

MOST_TAGS = 6
_FIRST = ("url", "transaction")
_LAST = ("mechanism", "handled", "browser", "os", "device", "runtime", "server_name")
"""Tags every Sentry client sets, those that help most first; between the two come the team's own."""
_ONCE = timedelta(minutes=1)
"""What began and was seen last within it is seen once: people read minutes."""
_SAID = frozenset({"environment", "release", "level", "dist", "logger", "site", "interface_type"})
"""Said elsewhere on the card, or telling nobody anything."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertAround:
    """What a card needs to know besides its alert. Texts are mrkdwn, ready to show."""

    mentions: str = ""
    """Whom to mention while it fires."""
    still_firing: float = 600
    """Seconds; resolving warns when it happened within that time."""
    at_source: bool = False
    """Whether buttons act at Sentry; otherwise here only."""
    assignable: bool = False
    service_known: bool = True
    sharing: tuple[str, ...] = ()
    """Several services or apps that are known by the alert's project, so that nobody can say which it is."""
    storm_link: str = ""
    """Address of the card that sums up the storm it is part of."""
    trouble_way_out: str = ""
    """How to get what failed done; empty: Retry."""


NOTHING = AlertAround()


def status(alert: AlertView, now: datetime) -> str:
    """Say who did what about it, and who has it; empty while nobody did anything."""
    return " ".join(_status(alert, now))


def _status(alert: AlertView, now: datetime) -> Iterator[str]:
    at = clock(alert.state_at, words.WHEN)
    lasted = alert.state_at - alert.opened_at
    if alert.state is AlertState.RESOLVED:
        after = f", after {duration(lasted)}" if lasted.total_seconds() > 0 else ""
        act = alert.act
        ours = act is not None and act.kind is ActKind.RESOLVE and act.state is ActState.DONE
        how = RESOLVE_WORDS.get(act.how, "") if act and ours and act.at >= alert.opened_at else ""
        yield f"Resolved {words.by(alert.state_by)} {at}{f', {how}' if how else ''}{after}."
    if alert.state is AlertState.ARCHIVED:
        how = _archived(alert)
        yield f"Archived {words.by(alert.state_by)} {at}{f', {how}' if how else ''}."
    if alert.acked_by:
        took, when = alert.time_to_acknowledge, f" at {clock(alert.acked_at)}" if alert.acked_at else ""
        after = f", after {duration(took)}" if took is not None and took.total_seconds() >= 0 else ""
        yield f"Acknowledged by {person(alert.acked_by)}{when}{after}."
    if has := words.assignee(alert):
        yield f"Assigned to {has}."
    if alert.firing and alert.snoozed_until is not None and alert.snoozed(now):
        until = clock(alert.snoozed_until, words.WHEN)
        who = f" by {person(alert.snoozed_by)}" if alert.snoozed_by else ""
        yield f"Snoozed until {until}{who}: nobody is mentioned."
    if alert.incident.strip():
        yield f"Part of incident {plain(alert.incident.removeprefix('incident '), 80)}."


def _archived(alert: AlertView) -> str:
    if alert.archived_until is not None:
        return f"until {clock(alert.archived_until, words.WHEN)}"
    if known := ARCHIVE_WORDS.get(alert.archived_how):
        return known
    at_sentry = {
        "archived_until_escalating": "until it escalates",
        "archived_until_condition_met": "until what was set in Sentry happens",
        "archived_forever": "for good",
    }
    return at_sentry.get(alert.substatus, "")


def what(alert: AlertView) -> Iterator[str]:
    """Say where in the code and in which words, once each."""
    said = {alert.title.strip(), ""}
    if alert.culprit.strip() not in said:
        yield code(alert.culprit, 150)
    if alert.detail.strip() not in said | {alert.culprit.strip()}:
        yield plain(alert.detail, 500)


def often(alert: AlertView) -> str:
    """Say how often, to how many, since when."""
    first, last = clock(alert.first_seen, words.WHEN), clock(alert.last_seen, words.WHEN)
    once = alert.last_seen - alert.first_seen < _ONCE
    seen = f"seen {last}" if once else f"first seen {first} · last seen {last}"
    counts = words.counts(alert)
    return f"{counts} · {seen}" if counts else f"{seen[:1].upper()}{seen[1:]}"


def cause(alert: AlertView) -> Iterator[str]:
    """Say which deploy brought it, and whose commit is suspected."""
    if alert.introduced is not None:
        yield _introduced(alert.introduced, again=alert.openings > 1)
    if alert.suspect.strip():
        yield f"Suspect: {plain(alert.suspect, 200)}"


def _introduced(deploy: Introduced, *, again: bool) -> str:
    which = f"deploy #{deploy.run}* ({short(deploy.sha) or 'its commit is unknown'})"
    seen = "it came back" if again else "first seen"
    newer = "" if deploy.live else " Something newer has shipped since, so rolling it back is no way out."
    if deploy.how == "release":
        return f"*Introduced by {which}: {seen} in that release.{newer}"
    began = seen if deploy.how == "first_seen" or again else "it began"
    return f"*Probably introduced by {which}: {began} right after it.{newer}"


def troubles(alert: AlertView, around: AlertAround) -> Iterator[str]:
    """Say what is in the way: of what was asked, of the card's place, of knowing whose it is."""
    yield act_text(alert, at_source=around.at_source, way_out=around.trouble_way_out)
    yield misdirected(alert.misdirected)
    yield _unknown_service(alert, around)
    if alert.flapping and alert.firing:
        yield "It keeps going up and down; this card stays the one for it."
    if alert.quiet and alert.firing and alert.mention:
        yield "Quiet hours: nobody is mentioned."
    if alert.storm is not None and around.storm_link:
        yield f"One of many: {link(around.storm_link, 'the storm it is part of')}."


def misdirected(text: str) -> str:
    """Say where a card was meant to be, and why it is not there; ``text`` as posts keep it."""
    meant, _, why = text.strip().partition(" ")
    if not meant:
        return ""
    known = {
        "is_archived": "which is archived. Unarchive it, or name another channel in `pawdeploy.toml`",
        "not_in_channel": "which I am not in. Type `/invite @pawdeploy` there",
        "channel_not_found": (
            "which I do not see. Type `/invite @pawdeploy` there if it is private, "
            "or mend its id in `pawdeploy.toml`"
        ),
    }
    said = known.get(why) or f"where Slack refuses it ({plain(why, 60) or 'no reason given'})"
    return f"Meant for {words.channel(meant)}, {said}."


def _unknown_service(alert: AlertView, around: AlertAround) -> str:
    project = code(alert.project, 60)
    if around.service_known or alert.service or not project or alert.test:
        return ""
    if around.sharing:
        names = listed([code(name, 40) for name in around.sharing], "or")
        return f"{project} is the project of {names}: which it is nobody says, so no deploy can be named."
    if alert.source is Source.SENTRY:
        key = code(f'sentry_project = "{alert.project[:60]}"', 90)
        return f"No service in `pawdeploy.toml` has {key}; with that line under its service, alerts name it."
    return f"No service in `pawdeploy.toml` is known by {project}, so no deploy can be named."


def tags(alert: AlertView) -> str:
    """Return the most telling tags, the rest not even counted: they are a click away."""
    if alert.source is Source.HEALTH:
        return ""  # they name what is watched, as its title does
    names = {name for name, _ in alert.tags}
    shown = [
        (name, value)
        for name, value in alert.tags
        if value.strip()
        and name not in _SAID
        and value not in {alert.culprit, alert.title}
        and not ("." in name and name.partition(".")[0] in names)  # browser.name is part of browser
    ]
    best = sorted(shown, key=lambda tag: _rank(tag[0]))[:MOST_TAGS]
    return " · ".join(f"{plain(name, 30)} {code(value, 60)}" for name, value in best)


def _rank(name: str) -> int:
    base = name.removeprefix("client_").partition(".")[0]
    if name in _FIRST:
        return 0
    return 2 + _LAST.index(base) if base in _LAST else 1


def origin(alert: AlertView) -> str:
    """Say who told, under which name, and of which release."""
    known = code(alert.short_id, 40)
    told = " ".join(word for word in (words.SOURCES[alert.source], known) if word)
    project = plain(alert.project, 60) if alert.service and alert.project != alert.service else ""
    release, first = words.release(alert.release), words.release(alert.first_release)
    since = f", first {first}" if release and first and first != release else ""
    which = release or first
    return " · ".join(word for word in (told, project, f"release {which}{since}" if which else "") if word)

"""An alert in a few words: its mark, its name, its place, how often. Shared by card, lists, notes. Pure.

Marks mean what they mean on a run's card: red is broken, yellow wants a look, blue goes on and is no harm,
green is well again, white was put aside by people. Who looks at it changes no mark: it is broken still.
"""

import re
from typing import assert_never

from bot.engine.alert_groups import UNTOLD
from bot.engine.alerts import AlertState, AlertView, Severity, Source
from handlers.render import _steps as steps
from handlers.render._text import code, count, link, person, plain

WHEN = "{date_short_pretty} at {time}"
SOURCES: dict[Source, str] = {
    Source.SENTRY: "Sentry",
    Source.HEALTH: "Health monitor",
    Source.RAILWAY: "Railway",
    Source.EXPO: "Expo",
    Source.GITHUB: "GitHub",
    Source.GENERIC: "Webhook",
    Source.PAWDEPLOY: "pawdeploy",
}
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,20}")
_SHA = re.compile(r"(?<![0-9a-f])([0-9a-f]{7})[0-9a-f]{33}(?![0-9a-f])")


def mark(alert: AlertView) -> str:
    """Return the one state mark."""
    match alert.state:
        case AlertState.RESOLVED:
            return steps.DONE
        case AlertState.ARCHIVED:
            return steps.STOPPED
        case AlertState.FIRING:
            if alert.flapping or alert.severity is Severity.WARNING:
                return steps.WAITING
            return steps.GOING if alert.severity is Severity.INFO else steps.FAILED
        case _:
            assert_never(alert.state)


_OVER = {AlertState.FIRING: "", AlertState.RESOLVED: "Resolved: ", AlertState.ARCHIVED: "Archived: "}


def outcome(alert: AlertView, limit: int = 250) -> str:
    """Say how it stands and what it is: ``Resolved: ZeroDivisionError``; plain mrkdwn, no link."""
    return f"{_test(alert)}{_OVER[alert.state]}{name(alert, limit)}"


def linked_outcome(alert: AlertView, limit: int = 250) -> str:
    """Say the same in bold, its name linked to where it comes from."""
    return f"*{_test(alert)}{_OVER[alert.state]}{link(alert.url, name(alert, limit))}*"


def name(alert: AlertView, limit: int = 250) -> str:
    """Return its title, escaped; whatever names it where it has none. A ``*`` would end our bold."""
    raw = next((text for text in (alert.title, alert.culprit, alert.short_id) if text.strip()), "")
    return (plain(raw, limit) or f"alert {alert.id}").replace("*", "∗")  # noqa: RUF001 - looks the same, means nothing to Slack


def place(alert: AlertView) -> str:
    """Say where: ``api in production``; the vendor's project where no service is known."""
    what, where = plain(alert.service or alert.project, 60), plain(alert.environment, 40)
    return f"{what} in {where}" if what and where else what or where


def place_besides(alert: AlertView) -> str:
    """Say where, unless its name says so already."""
    where = place(alert)
    return "" if where and where in name(alert) else where


def told_times(times: int) -> str:
    """Say how often it was told: ``told once``, ``told 9,812 times``."""
    return "told once" if times == 1 else f"told {times:,} times"


def counts(alert: AlertView) -> str:
    """Say how often and to how many: what the source counts, else how often we were told."""
    words = [] if alert.events is None else [many(alert.events, "event")]
    if alert.events is None and alert.times > 1:
        words.append(told_times(alert.times))
    if alert.users:
        words.append(many(alert.users, "user"))
    return " · ".join(words)


def many(number: int, noun: str) -> str:
    """Say a large number with its noun: ``1,204 events``."""
    return f"{number:,} {noun}s" if number != 1 else count(1, noun)


def release(text: str) -> str:
    """Return a release as a code span, a commit in it as the seven characters people say aloud."""
    return code(_SHA.sub(r"\1", text), 60)


def assignee(alert: AlertView) -> str:
    """Mention who has it; as the source names them where Slack does not know them; empty for nobody."""
    return person(alert.assignee_user) if alert.assignee_user else plain(alert.assignee, 60)


def channel(text: str) -> str:
    """Mention a channel; what is no channel id is shown as typed."""
    return f"<#{text}>" if _CHANNEL.fullmatch(text) else code(text, 40)


def by(who: str) -> str:
    """Say who did it; empty: by itself."""
    if who == UNTOLD:
        return "at Sentry"  # nobody else can be asked how things stand
    return f"by {person(who)}" if who.strip() else "by itself"


def _test(alert: AlertView) -> str:
    return "TEST · " if alert.test else ""

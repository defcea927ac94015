"""Words safe to put into Slack's mrkdwn: escaping, cutting, links, durations. Knows no blocks and no runs.

Everything people typed (refs, commit titles, vendor messages) passes through ``plain`` or ``code`` once.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.engine.when import say_duration

ELLIPSIS = "…"
_EMOJI = re.compile(r":(?=[a-z0-9_+'-]+:)", re.IGNORECASE)
_USER = re.compile(r"[UW][A-Z0-9]{2,20}")
_MENTIONED = re.compile(r"(?<![\w@])@([UW][A-Z0-9]{6,20})\b")
_CUT_OFF = re.compile(rf"\s*(?<![\w@])@(?:[UW][A-Z0-9]*)?{ELLIPSIS}$")
"""Somebody's id where a text was cut: what is left of it would be nobody's, or somebody else's."""
_MOMENT = re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d UTC\b", re.ASCII)
_ALIVE = 4
"""Our sentences name no more people and moments; a vendor's log must not grow past a card's limits."""
_ENOUGH = 5000
"""No cut of ours is longer, so a vendor's megabyte is not walked through."""
_SHAPELESS = {"Cc": " ", "Zl": " ", "Zp": " ", "Cf": "", "Cs": ""}
"""What is shown of characters of these categories."""
_NO_BREAK = "\u200b"
"""Zero-width space: keeps a typed ``:red_circle:`` from posing as one of our state marks."""


def size(text: str) -> int:
    """Length as Slack's JavaScript counts it (UTF-16 units), so that emoji and rare scripts fit too."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def escape(text: str) -> str:
    """Escape the three characters Slack gives meaning to.

    https://docs.slack.dev/messaging/formatting-message-text
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def one_line(text: str) -> str:
    """Collapse white space; drop what has no shape (control, bidirectional, surrogate characters)."""
    if not text.isprintable():  # asked of all at once: most of what people write is
        kinds = ((char, unicodedata.category(char)) for char in set(text))
        text = text.translate({ord(char): _SHAPELESS[kind] for char, kind in kinds if kind in _SHAPELESS})
    return " ".join(text.split())


def _shorten(text: str, limit: int) -> str:
    """Return ``text`` escaped and at most ``limit`` long; cut between characters, never in an entity."""
    whole = escape(text)
    if size(whole) <= limit:
        return whole
    parts: list[str] = []
    left = limit - size(ELLIPSIS)
    for char in text:
        piece = escape(char)
        left -= size(piece)
        if left < 0:
            break
        parts.append(piece)
    return "".join(parts).rstrip() + ELLIPSIS


def plain(text: str, limit: int = 150) -> str:
    """Return what a person or vendor wrote as one escaped line of at most ``limit``."""
    line = one_line(text[:_ENOUGH])
    if line.count("`") % 2 or "``" in line:
        line = line.replace("`", "'")  # an open code span would swallow the rest of our message
    if size(line) > limit:  # a cut could fall inside a code span
        line = line.replace("`", "'")
    return _shorten(_EMOJI.sub(f":{_NO_BREAK}", line), limit)


def plainly(evidence: str) -> str:
    """Leave out how surprising it was by the numbers; what rose, what is new and what failed stays."""
    numbers = ("p = ", "p < ", "Most in any ", "Errors came in bursts ")
    return ". ".join(said for said in evidence.split(". ") if not said.startswith(numbers))


def told(text: str, limit: int = 700) -> str:
    """Return sentences of ours as ``plain`` does, with people and moments in them alive.

    ``@U0ANNREQ001`` becomes a mention, ``2026-11-23 14:02 UTC`` the reader's own time; see
    ``bot/pipelines/hold_words.py``.
    """
    whole = _CUT_OFF.sub(ELLIPSIS, plain(text, limit))
    mentioned = _MENTIONED.sub(r"<@\1>", whole, count=_ALIVE)
    return _MOMENT.sub(_in_own_time, mentioned, count=_ALIVE)


def _in_own_time(found: re.Match[str]) -> str:
    try:
        moment = datetime.strptime(found[0], "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC)
    except ValueError:  # a 31st of February somebody typed
        return found[0]
    return clock(moment, "{date_short_pretty} at {time}")


def code(text: str, limit: int = 80) -> str:
    """Return ``text`` as a code span; a back quote inside it becomes a plain quote."""
    inner = _shorten(one_line(text[:_ENOUGH]).replace("`", "'"), limit)
    return f"`{inner}`" if inner else ""


def short(sha: str) -> str:
    """Return the seven characters of a commit that people say aloud, as a code span."""
    return code(sha[:7])


def link(url: str, label: str) -> str:
    """Link ``label`` (already safe) to ``url``; only the label when the URL is not one Slack would open."""
    if not url.startswith(("https://", "http://")) or size(url) > 500 or one_line(url) != url or " " in url:
        return label
    address = escape(url.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E"))
    return f"<{address}|{label.replace('|', '¦')}>"


def person(user: str) -> str:
    """Mention a Slack user; anything that is no user id is shown as text."""
    return f"<@{user}>" if _USER.fullmatch(user) else plain(user, 60)


def duration(time: timedelta) -> str:
    """Say a length of time: ``0.4 s``, ``42 s``, ``1 min 42 s``, ``2 h 05 min``, ``3 days``."""
    return say_duration(time.total_seconds())


def ago(then: datetime, now: datetime) -> str:
    """Say how long ago something was, roughly: ``just now``, ``12 min ago``, ``3 h ago``, ``4 days ago``."""
    seconds = (now - then).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if seconds < 48 * 3600:
        return f"{int(seconds // 3600)} h ago"
    return f"{int(seconds // 86400)} days ago"


def clock(moment: datetime, form: str = "{time}") -> str:
    """Say a time of day in the reader's own zone; UTC where Slack cannot convert it."""
    utc = moment.astimezone(UTC)
    pattern = "%H:%M:%S UTC" if "secs" in form else "%H:%M UTC" if form == "{time}" else "%Y-%m-%d %H:%M UTC"
    return f"<!date^{int(utc.timestamp())}^{form}|{utc.strftime(pattern)}>"


def count(number: int, one: str, many: str = "") -> str:
    """Say a number with its noun: ``1 commit``, ``3 commits``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Join words as people do: ``a``, ``a and b``, ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def first_few(words: Sequence[str], limit: int, total: int | None = None) -> tuple[str, ...]:
    """Return ``limit`` of ``words``, the rest as ``and 3 more``; ``total`` counts also those never listed."""
    left = max(total or 0, len(words)) - min(limit, len(words))
    shown = tuple(words[:limit])
    return (*shown, f"and {left} more") if left else shown


def deploy_command(environment: str, ref: str, service: str = "", *switches: str) -> str:
    """Return the exact command that ships ``ref``, as a code span; ``service`` where it must be named."""
    named = ["--service", service] if service else []
    return code(" ".join(word for word in ("/pawdeploy", environment, ref, *named, *switches) if word), 350)

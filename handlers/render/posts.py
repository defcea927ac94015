"""How each kind of message looks that is no card: the one table from kind to pure function.

To add a kind: a function here or in a file of its own that turns an ``Occasion`` into a ``Message``, and its
line in the table. Pictures are drawn by ``bot/drawings.py``. What a body holds is between whoever owes the
post and its function.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.engine.runs import RunView
from bot.pipelines.hold_news import HoldNews
from handlers.render._blocks import Message
from handlers.render.holds import render_hold_news
from handlers.render.log_note import render_log_note
from handlers.render.notices import render_away, render_notice


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """Mentions that notify those who hold a role where the run goes, mrkdwn; empty where nobody is named."""

    approvers: str = ""
    database: str = ""
    oncall: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Occasion:
    """What a message is drawn from."""

    key: str
    """Its own name: ``run:12:…`` or ``hold:7:…``."""
    body: str
    """What was owed with it: words, or JSON of a frozen dataclass."""
    now: datetime
    """Aware, UTC."""
    run: RunView | None = None
    """The run it is about, as it is now."""
    several: bool = False
    """Whether the run's environment has more services, so that a command must name this one."""
    link: str = ""
    """Address of the run's card, where the kind wants one and Slack names it."""
    call: Call = Call()
    """Whom to mention."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """A picture for a thread."""

    filename: str
    """Unique within the thread: after a crash it is found again by it."""
    content: bytes
    title: str
    alt: str
    """What it shows, for who cannot see it; at most 1,000 characters."""
    comment: str
    """What is said above it, mrkdwn."""


Words = Callable[[Occasion], Message]

ALONE = frozenset({"notice", "line", "hold", "dm"})
"""Kinds that stand for themselves; every other goes under its run's card and waits until it is there."""
LINKED = frozenset({"dm"})
"""Kinds that link to their run's card; about a run, they wait for it too."""


def render_log(occasion: Occasion) -> Message:
    """Draw the vendor's last lines."""
    if occasion.run is None:
        return render_words(occasion)
    return render_log_note(occasion.run, occasion.body.splitlines())


def render_absence(occasion: Occasion) -> Message:
    """Draw "I was away": the body is two ISO moments."""
    start, end = (datetime.fromisoformat(moment) for moment in occasion.body.split())
    return render_away(start, end)


def render_held(occasion: Occasion) -> Message:
    """Draw what is told because of a lock or a freeze: the body is ``HoldNews``."""
    return render_hold_news(HoldNews.decode(occasion.body), now=occasion.now)


def render_dm(occasion: Occasion) -> Message:
    """Draw a direct message: about a lock, unless it is about a run."""
    return render_held(occasion) if occasion.run is None else render_words(occasion)


def render_words(occasion: Occasion) -> Message:
    """Draw a body that is words already: mrkdwn, everything people typed escaped by whoever owed it."""
    return render_notice(occasion.body)


WORDS: Mapping[str, Words] = {
    "note": render_log,
    "notice": render_absence,
    "ask": render_words,
    "remind": render_words,
    "early": render_words,
    "uncounted": render_words,
    "why": render_words,
    "database": render_words,
    "page": render_words,
    "line": render_words,
    "hold": render_held,
    "dm": render_dm,
}
"""Kinds that are text and blocks."""

"""How each kind of message looks that is no card: the one table from kind to pure function.

To add a kind: a function here or in a file of its own that turns an ``Occasion`` into a ``Message``, and its
line in the table. Pictures are drawn by ``bot/drawings.py``. What a body holds is between whoever owes the
post and its function.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from bot.engine.runs import RunView
from bot.engine.stores import StoreVersion
from bot.pipelines.hold_news import HoldNews
from handlers.render import asks
from handlers.render._blocks import Message
from handlers.render._voices import missing
from handlers.render.holds import render_hold_news
from handlers.render.log_note import render_log_note
from handlers.render.notices import render_away
from handlers.render.release_notes import render_store_live, render_store_word, render_testers


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """Mentions that notify those who hold a role where the run goes, mrkdwn; empty where nobody is named."""

    approvers: str = ""
    database: str = ""
    oncall: str = ""
    testers: str = ""


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
LINKED = frozenset({"dm", "line"})
"""Kinds that link to their run's card; about a run, they wait for it too."""


def render_log(occasion: Occasion) -> Message:
    """Draw the vendor's last lines."""
    return render_log_note(_run(occasion), occasion.body.splitlines())


def render_absence(occasion: Occasion) -> Message:
    """Draw "I was away": the body is two ISO moments."""
    start, end = (datetime.fromisoformat(moment) for moment in occasion.body.split())
    return render_away(start, end)


def render_held(occasion: Occasion) -> Message:
    """Draw what is told because of a lock or a freeze: the body is ``HoldNews``."""
    return render_hold_news(HoldNews.decode(occasion.body), now=occasion.now)


def render_dm(occasion: Occasion) -> Message:
    """Draw a direct message: about a lock, unless it is about a run."""
    if occasion.run is None:
        return render_held(occasion)
    return asks.render_dm(occasion.run, occasion.link)


def render_remind(occasion: Occasion) -> Message:
    """Draw the reminder before a round of asking ends."""
    run = _run(occasion)
    return asks.render_remind(run, missing(run), occasion.call.approvers, occasion.link)


def render_uncounted(occasion: Occasion) -> Message:
    """Draw why a reaction does not count: the body is who reacted and what ``may_vote`` found."""
    user, why = occasion.body.split()
    return asks.render_uncounted(user, why)


def render_unknown_word(occasion: Occasion) -> Message:
    """Draw a store's word that nobody here knows: the body is the ``StoreVersion``."""
    there = StoreVersion.model_validate_json(occasion.body)
    return render_store_word(_run(occasion), there)


def render_one_live(occasion: Occasion) -> Message:
    """Draw that one store has live what another rejected: the body is the ``StoreVersion``."""
    there = StoreVersion.model_validate_json(occasion.body)
    return render_store_live(_run(occasion), there)


def _run(occasion: Occasion) -> RunView:
    assert occasion.run is not None  # noqa: S101 - owed with its run; runs are never deleted
    return occasion.run


WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "note": render_log,
        "notice": render_absence,
        "hold": render_held,
        "dm": render_dm,
        "ask": lambda one: asks.render_ask(_run(one), one.call.approvers, one.link),
        "remind": render_remind,
        "early": lambda one: asks.render_too_early(one.body),
        "uncounted": render_uncounted,
        "why": lambda one: asks.render_reason_wanted(_run(one)),
        "database": lambda one: asks.render_database(_run(one), one.call.database, one.link),
        "page": lambda one: asks.render_page(_run(one), one.call.oncall, one.link),
        "testers": lambda one: render_testers(_run(one), one.call.testers),
        "store_word": render_unknown_word,
        "store_live": render_one_live,
        "line": lambda one: asks.render_line(_run(one), one.link),
    }
)
"""Kinds that are text and blocks."""

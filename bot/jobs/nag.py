"""Reminds people of locks they may have forgotten: by direct message, once an interval. Ends no lock."""

from datetime import timedelta

from bot.clock import Clock
from bot.db.holds_store import HoldsStore
from bot.pipelines.hold_news import HoldNews
from bot.pipelines.needs import Cards
from bot.project import Project


class Nag:
    """Runs as a job."""

    def __init__(self, *, store: HoldsStore, cards: Cards, project: Project, clock: Clock) -> None:
        self._store = store
        self._cards = cards
        self._project = project
        self._clock = clock

    async def look(self) -> int:
        """Owe a reminder for every lock held for ``timings.lock_nag`` since the last; return how many."""
        now, nagged = self._clock.now(), 0
        since = now - timedelta(seconds=self._project.timings.lock_nag)
        for hold, last in await self._store.unnagged(since):
            if hold.until is not None and hold.until <= now:
                continue
            news = HoldNews(what="nag", hold=hold, at=now)
            nagged += await self._store.nag(hold, last, at=now, owed=(news.dm(),))
        if nagged:
            self._cards.changed()
        return nagged

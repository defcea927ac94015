"""Notices when the bot was away: a silent link, a stopped process. Says so once, when it is back."""

from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.db.people_store import PresenceStore
from bot.db.posts_store import PostsStore
from bot.link import Link
from bot.pipelines.needs import Cards
from bot.project import Project

log = structlog.get_logger(__name__)


class Presence:
    """Watches the link; runs as a job."""

    def __init__(
        self,
        *,
        link: Link,
        store: PresenceStore,
        posts: PostsStore,
        cards: Cards,
        project: Project,
        clock: Clock,
    ) -> None:
        self._link = link
        self._store = store
        self._posts = posts
        self._cards = cards
        self._project = project
        self._clock = clock
        self.connected = False

    async def look(self) -> int:
        """Replace silent connections, note that we are here, tell of a gap just closed."""
        silence = self._project.timings.silence
        replaced = await self._link.replace_silent(silence)
        self.connected = await self._link.connected() > 0
        if not self.connected:
            return replaced
        now, seen = self._clock.now(), await self._store.seen_at()
        if seen is not None and now - seen > timedelta(seconds=silence):
            log.warning("back after an absence", since=seen.isoformat(), until=now.isoformat())
            await self._posts.owe(
                f"away:{seen.isoformat()}",
                kind="notice",
                channel=self._project.channels.deploys,
                body=f"{seen.isoformat()} {now.isoformat()}",
                at=now,
            )
            self._cards.changed()
        await self._store.seen(now)
        return replaced

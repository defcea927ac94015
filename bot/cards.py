"""Joins state and looks: draws any owed message from what the database says now.

Knows no kind's words: a card is drawn by ``run_card``, every other kind by its line in ``render/posts.py``.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog

from bot.clock import Clock
from bot.composing import Links, composed, shared
from bot.db.posts_store import PostsStore
from bot.db.runs_reader import RunsReader
from bot.db.tables import Post
from bot.drawings import Studio
from bot.engine.runs import RunView
from bot.engine.states import MOBILE
from bot.errors import VendorRejected
from bot.incident_cards import KINDS as INCIDENT_KINDS
from bot.integrations.slack.outgoing import Composed
from bot.integrations.slack.people import mention
from bot.project import Project
from handlers.render.posts import ALONE, LINKED, WORDS, Call, Drawing, Occasion, Words
from handlers.render.run_card import around, render_run_card

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Composer:
    """Callable by the publisher with a message's key."""

    posts: PostsStore
    reader: RunsReader
    clock: Clock
    project: Project
    links: Links | None = None
    """None where direct messages go without a link (tests)."""
    words: Mapping[str, Words] = field(default_factory=lambda: WORDS)
    studio: Studio = field(default_factory=Studio)
    alerts: Callable[[Post], Awaitable[Composed | None]] | None = None
    """Who draws what is about alerts; None where there are none."""
    incidents: Callable[[Post], Awaitable[Composed | None]] | None = None
    """Who draws what is about incidents."""

    async def __call__(self, key: str) -> Composed | None:
        """Return how the message looks now; None while its card is not in Slack yet.

        Raises:
            VendorUnavailable: Slack was to name the card's address and did not answer.

        """
        post = await self.posts.find(key)
        if post is None:
            return None
        if post.alert_id is not None or post.storm_id is not None:
            return None if self.alerts is None else await self.alerts(post)
        if post.kind in INCIDENT_KINDS:
            return None if self.incidents is None else await self.incidents(post)
        run = None if post.run_id is None else await self.reader.view(post.run_id)
        several = run is not None and self._several(run)
        if post.kind == "card":
            if run is None:
                return None
            rules = around(self.project, run)
            drawn = render_run_card(run, now=self.clock.now(), several=several, around=rules)
            return composed(drawn, run.revision)
        card = await self._card(post)
        if card is None and (post.kind not in ALONE or (post.kind in LINKED and run is not None)):
            return None
        link = await self._link(card) if card is not None and post.kind in LINKED else ""
        occasion = Occasion(
            key=key,
            body=post.body,
            now=self.clock.now(),
            run=run,
            several=several,
            link=link,
            call=Call() if run is None else self._call(run),
        )
        thread = None if post.kind in ALONE else card
        if self.studio.draws(post.kind):
            picture = await self.studio.picture(post.kind, occasion)
            if picture is None:
                return None
            if isinstance(picture, Drawing):
                return shared(picture, thread)
            return composed(picture, 1, thread)
        words = self.words.get(post.kind)
        if words is None:
            log.error("nobody draws this kind of message", key=key, kind=post.kind)
            return None
        return composed(words(occasion), 1, thread)

    def _several(self, run: RunView) -> bool:
        """Say whether a command about ``run`` must name its service, or its app."""
        if run.kind in MOBILE:
            return sum(run.environment in app.environments for app in self.project.apps) > 1
        return self.project.several(run.environment)

    async def _card(self, post: Post) -> Post | None:
        """Return the card of the post's run, once it is in Slack."""
        card = None if post.run_id is None else await self.posts.card(post.run_id)
        return card if card is not None and card.ts else None

    def _call(self, run: RunView) -> Call:
        """Return whom to mention about a run, as the project file says today."""
        service = self.project.service_or_app(run.service)
        environment = service.environments.get(run.environment) if service else None
        if service is None or environment is None:
            return Call()
        approval = environment.approval
        app = self.project.app(run.service)
        return Call(
            testers=mention(self.project, app.environments[run.environment].tester_roles if app else ()),
            approvers=mention(self.project, approval.roles if approval else ()),
            database=mention(self.project, service.database_roles),
            oncall=mention(self.project, service.oncall_roles),
        )

    async def _link(self, card: Post) -> str:
        """Return the address of a card; empty when somebody deleted it."""
        if self.links is None:
            return ""
        try:
            return await self.links.permalink(card.channel, card.ts)
        except VendorRejected:
            return ""

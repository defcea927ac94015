"""Draws what is owed about alerts and storms from what the database says now, for ``bot/cards.py``."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.alerts.router import Router
from bot.clock import Clock
from bot.composing import composed, shared
from bot.db.alerts_reader import AlertsReader
from bot.db.posts_store import PostsStore
from bot.db.tables import Post
from bot.drawings import Studio
from bot.engine.alert_notes import AlertNote, NoteKind
from bot.engine.alerts import AlertView, Severity
from bot.integrations.slack.outgoing import Composed
from bot.integrations.slack.people import mention
from bot.project import Project
from handlers.render.alert_card import AlertAround, render_alert
from handlers.render.alert_notes import render_alert_note
from handlers.render.posts import Drawing, Occasion
from handlers.render.storm_card import render_storm

_IN_SIGHT = timedelta(hours=1)
"""A younger card is still where people look."""
_REFUSED = (
    "Whoever runs pawdeploy can type `pawdeploy check` on its server to see what its token lacks; then Retry."
)


@dataclass(frozen=True, slots=True)
class AlertCards:
    """Called with a message about an alert or a storm."""

    posts: PostsStore
    reader: AlertsReader
    clock: Clock
    project: Project
    studio: Studio
    asks: bool
    """Whether Sentry is asked and told."""
    quiet: Callable[[AlertView], bool]
    """Say whether nobody is to be mentioned at this hour."""

    async def __call__(self, post: Post) -> Composed | None:
        """Return how the message looks now; None while the card it belongs under is not in Slack."""
        if post.storm_id is not None:
            storm = await self.reader.storm(post.storm_id)
            if storm is None:
                return None
            return composed(render_storm(storm, now=self.clock.now()), storm.revision)
        alert = None if post.alert_id is None else await self.reader.view(post.alert_id)
        if alert is None:
            return None
        # Not as it was when it opened: what is sent now is to be quiet by the hour it is now.
        alert = replace(alert, quiet=self.quiet(alert))
        if post.kind == "alert":
            return await self._card(alert, post)
        card = await self.posts.find(f"alert:{alert.id}")
        if card is None or not card.ts or card.channel != post.channel:
            return None
        root = await self._storm(alert, post) or card
        return await self._said(alert, post, card, root)

    async def _card(self, alert: AlertView, post: Post) -> Composed | None:
        drawn = render_alert(alert, now=self.clock.now(), around=self._around(alert, post))
        root: Post | None = None
        if alert.storm is not None and not post.ts:
            storm = await self.posts.find(f"storm:{alert.storm}")
            if storm is not None and storm.channel == post.channel:
                if not storm.ts:
                    return None  # the storm's card comes first
                root = storm
        return composed(drawn, alert.revision, root)

    async def _storm(self, alert: AlertView, post: Post) -> Post | None:
        """Return the card of the storm an alert's messages stand under."""
        if alert.storm is None:
            return None
        storm = await self.posts.find(f"storm:{alert.storm}")
        here = storm is not None and storm.ts and storm.channel == post.channel
        return storm if here else None

    async def _said(self, alert: AlertView, post: Post, card: Post, root: Post) -> Composed | None:
        if self.studio.draws(post.kind):
            occasion = Occasion(key=post.key, body=post.body, now=self.clock.now())
            drawn = await self.studio.picture(post.kind, occasion)
            if drawn is None:
                return None
            if isinstance(drawn, Drawing):
                return shared(drawn, root)
            return composed(drawn, 1, root)
        note = AlertNote.decode(post.body)
        said = render_alert_note(alert, note, mentions=self._mentions(alert, card), now=self.clock.now())
        # What came back under a card that is still in sight is said in its thread alone.
        old = post.created_at - card.created_at >= _IN_SIGHT
        loud = old and note.kind is NoteKind.REOPENED and note.mention
        return replace(composed(said, 1, root), broadcast=loud)

    def _mentions(self, alert: AlertView, card: Post) -> str:
        # The cards a storm began with have called people; while it goes on, each of its groups need not call
        # them once more, unless it was over meanwhile and came back.
        storm = alert.storm is not None and alert.storm_ended_at is None
        enough = storm and alert.severity is not Severity.CRITICAL and alert.opened_at <= card.created_at
        return "" if alert.quiet or enough else mention(self.project, alert.mention)

    def _around(self, alert: AlertView, card: Post) -> AlertAround:
        section = self.project.alerts
        return AlertAround(
            mentions=self._mentions(alert, card),
            still_firing=section.still_firing if section else 600.0,
            at_source=self.asks and bool(alert.issue_id),
            assignable=bool(self.project.sentry_users),
            service_known=bool(alert.service) or not alert.project,
            sharing=_sharing(self.project, alert),
            trouble_way_out=_REFUSED if _is_refused(alert) else "",
        )


def alert_cards(
    posts: PostsStore, reader: AlertsReader, clock: Clock, project: Project, studio: Studio, *, asks: bool
) -> AlertCards | None:
    """Make the one that draws alerts; None without ``[alerts]``."""
    if project.alerts is None:
        return None
    quiet = Router(project, clock, asks=asks).quiet
    return AlertCards(posts, reader, clock, project, studio, asks, quiet)


def _sharing(project: Project, alert: AlertView) -> tuple[str, ...]:
    """Return the names of the services and apps of which an alert may be, where that are several."""
    names = [
        one.name
        for one in project.services_and_apps
        if alert.project and alert.project in (one.sentry_project, one.repository)
    ]
    return tuple(names) if len(names) > 1 else ()


def _is_refused(alert: AlertView) -> bool:
    """Say whether the last act failed for want of a right: then trying again mends nothing."""
    return alert.act is not None and any(code in alert.act.trouble for code in ("HTTP 401", "HTTP 403"))

"""Draws what is owed about incidents from what the database says now, for ``bot/cards.py``."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.clock import Clock
from bot.composing import Links, composed, shared
from bot.db.incident_reports_store import IncidentReportsStore
from bot.db.incidents_reader import IncidentsReader
from bot.db.posts_store import PostsStore
from bot.db.tables import Post
from bot.engine.incident_notes import IncidentNote, NoteKind
from bot.engine.incidents import IncidentView
from bot.errors import VendorError
from bot.incidents.records import view_of
from bot.integrations.slack.outgoing import Composed
from bot.project import Project
from handlers.render.incident_card import IncidentAround, render_incident
from handlers.render.incident_notes import render_drill_due, render_incident_note
from handlers.render.posts import Drawing

KINDS = frozenset(
    {"incident", "incident_page", "incident_said", "incident_remind", "incident_report", "drill_due"}
)
"""Kinds of message drawn here."""
_CALLED = timedelta(minutes=30)
"""How long the card of a new incident goes on naming whom it called."""
_MOST_LINKS = 500


@dataclass(frozen=True, slots=True)
class IncidentCards:
    """Called with a message about an incident."""

    posts: PostsStore
    reader: IncidentsReader
    reports: IncidentReportsStore
    clock: Clock
    project: Project
    mention: Callable[[tuple[str, ...]], str]
    links: Links | None = None
    known: dict[tuple[str, str], str] = field(default_factory=dict)
    """Addresses of messages asked for before; they never change."""

    async def __call__(self, post: Post) -> Composed | None:
        """Return how the message looks now; None while what it stands under is not in Slack."""
        if post.kind == "drill_due":
            return composed(render_drill_due(IncidentNote.decode(post.body)), 1)
        loaded = None if post.incident_id is None else await self.reader.load(post.incident_id)
        if loaded is None:
            return None
        incident = view_of(loaded)
        if post.kind in ("incident", "incident_page"):
            return await self._page(incident, post)
        card = await self.posts.find(f"incident:{incident.id}")
        root = card if card is not None and card.channel == post.channel else None
        if root is not None and not root.ts:
            return None
        if post.kind == "incident_report":
            return await self._report(incident, post, root)
        note = IncidentNote.decode(post.body)
        link = await self._link(card.channel, card.ts) if card is not None and card.ts else ""
        said = render_incident_note(incident, note, now=self.clock.now(), link=link)
        loud = root is not None and (note.loud or note.kind in (NoteKind.UPDATE, NoteKind.REPORT))
        return replace(composed(said, 1, root), broadcast=loud)

    async def _page(self, incident: IncidentView, post: Post) -> Composed | None:
        if post.page and not post.ts and not await self._is_there(incident, post.page - 1):
            return None
        drawn = render_incident(
            incident,
            now=self.clock.now(),
            around=await self._around(incident, post.misdirected),
            page=post.page,
        )
        return composed(drawn, incident.revision)

    async def _is_there(self, incident: IncidentView, page: int) -> bool:
        key = f"incident:{incident.id}" + (f":page:{page}" if page else "")
        before = await self.posts.find(key)
        return before is not None and bool(before.ts)

    async def _report(self, incident: IncidentView, post: Post, root: Post | None) -> Composed | None:
        opening = int(IncidentNote.decode(post.body).status or incident.openings)
        text = await self.reports.find(incident.id, opening)
        if text is None:
            return None
        again = "" if opening == 1 else f"-{opening}"
        drill = "DRILL: " if incident.drill else ""
        drawing = Drawing(
            filename=f"incident-{incident.id}{again}.md",
            content=text.encode(),
            title=f"{drill}Report of incident {incident.id}",
            alt=f"{drill}The report of incident {incident.id}, as Markdown",
            comment=f"{drill}The report of incident {incident.id}, to keep.",
        )
        return shared(drawing, root)

    async def _around(self, incident: IncidentView, misdirected: str) -> IncidentAround:
        section = self.project.incidents
        young = self.clock.now() - incident.opened_at < _CALLED
        called = tuple(role for role in section.mention if role in self.project.roles)
        runs = {}
        for run in incident.runs:
            card = await self.posts.card(run.id)
            if card is not None and card.ts:
                runs[run.id] = await self._link(card.channel, card.ts)
        alerts = {
            alert.id: await self._link(alert.channel, alert.ts) for alert in incident.alerts if alert.ts
        }
        return IncidentAround(
            mentions=self.mention(called) if called and young and not incident.drill else "",
            run_links={number: link for number, link in runs.items() if link},
            alert_links={number: link for number, link in alerts.items() if link},
            misdirected=misdirected,
        )

    async def _link(self, channel: str, ts: str) -> str:
        """Return the address of a message; empty when Slack does not say."""
        if self.links is None:
            return ""
        if (channel, ts) not in self.known:
            try:
                address = await self.links.permalink(channel, ts)
            except VendorError:
                return ""
            if len(self.known) >= _MOST_LINKS:
                self.known.clear()
            self.known[channel, ts] = address
        return self.known[channel, ts]

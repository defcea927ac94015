"""The messages we owe Slack: what is due, what was tried, where it landed."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, or_, update
from sqlalchemy.orm import Session
from sqlmodel import col, select
from sqlmodel.sql.expression import Select

from bot.db import _incident_posts as incident_posts
from bot.db.alert_tables import Alert, Storm
from bot.db.incident_tables import Incident
from bot.db.session import Database, changed
from bot.db.tables import Post, Run
from bot.engine.incident_notes import IncidentNote, NoteKind

_CARDS = ("card", "alert", "storm", *incident_posts.CARDS)
"""Kinds that are edited as long as what they show changes."""


def owe_in(session: Session, db: Database, post: Post) -> None:
    """Owe ``post`` in the caller's transaction; the same key twice is one message."""
    values: dict[str, Any] = post.model_dump()
    session.execute(db.insert(Post).values(**values).on_conflict_do_nothing(index_elements=["key"]))


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A message that Slack shows older than it is, or not at all."""

    key: str
    kind: str
    channel: str
    ts: str
    body: str
    trying_since: datetime | None
    urgency: int
    """0: about a run or an incident; 1: about an alert, or evidence; 2: only counts are new."""


class PostsStore:
    """Reads and writes ``posts``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def owe(
        self, key: str, *, kind: str, channel: str, body: str, at: datetime, run_id: int | None = None
    ) -> None:
        """Remember a message to send; the same key twice is one message."""
        post = Post(key=key, kind=kind, channel=channel, body=body, created_at=at, run_id=run_id)
        await self._db.change(lambda session: owe_in(session, self._db, post))

    async def due(self, now: datetime | None = None) -> tuple[Due, ...]:
        """Return cards older than what they show and messages not posted yet, the most urgent first.

        Without ``now`` also those whose time has not come.
        """
        query = _owed()
        if now is not None:
            query = query.where(or_(col(Post.not_before).is_(None), col(Post.not_before) <= now))
        rows = await self._db.look(lambda session: session.execute(query).all())
        return tuple(sorted((_due(post, urgent) for post, urgent in rows), key=lambda due: due.urgency))

    async def find(self, key: str) -> Post | None:
        """Return the message called ``key``."""
        return await self._db.look(lambda session: session.scalar(select(Post).where(Post.key == key)))

    async def newest(self, kind: str) -> datetime | None:
        """Return when a message of a kind was last owed; None: never."""
        query = select(func.max(col(Post.created_at))).where(Post.kind == kind)
        return await self._db.look(lambda session: session.scalar(query))

    async def card(self, run_id: int) -> Post | None:
        """Return where run ``run_id``'s card is."""
        query = select(Post).where(Post.run_id == run_id, Post.kind == "card")
        return await self._db.look(lambda session: session.scalars(query).one_or_none())

    async def trying(self, key: str, at: datetime) -> bool:
        """Claim the first try to post; false when there was one already."""
        change = (
            update(Post).where(col(Post.key) == key, col(Post.trying_since).is_(None)).values(trying_since=at)
        )
        return await self._db.write_direct(lambda now: changed(now.execute(change))) == 1

    async def untried(self, key: str) -> None:
        """Take back the claim of the first try: Slack said that it did nothing."""
        change = update(Post).where(col(Post.key) == key).values(trying_since=None)
        await self._db.change(lambda session: session.execute(change))

    async def landed(self, key: str, *, channel: str, ts: str, revision: int) -> None:
        """Store where a message is and how new it is."""
        change = (
            update(Post).where(col(Post.key) == key).values(channel=channel, ts=ts, sent_revision=revision)
        )
        await self._db.write_direct(lambda now: now.execute(change))

    async def redirect(self, key: str, *, to: str, why: str) -> None:
        """Send what belongs together to another channel from now on; its card is posted anew."""

        def work(session: Session) -> None:
            post = session.scalars(select(Post).where(Post.key == key)).one()
            if post.incident_id is not None:
                incident_posts.move(session.connection(), key, to=to, why=why)
                return
            meant = f"{post.channel} {why}"
            afresh = {"channel": to, "ts": "", "sent_revision": 0, "trying_since": None, "misdirected": meant}
            session.execute(update(Post).where(col(Post.key) == key).values(**afresh))
            if post.alert_id is None:
                return
            others = col(Post.alert_id) == post.alert_id
            session.execute(update(Post).where(others, col(Post.ts) == "").values(channel=to))
            session.execute(update(Alert).where(col(Alert.id) == post.alert_id).values(channel=to))

        await self._db.change(work)

    async def left_room(self, key: str, *, channel: str, why: str, at: datetime) -> bool:
        """Have an incident talk in its card's thread when ``channel`` was its own; false when it was not."""
        return await self._db.change(
            lambda session: incident_posts.leave_room(
                session.connection(), key, channel=channel, why=why, at=at
            )
        )

    async def lost(self, key: str) -> None:
        """Forget where a message was, because Slack says it is gone: it will be posted anew.

        With a card its reactions are gone. Nobody took theirs away: they are read afresh on the new one.
        """
        card_of = select(col(Post.run_id)).where(Post.key == key, Post.kind == "card").scalar_subquery()

        def work(session: Session) -> None:
            session.execute(update(Run).where(col(Run.id) == card_of).values(listening=False))
            session.execute(
                update(Post).where(col(Post.key) == key).values(ts="", sent_revision=0, trying_since=None)
            )

        await self._db.change(work)


@cache
def _owed() -> Select[Post, int]:
    """Ask for what ``due`` returns, whenever its time comes: asked all the time and long, so built once."""
    behind = or_(
        and_(col(Post.kind) == "card", col(Post.sent_revision) < col(Run.revision)),
        and_(col(Post.kind) == "alert", col(Post.sent_revision) < col(Alert.revision)),
        and_(col(Post.kind) == "storm", col(Post.sent_revision) < col(Storm.revision)),
        and_(col(Post.kind).in_(incident_posts.CARDS), col(Post.sent_revision) < col(Incident.revision)),
    )
    # A direct message is tried once: whether it arrived cannot be looked up.
    untried = or_(col(Post.kind) != "dm", col(Post.trying_since).is_(None))
    unsent = and_(col(Post.kind).not_in(_CARDS), col(Post.ts) == "", untried, _wanted())
    return (
        select(Post, col(Alert.urgent))
        .join(Run, col(Run.id) == col(Post.run_id), isouter=True)
        .join(Alert, col(Alert.id) == col(Post.alert_id), isouter=True)
        .join(Storm, col(Storm.id) == col(Post.storm_id), isouter=True)
        .join(Incident, col(Incident.id) == col(Post.incident_id), isouter=True)
        .where(or_(behind, unsent))
        .order_by(col(Post.created_at), col(Post.page), col(Post.key))
    )


def _wanted() -> ColumnElement[bool]:
    """Leave out reminders that say nothing any more, where Slack was away: of many the newest is enough."""
    newest = literal("incident:") + cast(Incident.id, String) + ":remind:" + cast(Incident.reminders, String)
    since = func.coalesce(Incident.update_at, Incident.opened_at)
    going_on = and_(col(Incident.state) == "open", col(Post.created_at) >= since, col(Post.key) == newest)
    return or_(col(Post.kind) != "incident_remind", going_on)


def _due(post: Post, urgent: int | None) -> Due:
    about_alerts = post.alert_id is not None or post.storm_id is not None
    # A card shown for the first time is news; a storm's card, once there, only counts.
    only_counts = post.kind == "spark" or (post.ts and post.sent_revision >= (urgent or 0))
    return Due(
        key=post.key,
        kind=post.kind,
        channel=post.channel,
        ts=post.ts,
        body=post.body,
        trying_since=post.trying_since,
        urgency=1 if _may_wait(post) else 0 if not about_alerts else 2 if only_counts else 1,
    )


def _may_wait(post: Post) -> bool:
    """Say whether it is an incident's evidence: the card says in short what was found."""
    if post.incident_id is None or not post.body:
        return False
    try:
        return IncidentNote.decode(post.body).kind is NoteKind.EVIDENCE
    except ValueError:
        return False

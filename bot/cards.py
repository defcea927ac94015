"""Joins state and looks: draws any owed message from what the database says now."""

from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.db.posts_store import PostsStore
from bot.db.runs_reader import RunsReader
from bot.integrations.slack.publisher import Composed
from bot.project import Project
from handlers.render._blocks import Message
from handlers.render.notices import render_away
from handlers.render.run_card import render_log_note, render_run_card


@dataclass(frozen=True, slots=True)
class Composer:
    """Callable by the publisher with a message's key."""

    posts: PostsStore
    reader: RunsReader
    clock: Clock
    project: Project

    async def __call__(self, key: str) -> Composed | None:
        """Return how the message looks now; None while its card is not in Slack yet."""
        post = await self.posts.find(key)
        if post is None:
            return None
        if post.kind == "notice":
            start, end = (datetime.fromisoformat(moment) for moment in post.body.split())
            return _composed(render_away(start, end), 1, "")
        run = await self.reader.view(post.run_id or 0)
        if run is None:
            return None
        if post.kind == "card":
            several = self.project.several(run.environment)
            return _composed(render_run_card(run, now=self.clock.now(), several=several), run.revision, "")
        card = await self.posts.card(run.id)
        if card is None or not card.ts:
            return None
        return _composed(render_log_note(run, post.body.splitlines()), 1, card.ts)


def _composed(message: Message, revision: int, thread_ts: str) -> Composed:
    return Composed(text=message.text, blocks=message.blocks, revision=revision, thread_ts=thread_ts)

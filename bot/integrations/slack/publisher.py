"""Keeps messages in Slack as new as our state: posts each once, edits it in place, newest state wins.

Slack's ``chat.postMessage`` knows no idempotency key. So before the first try we note that we try, every
message carries its key as metadata, and after a crash or a lost answer we look for it before posting again.
A picture is looked for by its file's name. A direct message cannot be looked for (we may not read people's
conversations): it is tried once, and whoever it was for was also mentioned in the thread.
Knows neither runs nor the database; both are handed in.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.clock import Clock
from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.slack.calls import SlackWeb
from bot.integrations.slack.finder import EVENT_TYPE, find_file, find_posted
from bot.integrations.slack.outgoing import Compose, Composed, Outbox, Owed, Picture
from bot.integrations.slack.pace import Pace

log = structlog.get_logger(__name__)

_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
_NO_THREAD = frozenset({"thread_not_found", "message_not_found"})
_CLOSED = frozenset({"is_archived", "is_inactive", "not_in_channel", "channel_not_found"})
"""What Slack says of a channel that takes nothing of ours."""
_INCIDENT = frozenset({"incident", "incident_page", "incident_said", "incident_remind", "incident_report"})
"""Kinds that may be for an incident's own channel: without it they go to the thread of its card."""
_REDIRECTED = frozenset({"alert", "storm"}) | _INCIDENT
"""Kinds that go to the ops channel then; what is said in their threads follows them."""
_ALIKE = "incident_page"
"""A kind that most changes of its incident leave as it is: not sent again when it looks the same, ..."""
_SURE = timedelta(seconds=60)
"""... for so long; then it is, for it may have been deleted, and only Slack can tell."""
_LONGEST_HOLD = 30.0
_IDLE = 1.0
"""Seconds between looks when nobody calls: another replica may have changed something."""


class Publisher:
    """One per process. ``changed`` may be called from anywhere in the loop."""

    def __init__(
        self,
        slack: SlackWeb,
        outbox: Outbox,
        compose: Compose,
        clock: Clock,
        *,
        interval: float,
        leads: Callable[[], Awaitable[bool]],
        pace: Pace | None = None,
        recount: float = 15.0,
        ops: str = "",
    ) -> None:
        """Make one. ``recount``: seconds between edits that only count; ``ops``: a channel that is open."""
        self._slack = slack
        self._outbox = outbox
        self._compose = compose
        self._clock = clock
        self._interval = interval
        self._leads = leads
        self._pace = pace
        self._recount = max(recount, interval)
        self._ops = ops
        self._sent: dict[str, datetime] = {}
        self._looks: dict[str, tuple[datetime, str, object]] = {}
        self._wake = asyncio.Event()
        self._not_before: dict[str, datetime] = {}
        self._moved = False
        """Whether what is due was read before something went elsewhere."""
        self._hold = 0.0
        self._held_until = clock.now()

    def changed(self) -> None:
        """Something visible changed."""
        self._wake.set()

    async def turn(self) -> None:
        """Send what is due, then wait until more may be; called again and again."""
        self._wake.clear()
        pause = await self.flush()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_IDLE if pause is None else pause):
                await self._wake.wait()

    async def flush(self) -> float | None:
        """Send what is due; return after how many seconds more may be, None when nothing waits.

        Of several replicas one leads and sends; two would post a card twice, or an old look over a new one.
        """
        if not await self._leads():
            return None
        if (held := (self._held_until - self._clock.now()).total_seconds()) > 0:
            await self._clock.sleep(held)
        wait: float | None = None
        for owed in await self._outbox.due(self._clock.now()):
            early = self._early(owed)
            if early <= 0:
                try:
                    await self._send(owed)
                except VendorUnavailable as error:
                    self._hold = min(_LONGEST_HOLD, max(self._interval, self._hold * 2))
                    self._held_until = self._clock.now() + timedelta(seconds=error.retry_after or self._hold)
                    log.warning("Slack is away", trouble=str(error), wait=error.retry_after or self._hold)
                    return 0.0
                self._hold = 0.0
                if self._moved:
                    self._moved = False
                    return 0.0
                early = self._early(owed)
            wait = early if wait is None else min(wait, early)
        return wait

    def _early(self, owed: Owed) -> float:
        """Seconds until a message may be sent or edited again."""
        now = self._clock.now()
        self._not_before = {one: moment for one, moment in self._not_before.items() if moment > now}
        early = (self._not_before.get(owed.key, now) - now).total_seconds()
        if owed.urgency == 2 and owed.key in self._sent:
            early = max(early, self._recount - (now - self._sent[owed.key]).total_seconds())
        if early > 0 or self._pace is None:
            return early
        return self._pace.wait(owed.channel, edit=bool(owed.ts), urgency=owed.urgency)

    def _rest(self, key: str, seconds: float) -> None:
        self._not_before[key] = self._clock.now() + timedelta(seconds=seconds)

    async def _send(self, owed: Owed) -> None:
        self._rest(owed.key, self._interval)
        composed = await self._compose(owed.key)
        if composed is None:
            return
        if self._looks_the_same(owed, composed):
            await self._outbox.landed(owed.key, channel=owed.channel, ts=owed.ts, revision=composed.revision)
            return
        self._note_sent(owed)
        try:
            if owed.ts:
                await self._edit(owed, composed)
            elif composed.picture is not None:
                await self._share(owed, composed, composed.picture)
            else:
                await self._post(owed, composed)
        except VendorRejected as error:
            if error.detail in _GONE and owed.ts:
                log.warning("a message is gone and will be posted anew", key=owed.key, trouble=error.detail)
                await self._outbox.lost(owed.key)
                return
            if error.detail in _NO_THREAD and composed.parent:
                log.warning("a thread is gone", key=owed.key, parent=composed.parent, trouble=error.detail)
                await self._outbox.lost(composed.parent)
                self.changed()
                return
            if error.detail in _CLOSED and await self._sent_elsewhere(owed, error.detail):
                log.warning("a channel is closed to us", key=owed.key, channel=owed.channel, why=error.detail)
                self._rest(owed.key, 0.0)
                self._moved = True
                self.changed()
                return
            # A channel we are not in, a revoked token: nothing a retry at once would mend. Others may go on.
            log.exception("Slack refused a message", key=owed.key, channel=owed.channel)
            self._rest(owed.key, _LONGEST_HOLD)

    def _looks_the_same(self, owed: Owed, composed: Composed) -> bool:
        """Say whether Slack was lately given just this."""
        now = self._clock.now()
        self._looks = {key: look for key, look in self._looks.items() if now - look[0] < _SURE}
        _, ts, look = self._looks.get(owed.key, (now, "", None))
        return bool(owed.ts) and owed.ts == ts and look == (composed.text, composed.blocks)

    def _note_look(self, owed: Owed, ts: str, composed: Composed) -> None:
        if owed.kind == _ALIKE:
            self._looks[owed.key] = (self._clock.now(), ts, (composed.text, composed.blocks))

    async def _sent_elsewhere(self, owed: Owed, why: str) -> bool:
        """Send what a closed channel was to have somewhere else, where there is such a place."""
        if owed.kind in _INCIDENT:
            now = self._clock.now()
            if await self._outbox.left_room(owed.key, channel=owed.channel, why=why, at=now):
                return True
        if owed.kind not in _REDIRECTED or self._ops in ("", owed.channel):
            return False
        await self._outbox.redirect(owed.key, to=self._ops, why=why)
        return True

    def _note_sent(self, owed: Owed) -> None:
        now = self._clock.now()
        if self._pace is not None:
            self._pace.took(owed.channel, edit=bool(owed.ts))
        longest = timedelta(seconds=self._recount)
        self._sent = {key: at for key, at in self._sent.items() if now - at < longest} | {owed.key: now}

    async def _edit(self, owed: Owed, composed: Composed) -> None:
        await self._slack.call(
            "chat.update",
            "updating a message",
            **_content(owed.key, composed),
            channel=owed.channel,
            ts=owed.ts,
        )
        self._note_look(owed, owed.ts, composed)
        await self._outbox.landed(owed.key, channel=owed.channel, ts=owed.ts, revision=composed.revision)

    async def _post(self, owed: Owed, composed: Composed) -> None:
        first = await self._outbox.trying(owed.key, self._clock.now())
        if owed.kind == "dm" and not first:
            return
        found = None if first else await find_posted(self._slack, owed.channel, owed.key, composed.thread_ts)
        if found is not None:
            log.info("found the message of an earlier life", key=owed.key)
            await self._outbox.landed(owed.key, channel=owed.channel, ts=found, revision=0)
            self._rest(owed.key, 0.0)
            self.changed()
            return
        thread: dict[str, Any] = {"thread_ts": composed.thread_ts} if composed.thread_ts else {}
        if thread and composed.broadcast:
            thread["reply_broadcast"] = True
        try:
            answer = await self._slack.call(
                "chat.postMessage",
                "posting a message",
                **_content(owed.key, composed),
                **thread,
                channel=owed.channel,
                unfurl_links=False,
                unfurl_media=False,
            )
        except VendorUnavailable as error:
            if owed.kind == "dm" and error.status == 429:
                await self._outbox.untried(owed.key)
            raise
        self._note_look(owed, str(answer["ts"]), composed)
        await self._outbox.landed(
            owed.key, channel=str(answer["channel"]), ts=str(answer["ts"]), revision=composed.revision
        )

    async def _share(self, owed: Owed, composed: Composed, picture: Picture) -> None:
        first = await self._outbox.trying(owed.key, self._clock.now())
        found = (
            None
            if first
            else await find_file(self._slack, owed.channel, picture.filename, composed.thread_ts)
        )
        file_id = found or await self._slack.upload(
            owed.channel,
            composed.thread_ts,
            picture.filename,
            picture.content,
            title=picture.title,
            alt=picture.alt,
            comment=picture.comment,
        )
        await self._outbox.landed(owed.key, channel=owed.channel, ts=file_id, revision=composed.revision)


def _content(key: str, composed: Composed) -> dict[str, Any]:
    return {
        "text": composed.text,
        "blocks": list(composed.blocks),
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": key}},
    }

"""What people do with words: type, react, pin. The page and the tests act through this alone.

Buttons and boxes are in ``pressing.py``, forms in ``forms.py``.

Each act ends with Slack's own verdict as ``Said``; nothing here knows what the app will do.
"""

import html
import re

from sandbox.workspace import payloads
from sandbox.workspace.answers import show_answer, tell_person
from sandbox.workspace.core import Core
from sandbox.workspace.delivery import Delivery
from sandbox.workspace.errors import Refused
from sandbox.workspace.model import Channel, Json, Message, Said
from sandbox.workspace.pressing import verdict
from sandbox.workspace.seed import is_reaction


class Acting:
    """People's hands."""

    def __init__(self, core: Core, delivery: Delivery) -> None:
        self._core = core
        self._delivery = delivery

    async def say(self, user: str, channel: str, text: str, *, thread_ts: str | None = None) -> Said:
        """Type ``text`` and press Return: a slash command when it starts with ``/``, else a message."""
        where = self._core.state.channel(channel)
        if where is None or user not in where.members:
            return Said(ok=False, error="channel_not_found" if where is None else "not_in_channel")
        if where.archived:
            return Said(ok=False, error="is_archived")
        if text.startswith("/"):
            return await self._command(user, where, text, thread_ts)
        if not text.strip():
            return Said(ok=False, error="no_text")
        message = Message(
            ts=self._core.state.new_ts(),
            channel=where.id,
            user=user,
            text=self._linked(html.escape(text, quote=False)),
            thread_ts=thread_ts,
        )
        self._core.state.add(message)
        self._core.posted(message)
        return Said(ok=True, detail=message.ts)

    async def react(self, user: str, channel: str, ts: str, name: str, *, remove: bool = False) -> Said:
        """Add or take back a reaction; ``name`` has no colons, maybe a skin tone: ``+1::skin-tone-3``."""
        message = self._core.state.message(channel, ts)
        if message is None:
            return Said(ok=False, error="message_not_found")
        if user not in self._core.state.channels[channel].members:
            return Said(ok=False, error="not_in_channel")
        if not is_reaction(name):
            return Said(ok=False, error="invalid_name", detail=f":{name}: is no emoji here")
        if not self._core.state.react(message, user, name, remove=remove):
            return Said(ok=False, error="no_reaction" if remove else "already_reacted")
        self._core.reacted(message, user, name, removed=remove)
        return Said(ok=True)

    async def pin(self, user: str, channel: str, ts: str, *, remove: bool = False) -> Said:
        """Pin a message to its channel, a reply too, or take the pin away."""
        message = self._core.state.message(channel, ts)
        if message is None:
            return Said(ok=False, error="message_not_found")
        where = self._core.state.channels[channel]
        if user not in where.members or where.archived:
            return Said(ok=False, error="is_archived" if where.archived else "not_in_channel")
        before = message.pinned
        if not self._core.state.pin(message, user, remove=remove):
            return Said(ok=False, error="no_pin" if remove else "already_pinned")
        pin = message.pinned or before
        if pin is not None:
            self._core.pinned(message, user, pin, removed=remove)
        return Said(ok=True)

    async def unpin(self, user: str, channel: str, ts: str) -> Said:
        """Take a pin away."""
        return await self.pin(user, channel, ts, remove=True)

    async def unreact(self, user: str, channel: str, ts: str, name: str) -> Said:
        """Take a reaction back."""
        return await self.react(user, channel, ts, name, remove=True)

    async def _command(self, user: str, where: Channel, text: str, thread_ts: str | None) -> Said:
        name, _, rest = text.partition(" ")
        command = self._core.manifest.command(name)
        if command is None:
            tell_person(self._core, user, where.id, f"{name} is not a valid command.")
            return Said(ok=False, error="invalid_command")
        if thread_ts is not None:
            tell_person(self._core, user, where.id, f"{name} is not supported in threads. Sorry!")
            return Said(ok=False, error="not_in_threads")
        typed = self._linked(rest.strip()) if command.should_escape else rest.strip()
        payload = payloads.command_payload(self._core, user, where, name, typed)
        outcome = await self._delivery.once("slash_commands", payload)
        said = verdict(outcome)
        if not said.ok:
            tell_person(self._core, user, where.id, f'{name} failed with the error "{said.error}"')
            return said
        answer: Json = {"text": outcome.answer} if isinstance(outcome.answer, str) else outcome.answer or {}
        if answer:
            try:
                show_answer(self._core, answer, self._core.tickets.response(user, where.id))
            except Refused as refused:
                tell_person(self._core, user, where.id, f'{name} failed with the error "{refused.error}"')
                return Said(ok=False, error=refused.error, ack_ms=said.ack_ms)
        return said

    def _linked(self, text: str) -> str:
        """Turn ``@name`` and ``#name`` into mentions, as Slack's composer does."""
        known = {one.name: f"<@{one.id}>" for one in self._core.state.people.values()}
        known[self._core.state.team.bot_name] = f"<@{self._core.state.team.bot_user}>"
        known |= {one.handle: f"<!subteam^{one.id}>" for one in self._core.state.groups.values()}
        places = {one.name: f"<#{one.id}|{one.name}>" for one in self._core.state.channels.values()}
        text = re.sub(r"(?<!\S)@([\w.-]+)", lambda hit: known.get(hit.group(1), hit.group()), text)
        return re.sub(r"(?<!\S)#([\w-]+)", lambda hit: places.get(hit.group(1), hit.group()), text)

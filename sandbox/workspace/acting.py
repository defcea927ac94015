"""What people do: type, press, choose, submit, close, react. The page and the tests act through this alone.

Each act ends with Slack's own verdict as ``Said``; nothing here knows what the app will do.
"""

import html
import re
from collections.abc import Mapping

from sandbox.workspace import payloads
from sandbox.workspace.answers import show_answer, tell_person
from sandbox.workspace.choices import action_of, filled, key_of, values_of
from sandbox.workspace.core import Core
from sandbox.workspace.delivery import Delivery
from sandbox.workspace.errors import Refused
from sandbox.workspace.model import Channel, Json, Message, Said, View, elements
from sandbox.workspace.outcome import Outcome
from sandbox.workspace.screens import all_views
from sandbox.workspace.seed import is_reaction

FAILED = {"timeout": "operation_timeout", "error": "dispatch_failed", "unreachable": "dispatch_failed"}
"""The words a person sees when the app did not acknowledge."""


class Acting:
    """People's hands."""

    def __init__(self, core: Core, delivery: Delivery) -> None:
        self._core = core
        self._delivery = delivery
        self._choices: dict[tuple[str, str, str], Json] = {}

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

    async def press(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        value: object = None,
        *,
        block_id: str | None = None,
        around: Mapping[str, object] | None = None,
    ) -> Said:
        """Press a button or choose from a menu in a message the person can see.

        ``value`` says which of several buttons with that action id, or what is chosen; ``around`` what else
        the person has set in the message.
        """
        message = self._core.state.message(channel, ts) or next(
            (one for one in self._core.state.ephemerals(user) if one.ts == ts and one.channel == channel),
            None,
        )
        if message is None:
            return Said(ok=False, error="message_not_found")
        found = _element(message.blocks, action_id, block_id, value)
        if found is None:
            return Said(ok=False, error="no_such_element", detail=action_id)
        try:
            action = action_of(found, value, self._core.state.new_ts())
            mine = _set(message.blocks, self._choices.get((user, channel, ts), {}), around)
        except Refused as refused:
            return Said(ok=False, error=refused.error, detail=action_id)
        self._choices[user, channel, ts] = mine
        _remember(mine, found, action)
        state = values_of(message.blocks, mine)
        payload = payloads.message_action(self._core, user, message, action, state)
        return _said(await self._delivery.once("interactive", payload))

    async def press_view(
        self,
        user: str,
        view_id: str,
        action_id: str,
        value: object = None,
        *,
        block_id: str | None = None,
        around: Mapping[str, object] | None = None,
    ) -> Said:
        """Press a button or choose from a menu in an open form; the arguments are those of ``press``."""
        view = self.find_view(user, view_id)
        found = _element(view.view["blocks"], action_id, block_id, value) if view else None
        if view is None or found is None:
            return Said(ok=False, error="no_such_element", detail=action_id)
        try:
            action = action_of(found, value, self._core.state.new_ts())
            view.state = _set(view.view["blocks"], view.state, around)
        except Refused as refused:
            return Said(ok=False, error=refused.error, detail=action_id)
        _remember(view.state, found, action)
        block = next(one for one in view.view["blocks"] if one["block_id"] == found["block_id"])
        if block["type"] == "input" and not block.get("dispatch_action"):
            return Said(ok=True)
        view.state = values_of(view.view["blocks"], view.state)
        return _said(
            await self._delivery.once("interactive", payloads.view_action(self._core, user, view, action))
        )

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

    async def unreact(self, user: str, channel: str, ts: str, name: str) -> Said:
        """Take a reaction back."""
        return await self.react(user, channel, ts, name, remove=True)

    def find_view(self, user: str, view_id: str) -> View | None:
        """Return a person's open form by id."""
        return next((one for one in all_views(self._core) if one.id == view_id and one.user == user), None)

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
        said = _said(outcome)
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


def _said(outcome: Outcome) -> Said:
    if outcome.result == "acked":
        return Said(ok=True, ack_ms=outcome.ms)
    return Said(ok=False, error=FAILED[outcome.result], ack_ms=outcome.ms)


def _element(blocks: list[Json], action_id: str, block_id: str | None, value: object) -> Json | None:
    wanted = value.get("value") if isinstance(value, Mapping) else value
    for one in elements(blocks):
        if one["action_id"] != action_id or (block_id and one["block_id"] != block_id):
            continue
        if one["type"] != "button" or wanted is None or one.get("value") == wanted:
            return one
    return None


def _set(blocks: list[Json], before: Json, around: Mapping[str, object] | None) -> Json:
    """Take over what the person has set in blocks that are still there."""
    there = {block["block_id"] for block in blocks}
    return filled(blocks, before, {name: value for name, value in (around or {}).items() if name in there})


def _remember(state: Json, element: Json, action: Json) -> None:
    if element["type"] in ("button", "overflow"):
        return
    key = key_of(element)
    entry = {"type": element["type"], key: action[key]}
    state.setdefault(element["block_id"], {})[element["action_id"]] = entry

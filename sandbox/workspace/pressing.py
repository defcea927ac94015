"""What people do with elements: press a button, tick a box, choose from a menu, in a message or a form.

Each act ends with Slack's own verdict as ``Said``; nothing here knows what the app will do.

A person's client keeps what its boxes and menus show. An edit that says something else about the same block
and action changes nothing for who has them on the screen: only a new ``block_id`` does
(https://github.com/slackapi/java-slack-sdk/issues/762). Who has not looked yet sees what the message says.
"""

from collections.abc import Mapping, Sequence

from sandbox.workspace import payloads
from sandbox.workspace.choices import action_of, filled, key_of, values_of
from sandbox.workspace.core import Core
from sandbox.workspace.delivery import Delivery
from sandbox.workspace.errors import Refused
from sandbox.workspace.model import Json, Message, Said, View, elements, options_of
from sandbox.workspace.outcome import Outcome
from sandbox.workspace.screens import all_views

FAILED = {"timeout": "operation_timeout", "error": "dispatch_failed", "unreachable": "dispatch_failed"}
"""The words a person sees when the app did not acknowledge."""


class Pressing:
    """People's fingers."""

    def __init__(self, core: Core, delivery: Delivery) -> None:
        self._core = core
        self._delivery = delivery
        self._choices: dict[tuple[str, str, str], Json] = {}
        """What the boxes and menus of a message show to a person who has looked: by block and action."""

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
        message = self._seen(user, channel, ts)
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
        _remember(mine, found, action)
        state = values_of(message.blocks, mine)
        self._choices[user, channel, ts] = state
        payload = payloads.message_action(self._core, user, message, action, state)
        return verdict(await self._delivery.once("interactive", payload))

    async def choose(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        value: str | Sequence[str] | None,
        *,
        block_id: str | None = None,
    ) -> Said:
        """Choose from a menu: an option by its value, a person by id, or several in a list.

        Of checkboxes, ``value`` is every box that is ticked then: a client that shows an old state sends it.
        """
        given = value if isinstance(value, str | None) else list(value)
        return await self.press(user, channel, ts, action_id, given, block_id=block_id)

    async def tick(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        value: str | None = None,
        *,
        on: bool = True,
        block_id: str | None = None,
    ) -> Said:
        """Tick one box, or clear it with ``on=False``; the others stay as this person sees them.

        ``value`` names the box; it may be left out where there is but one.
        """
        message = self._seen(user, channel, ts)
        if message is None:
            return Said(ok=False, error="message_not_found")
        found = _element(message.blocks, action_id, block_id, None)
        if found is None or found["type"] != "checkboxes":
            return Said(ok=False, error="no_such_element", detail=action_id)
        offered = [option["value"] for option in options_of(found)]
        if value not in offered and (value is not None or len(offered) > 1):
            return Said(ok=False, error="no_such_option", detail=str(value))
        box = offered[0] if value is None else value
        shown = values_of(message.blocks, self._choices.get((user, channel, ts), {}))
        ticked = {one["value"] for one in shown[found["block_id"]][action_id]["selected_options"]}
        if (box in ticked) is on:
            return Said(ok=False, error="already_so", detail=box)
        wanted = ticked ^ {box}
        left = [one for one in offered if one in wanted]
        return await self.choose(user, channel, ts, action_id, left, block_id=found["block_id"])

    def look(self, user: str, channel: str, ts: str) -> None:
        """Have a person's client draw a message now: from here on its boxes are theirs, as with it open.

        ``KeyError`` for a message that is not there.
        """
        message = self._seen(user, channel, ts)
        if message is None:
            raise KeyError(ts)
        self._choices[user, channel, ts] = values_of(
            message.blocks, self._choices.get((user, channel, ts), {})
        )

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
        return verdict(
            await self._delivery.once("interactive", payloads.view_action(self._core, user, view, action))
        )

    def find_view(self, user: str, view_id: str) -> View | None:
        """Return a person's open form by id."""
        return next((one for one in all_views(self._core) if one.id == view_id and one.user == user), None)

    def _seen(self, user: str, channel: str, ts: str) -> Message | None:
        hidden = (one for one in self._core.state.ephemerals(user) if one.ts == ts and one.channel == channel)
        return self._core.state.message(channel, ts) or next(hidden, None)


def verdict(outcome: Outcome) -> Said:
    """Return what a person is shown of a delivery."""
    if outcome.result == "acked":
        return Said(ok=True, ack_ms=outcome.ms)
    return Said(ok=False, error=FAILED[outcome.result], ack_ms=outcome.ms)


def _element(blocks: list[Json], action_id: str, block_id: str | None, value: object) -> Json | None:
    wanted = value.get("value") if isinstance(value, Mapping) else value
    for one in elements(blocks):
        if one["action_id"] != action_id:
            continue
        button = one["type"] == "button" and wanted is not None
        # Drawn anew, a button stands in a block with another id; who had it on the screen means this one.
        if one.get("value") == wanted if button else not block_id or one["block_id"] == block_id:
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

"""Forms on people's screens: stacking, changing, closing, and how a form looks to the app and to the page."""

import secrets

from sandbox.workspace.core import Core
from sandbox.workspace.errors import Refused
from sandbox.workspace.model import Json, View

STACK = 3
"""How many forms may lie on each other."""


def all_views(core: Core) -> list[View]:
    """Return every open form of everybody."""
    return [view for stack in core.screens.values() for view in stack]


def push_view(core: Core, user: str, view: Json, channel: str | None) -> View:
    """Put a form on top of a person's screen. Raises ``Refused`` when the stack is full."""
    stack = core.screens.setdefault(user, [])
    if len(stack) >= STACK:
        raise Refused("push_limit_reached")
    made_id = core.state.new_id("V")
    made = View(
        id=made_id,
        user=user,
        view=view,
        hash=_hash(core),
        root=stack[0].id if stack else made_id,
        previous=stack[-1].id if stack else None,
        channel=channel,
    )
    stack.append(made)
    core.state.feed.tell("view_opened", {"view": view_for_page(made)}, only=user)
    return made


def change_view(core: Core, found: View, view: Json) -> None:
    """Show another content in the same form; what was typed in blocks that stay is kept."""
    found.view = view
    found.hash = _hash(core)
    kept = {block.get("block_id") for block in view["blocks"]}
    found.state = {block: state for block, state in found.state.items() if block in kept}
    core.state.feed.tell("view_updated", {"view": view_for_page(found)}, only=found.user)


def close_views(core: Core, user: str, *, every: bool) -> list[View]:
    """Take the top form, or all, off a person's screen; return them, the top one first."""
    stack = core.screens.get(user, [])
    gone = [stack.pop() for _ in range(len(stack) if every else min(1, len(stack)))]
    for view in gone:
        core.state.feed.tell("view_closed", {"view_id": view.id}, only=user)
    if stack:
        core.state.feed.tell("view_updated", {"view": view_for_page(stack[-1])}, only=user)
    return gone


def view_for_page(view: View) -> Json:
    """Return a form as the page draws it."""
    return {**view.view, "id": view.id, "hash": view.hash, "state": {"values": view.state}}


def view_for_app(core: Core, view: View) -> Json:
    """Return a form as Slack shows it to the app."""
    team = core.state.team
    return {
        "callback_id": "",
        "private_metadata": "",
        "external_id": "",
        "submit": None,
        "close": None,
        "clear_on_close": False,
        "notify_on_close": False,
        **view.view,
        "id": view.id,
        "team_id": team.id,
        "app_id": team.app_id,
        "bot_id": team.bot_id,
        "app_installed_team_id": team.id,
        "hash": view.hash,
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "state": {"values": view.state},
    }


def _hash(core: Core) -> str:
    return f"{int(core.clock())}.{secrets.token_hex(4)}"

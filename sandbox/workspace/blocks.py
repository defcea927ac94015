"""Block Kit's blocks and their limits; what Slack refuses is refused here with the same words and pointer.

Limits: https://docs.slack.dev/reference/block-kit/blocks and the vendor notes of this project.
"""

import copy
import secrets

from sandbox.workspace.element_check import AS_ACCESSORY, BUTTON, IN_ACTIONS, IN_INPUT, in_context
from sandbox.workspace.errors import Refused
from sandbox.workspace.model import Json, texts
from sandbox.workspace.shape_check import (
    Check,
    Note,
    anything,
    flag,
    items,
    number,
    one_of,
    string,
    tagged,
    text,
    typed,
)

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_CHARACTERS = 13_200
"""All text of all blocks of a message; undocumented, measured in slackapi/bolt-js issue 2509."""
MARKDOWN_CHARACTERS = 12_000
"""All ``markdown`` blocks of a message together."""

_ID: dict[str, Check] = {"block_id": string(255)}
_SECTION = typed(
    {},
    {**_ID, "text": text(3000), "fields": items(text(2000), 10), "accessory": AS_ACCESSORY, "expand": flag},
)


def _section(value: object, at: str, note: Note) -> None:
    _SECTION(value, at, note)
    if isinstance(value, dict) and "text" not in value and "fields" not in value:
        note(at, "missing required field: text or fields")


_CARD: dict[str, Check] = {
    "title": text(150),
    "subtitle": text(150),
    "body": text(200),
    "actions": items(BUTTON, 25),
    "hero_image": anything,
    "icon": anything,
}
_LEAF: dict[str, Check] = {
    "section": _section,
    "divider": typed({}, _ID),
    "header": typed({"text": text(150, plain_only=True)}, {**_ID, "level": number}),
    "context": typed({"elements": items(in_context, 10)}, _ID),
    "actions": typed({"elements": items(IN_ACTIONS, 25)}, _ID),
    "image": typed(
        {"alt_text": string(2000)},
        {**_ID, "image_url": string(3000), "slack_file": anything, "title": text(2000, plain_only=True)},
    ),
    "input": typed(
        {"label": text(2000, plain_only=True), "element": IN_INPUT},
        {**_ID, "hint": text(2000, plain_only=True), "optional": flag, "dispatch_action": flag},
    ),
    "markdown": typed({"text": string(MARKDOWN_CHARACTERS)}, _ID),
    "rich_text": typed({"elements": items(anything, 1000)}, _ID),
    "video": typed(
        {}, {**_ID, "alt_text": anything, "title": anything, "thumbnail_url": anything, "video_url": anything}
    ),
    "alert": typed(
        {"text": text(3000)}, {**_ID, "level": one_of("default", "info", "warning", "error", "success")}
    ),
    "table": typed({"rows": items(items(anything, 20), 100)}, {**_ID, "column_settings": anything}),
    "card": typed({}, {**_ID, **_CARD}),
    "task_card": typed(
        {"task_id": string(255), "title": string(3000)},
        {
            **_ID,
            "status": one_of("pending", "in_progress", "complete", "error"),
            "details": anything,
            "output": anything,
            "sources": anything,
        },
    ),
    "plan": typed({"title": string(3000)}, {**_ID, "tasks": items(anything, 50)}),
}
BLOCK = tagged(
    {
        **_LEAF,
        "carousel": typed({"elements": items(tagged({"card": _LEAF["card"]}), 10)}, _ID),
        "container": typed(
            {"child_blocks": items(tagged(_LEAF), 10)},
            {**_ID, "title": text(150), "is_collapsible": flag, "default_collapsed": flag},
        ),
    }
)


def unique_ids(blocks: list[Json], at: str, note: Note) -> None:
    """Note a ``block_id`` used twice in one surface and an ``action_id`` used twice in one block."""
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        named = block.get("block_id")
        if named in seen:
            note(f"{at}/{index}/block_id", f"`block_id` {named} already exists")
        if named:
            seen.add(named)
        inside = block.get("elements")
        actions: set[str] = set()
        for place, one in enumerate(inside if isinstance(inside, list) else []):
            action = one.get("action_id") if isinstance(one, dict) else None
            if action in actions:
                where = f"{at}/{index}/elements/{place}/action_id"
                note(where, f"`action_id` {action} already exists for another element")
            if action:
                actions.add(action)


def problems_of(blocks: list[Json], at: str, most: int) -> list[str]:
    """Return every problem of ``blocks`` in Slack's words, each with its pointer."""
    found: list[str] = []

    def note(pointer: str, words: str) -> None:
        found.append(f"{words} [json-pointer:{pointer}]")

    items(BLOCK, most, least=0)(blocks, at, note)
    if not found:
        unique_ids(blocks, at, note)
    return found


def accept_message_blocks(blocks: list[Json]) -> list[Json]:
    """Return the blocks as Slack keeps them (ids filled in), or raise ``Refused``."""
    if problems := problems_of(blocks, "/blocks", MESSAGE_BLOCKS):
        messages = {"messages": [f"[ERROR] {one}" for one in problems]}
        raise Refused("invalid_blocks", errors=problems, response_metadata=messages)
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if sum(map(len, texts(blocks))) > MESSAGE_CHARACTERS or markdown > MARKDOWN_CHARACTERS:
        raise Refused("msg_blocks_too_long")
    return with_ids(blocks)


def with_ids(blocks: list[Json]) -> list[Json]:
    """Return a copy in which every block and every interactive element has an id."""
    kept = copy.deepcopy(blocks)
    for block in kept:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        inside = [*(block.get("elements") or []), block.get("accessory"), block.get("element")]
        for one in inside:
            if (
                isinstance(one, dict)
                and one.get("type") not in ("plain_text", "mrkdwn", "image", None)
                and (not str(one["type"]).startswith("rich_text_"))
            ):
                one.setdefault("action_id", secrets.token_urlsafe(4))
    return kept

"""Forms (modals) and their limits (https://docs.slack.dev/reference/views/modal-views)."""

import json

from sandbox.workspace.blocks import VIEW_BLOCKS, problems_of, with_ids
from sandbox.workspace.errors import Refused
from sandbox.workspace.model import Json
from sandbox.workspace.shape_check import anything, flag, one_of, string, text, thing

VIEW_BYTES = 250_000

_VIEW = thing(
    {"type": one_of("modal"), "title": text(24, plain_only=True), "blocks": anything},
    {
        "submit": text(24, plain_only=True),
        "close": text(24, plain_only=True),
        "private_metadata": string(3000, least=0),
        "callback_id": string(255, least=0),
        "external_id": string(255, least=0),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
)


def accept_view(view: Json) -> Json:
    """Return the form as Slack keeps it (ids filled in), or raise ``Refused``."""
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        raise Refused("view_too_large")
    problems: list[str] = []

    def note(pointer: str, words: str) -> None:
        problems.append(f"{words} [json-pointer:{pointer}]")

    _VIEW({name: value for name, value in view.items() if value is not None}, "/view", note)
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        note("/view/blocks", "must be an array of objects")
        blocks = []
    problems += problems_of(blocks, "/view/blocks", VIEW_BLOCKS)
    if any(block.get("type") == "input" for block in blocks) and not view.get("submit"):
        note("/view", "missing required field: submit (there are input blocks)")
    if problems:
        messages = {"messages": [f"[ERROR] {one}" for one in problems]}
        raise Refused("invalid_arguments", response_metadata=messages)
    return {**view, "blocks": with_ids(blocks)}

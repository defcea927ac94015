"""Block Kit pieces that cannot break Slack's limits, and the message they make. Knows nothing of runs.

Limits: https://docs.slack.dev/reference/block-kit/blocks (a message: 50 blocks, about 13,200 characters).
"""

from dataclasses import dataclass

from handlers.render._text import ELLIPSIS, escape, one_line, size

__all__ = [
    "Block",
    "Message",
    "actions",
    "button",
    "context",
    "cut",
    "escape",
    "link_button",
    "message",
    "section",
]

Block = dict[str, object]
"""One Block Kit object, about to become JSON."""

SECTION = 3000
FALLBACK = 3000
MESSAGE = 12_000
"""All text of a message's blocks together; Slack refuses somewhere above 13,200."""
BLOCKS = 50
BUTTON_TEXT = 75
BUTTON_VALUE = 2000
BUTTON_URL = 3000


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: blocks, and the text that stands in for them in notifications and screen readers."""

    text: str
    blocks: tuple[Block, ...]

    def to_slack(self) -> dict[str, object]:
        """Return the arguments of ``chat.postMessage``, ``chat.update`` and ``respond``."""
        return {"text": self.text, "blocks": list(self.blocks)}


def cut(text: str, limit: int) -> str:
    """Cut composed mrkdwn to ``limit``, at a line's end so that no link, mention or entity is torn."""
    if size(text) <= limit:
        return text
    kept: list[str] = []
    used = size(ELLIPSIS)
    for line in text.split("\n"):
        if used + size(line) + 1 > limit:
            break
        kept.append(line)
        used += size(line) + 1
    return "\n".join([*kept, ELLIPSIS])


def _words(text: str) -> Block:
    # verbatim: Slack turns no word of a commit title into a link or a channel by itself
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section(text: str) -> Block:
    """Make a paragraph of mrkdwn."""
    return {"type": "section", "text": _words(cut(text, SECTION) or " ")}


def context(text: str) -> Block:
    """Make a small grey line."""
    return {"type": "context", "elements": [_words(cut(text, SECTION) or " ")]}


def _label(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": one_line(text)[:limit] or " ", "emoji": False}


def button(
    text: str,
    action_id: str,
    value: str,
    *,
    style: str = "",
    confirm: tuple[str, str, str, str] | None = None,
) -> Block:
    """Make a button that calls us; ``confirm`` is (title, question, yes, no)."""
    if size(value) > BUTTON_VALUE:
        msg = f"button {action_id}: its value is longer than Slack allows"
        raise ValueError(msg)
    made: Block = {
        "type": "button",
        "action_id": action_id,
        "text": _label(text, BUTTON_TEXT),
        "value": value,
    }
    if style:
        made["style"] = style
    if confirm:
        title, question, yes, no = confirm
        asked: Block = {
            "title": _label(title, 100),
            "text": _label(question, 300),
            "confirm": _label(yes, 30),
            "deny": _label(no, 30),
        }
        made["confirm"] = asked | ({"style": style} if style else {})
    return made


def link_button(text: str, action_id: str, url: str) -> Block | None:
    """Make a button that opens a page; None when there is no page, or its address does not fit."""
    if (
        not url.startswith(("https://", "http://"))
        or size(url) > BUTTON_URL
        or one_line(url) != url
        or " " in url
    ):
        return None
    return {"type": "button", "action_id": action_id, "text": _label(text, BUTTON_TEXT), "url": url}


def actions(*buttons: Block | None) -> Block | None:
    """Make a row of the buttons that exist; None when there are none."""
    row = [made for made in buttons if made is not None]
    return {"type": "actions", "elements": row[:25]} if row else None


def _text_of(block: Block) -> int:
    match block:
        case {"text": {"text": str(text)}}:
            return size(text)
        case {"elements": [{"type": "mrkdwn", "text": str(text)}]}:
            return size(text)
    return 0


def message(text: str, *blocks: Block | None) -> Message:
    """Join blocks into a message that fits; paragraphs too many for Slack are left out, buttons never."""
    kept: list[Block] = []
    used = 0
    for block in blocks:
        if block is None:
            continue
        long = _text_of(block)
        if (long and used + long > MESSAGE) or (len(kept) >= BLOCKS - 1 and block["type"] != "actions"):
            continue
        used += long
        kept.append(block)
    return Message(text=cut(text, FALLBACK) if "\n" in text else text[:FALLBACK], blocks=tuple(kept[:BLOCKS]))

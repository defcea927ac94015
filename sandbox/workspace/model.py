"""What exists in the simulated workspace: its team, people, channels, groups, messages and forms.

Shapes and how they look on Slack's wire; nothing here decides, waits or sends.
"""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
"""One JSON object as it travels. This package *is* the wire, so it keeps Slack's own shapes."""


@dataclass(frozen=True, slots=True)
class Team:
    """The workspace and the app installed in it."""

    id: str = "T0PAWLOGIC1"
    name: str = "PawLogic"
    domain: str = "pawlogic"
    bot_user: str = "U0PAWDEPLOY"
    bot_id: str = "B0PAWDEPLOY"
    bot_name: str = "pawdeploy"
    app_id: str = "A0PAWDEPLOY"


@dataclass(frozen=True, slots=True)
class Tokens:
    """The secrets Slack and the app share; worthless anywhere else."""

    bot: str = "xoxb-sandbox"
    app: str = "xapp-sandbox"
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105 - opens nothing but this sandbox


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can act in the workspace."""

    id: str
    name: str
    real_name: str
    title: str = ""
    color: str = "#4a6fa5"


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation; the bot is in it when its user id is among ``members``."""

    id: str
    name: str
    topic: str
    members: tuple[str, ...]
    direct: bool = False
    archived: bool = False
    creator: str = ""
    """Who made it, by user id."""


@dataclass(frozen=True, slots=True)
class Group:
    """A user group, mentioned as ``<!subteam^ID>``."""

    id: str
    handle: str
    name: str
    users: tuple[str, ...]


@dataclass(slots=True)
class File:
    """An uploaded file; ``content`` is None until its bytes have come."""

    id: str
    name: str
    length: int
    alt: str = ""
    title: str = ""
    content: bytes | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Pin:
    """Who pinned a message, and when (seconds since the epoch)."""

    user: str
    at: int


@dataclass(slots=True)
class Message:
    """One message as it stands now, and how it stood before."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    is_bot: bool = False
    username: str = ""
    thread_ts: str | None = None
    broadcast: bool = False
    """A reply that stands in the channel too."""
    metadata: Json | None = None
    files: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    """Who reacted, by emoji name, in the order they did."""
    pinned: Pin | None = None
    edited: str | None = None
    """When it was last edited, as a ts."""
    ephemeral_to: str | None = None
    """The only person who sees it, for an ephemeral message."""
    versions: list[str] = field(default_factory=list)
    """Every text it has had, oldest first, the present one last."""

    @property
    def everything(self) -> str:
        """All text a person can read in it: the fallback text and every text inside its blocks."""
        return "\n".join([self.text, *texts(self.blocks)])

    @property
    def actions(self) -> list[Json]:
        """Every interactive element in it, each with its ``block_id``."""
        return elements(self.blocks)


@dataclass(slots=True)
class View:
    """One form (modal) on a person's screen."""

    id: str
    user: str
    view: Json
    hash: str
    root: str
    previous: str | None = None
    channel: str | None = None
    state: Json = field(default_factory=dict)
    """What has been chosen so far: block id, then action id."""


@dataclass(frozen=True, slots=True)
class Said:
    """How Slack answered a person who did something."""

    ok: bool
    error: str = ""
    ack_ms: float = 0.0
    """Time from handing the payload to the app until it acknowledged."""
    detail: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    """What the app said is wrong in a form, by block id."""


def texts(node: object) -> list[str]:
    """Every readable text anywhere inside blocks."""
    if isinstance(node, list):
        return [text for part in node for text in texts(part)]
    if isinstance(node, dict):
        own = node.get("text")
        found = [own] if isinstance(own, str) else []
        return found + [text for part in node.values() for text in texts(part)]
    return []


def elements(blocks: list[Json]) -> list[Json]:
    """Every interactive element inside ``blocks``, each with the ``block_id`` it stands in."""
    found: list[Json] = []
    for block in blocks:
        inside = [*block.get("elements", []), block.get("accessory"), block.get("element")]
        found += [
            {**one, "block_id": block.get("block_id", "")}
            for one in inside
            if isinstance(one, dict) and "action_id" in one
        ]
        found += (
            [item for key in ("actions", "child_blocks") for item in elements(block.get(key) or [])]
            if block.get("type") in ("card", "container")
            else []
        )
    return found


def options_of(element: Json) -> list[Json]:
    """Return every option of a menu, grouped or not."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]

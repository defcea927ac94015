"""What people ask of the desk, as frozen facts. Shapes only."""

from dataclasses import dataclass

from bot.engine.mobile import AppPlatform
from bot.engine.release import Part
from bot.engine.stores import OrderKind


@dataclass(frozen=True, kw_only=True, slots=True)
class DeployRequest:
    """What somebody asked for. ``key`` names the delivery: the same key is the same run."""

    key: str
    service: str
    environment: str
    ref: str
    again: bool
    by: str
    """Slack user id."""
    emergency: str = ""
    """Why soak and freeze are skipped, as typed; the door has checked the role."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkflowRequest:
    """Starting a workflow of the project file. ``key`` names who asked: the same key is the same run."""

    key: str
    workflow: str
    """Its name in the project file."""
    by: str
    """Slack user id."""
    why: str
    """As typed; shown on the card, and never sent anywhere."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UpdateRequest:
    """An update over the air. ``key`` names the delivery: the same key is the same run."""

    key: str
    app: str
    environment: str
    ref: str
    """Empty: the default branch."""
    message: str
    """As typed; people see it on the card, and Expo as the update's message."""
    by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UpdateBackRequest:
    """Taking an update back, as somebody asked for it."""

    key: str
    app: str
    environment: str
    by: str
    emergency: str = ""
    """Why nobody is asked for approval, as typed; the door has checked the role."""
    update: int | None = None
    """The run whose update is meant, and no other; None: whichever is the newest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseRequest:
    """A release: a new version built and handed to the stores."""

    key: str
    app: str
    environment: str
    ref: str
    part: Part
    by: str
    submit_only: int | None = None
    """A run whose builds are handed over; then nothing is built."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderRequest:
    """Halting or going on with what is going out at the stores."""

    key: str
    app: str
    environment: str
    kind: OrderKind
    platforms: tuple[AppPlatform, ...]
    why: str
    by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RollbackRequest:
    """Going back, as somebody asked for it. ``key`` names the delivery: the same key is the same run."""

    key: str
    service: str
    environment: str
    to: str
    """Empty: the last good run; else a run's number or a SHA of at least 7 characters, lower case."""
    by: str
    """Slack user id."""
    emergency: str = ""
    """Why nobody is asked for approval, as typed; the door has checked the role."""
    override: str = ""
    """Why to go back over an irreversible migration, as typed."""

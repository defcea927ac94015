"""What people ask of the desk, as frozen facts. Shapes only."""

from dataclasses import dataclass


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

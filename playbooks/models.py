"""A playbook: what a team does when something breaks, in order. Shapes and their rules; reads no file."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.engine.alerts import Severity, Source
from bot.engine.reasons import Reason
from playbooks.checks import COMMANDER, MOST_STEPS, check
from playbooks.fields import Line, Slug, Strict
from playbooks.steps import Step

__all__ = [
    "COMMANDER",
    "MOST_STEPS",
    "AlertMatch",
    "FailureMatch",
    "Playbook",
    "Role",
    "Triggers",
]


class AlertMatch(Strict):
    """Alerts this playbook is for. What is left out fits everything."""

    source: tuple[Source, ...] = ()
    service: tuple[Slug, ...] = ()
    environment: tuple[Slug, ...] = ()
    severity: tuple[Severity, ...] = ()
    tags: dict[str, str] = Field(default={})
    """All of these; ``*`` is any value."""


class FailureMatch(Strict):
    """Runs that ended badly."""

    reason: Annotated[tuple[Reason, ...], Field(min_length=1)]
    environment: tuple[Slug, ...] = ()


class Triggers(Strict):
    """What makes people think of this playbook, or opens it by itself."""

    suggest: tuple[AlertMatch, ...] = ()
    """Alerts on whose cards it is offered, where no rule of ``pawdeploy.toml`` names another."""
    open: tuple[AlertMatch, ...] = ()
    """Alerts that open an incident by themselves."""
    failures: tuple[FailureMatch, ...] = ()
    """Ends of runs that open an incident by themselves."""


class Role(Strict):
    """A part somebody plays in the incident."""

    name: Slug
    does: Line


class Playbook(Strict):
    """One checklist."""

    title: Annotated[str, Field(min_length=1, max_length=80)]
    when: Line
    """When to use it."""
    severity: Literal["sev1", "sev2", "sev3"] = "sev2"
    """How bad such an incident is until somebody says otherwise; sev1 is the worst."""
    triggers: Triggers = Triggers()
    roles: Annotated[tuple[Role, ...], Field(max_length=8)] = ()
    """Besides the commander."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=MOST_STEPS)]
    branches: dict[Slug, Annotated[tuple[Step, ...], Field(min_length=1, max_length=MOST_STEPS)]] = Field(
        default={}
    )
    """Steps that are there once a choice opens them."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        check(self)
        return self

"""Incidents in ``pawdeploy.toml``: where they are worked on, who may, who is reminded. Shapes only."""

from typing import Annotated

from pydantic import Field

from bot.shapes import ChannelId, Emoji, Seconds, Strict, Whole, Yes


class Reminders(Strict):
    """Seconds between two reminders to write an update, by severity; 0: nobody is reminded."""

    sev1: Annotated[float, Field(ge=0, strict=True, allow_inf_nan=False)] = 1_800
    sev2: Annotated[float, Field(ge=0, strict=True, allow_inf_nan=False)] = 3_600
    sev3: Annotated[float, Field(ge=0, strict=True, allow_inf_nan=False)] = 0


class Room(Strict):
    """A channel for each incident. Without this section its thread is where people talk."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9_{}-]{1,60}$")] = "inc-{number}-{playbook}"
    """``{number}``, ``{playbook}`` and ``{date}`` are filled in."""
    invite: tuple[str, ...] = ()
    """Roles whose holders are invited, besides whoever opens it."""
    drills: Yes = False
    """Whether drills get one too."""


class Drills(Strict):
    """A reminder to practise. Without this section nobody is reminded."""

    every: Annotated[Whole, Field(ge=1, le=400)] = 30
    """Days since the last drill, or since the last reminder."""
    roles: tuple[str, ...] = ()
    """Whom to mention."""


class Incidents(Strict):
    """How incidents are worked on. Everything has a value of its own, so the section may be left out."""

    channel: ChannelId | None = None
    """Where cards go; none: the alerts channel, else the deploys channel."""
    roles: tuple[str, ...] = ()
    """Who may work on incidents; empty: everybody who sees the card."""
    mention: tuple[str, ...] = ()
    """Roles to mention when one is opened that is no drill."""
    playbooks: str = ""
    """A folder of the team's own playbooks, beside the project file; empty: none."""
    automatic: Yes = True
    """Whether playbooks may open incidents by themselves."""
    emoji: tuple[Emoji, ...] = ("pushpin",)
    """A reaction with one of these puts a message on the timeline."""
    look_timeout: Seconds = 15
    """How long a look may take; then it is unknown."""
    reminders: Reminders = Reminders()
    room: Room | None = None
    drills: Drills | None = None

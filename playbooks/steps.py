"""The steps a playbook is made of, one model a kind. Shapes only: what a step means is for who plays it."""

from typing import Annotated, Literal

from pydantic import Field

from bot.engine.release import Part
from playbooks.fields import Line, Place, Slug, Strict, Template, Time


class Condition(Strict):
    """A step is there only when another ended so. Before that step has ended it is not there."""

    step: Slug
    outcome: Annotated[tuple[str, ...], Field(min_length=1, max_length=10)]
    """Any of: ``done``, ``skipped``; a look's ``ok``, ``bad``, ``unknown``; a choice; an act's ``failed``."""


class Common(Strict):
    """What every step a person works on has."""

    id: Slug
    text: Line
    note: Annotated[str, Field(max_length=1000)] = ""
    """How, and what to look for."""
    who: tuple[Slug, ...] = ()
    """Roles of ``pawdeploy.toml`` that may; empty: everybody who may work on incidents."""
    owner: Slug | None = None
    """The incident's role whose step this is."""
    due: Time | None = None
    """Seconds after the step is there; overdue is shown, nothing more happens."""
    condition: Condition | None = None


class Do(Common):
    """A person does it and ticks it."""

    kind: Literal["do"]


class PlacedProbe(Strict):
    """Looks at one service in one environment."""

    service: Place = ""
    environment: Place = ""


class RailwayProbe(PlacedProbe):
    """What is live at the platform, how its newest deployment stands, how many instances are active."""

    kind: Literal["railway"]


class HealthProbe(PlacedProbe):
    """Health, and its parts where the service says how they are."""

    kind: Literal["health"]


class DependencyProbe(Strict):
    """Something our services stand on: one of ``[[health.dependencies]]`` by name, or all of a kind."""

    kind: Literal["dependency"]
    name: Slug


class ShippedProbe(PlacedProbe):
    """What went live lately, newest first, and whether it was just before this began."""

    kind: Literal["shipped"]


class ErrorsProbe(PlacedProbe):
    """Errors of the last quarter of an hour against the hours before."""

    kind: Literal["errors"]


class CrashesProbe(PlacedProbe):
    """New and escalating issues at Sentry."""

    kind: Literal["crashes"]
    within: Time = 86_400


class VersionsProbe(PlacedProbe):
    """Which versions and builds the newest issues happen in."""

    kind: Literal["versions"]
    within: Time = 86_400


class MigrationProbe(PlacedProbe):
    """The newest failed migration: its run, the end of its log, the revisions among the changes."""

    kind: Literal["migration-log"]


class AlertsProbe(Strict):
    """Whether the alerts of this incident still fire."""

    kind: Literal["alerts"]


Probe = Annotated[
    RailwayProbe
    | HealthProbe
    | DependencyProbe
    | ShippedProbe
    | ErrorsProbe
    | CrashesProbe
    | VersionsProbe
    | MigrationProbe
    | AlertsProbe,
    Field(discriminator="kind"),
]


class Rehearsed(Strict):
    """What a look finds in a drill, where nothing real is asked."""

    status: Literal["ok", "bad", "unknown"] = "ok"
    said: Line = "Nothing unusual."


class Look(Common):
    """The bot looks by itself as soon as the step is there, again when asked, and on a timer."""

    kind: Literal["look"]
    probe: Probe
    every: Time | None = None
    """Seconds between looks; None: once, and when asked."""
    until: Literal["ok", "bad"] | None = None
    """What it must find to be done; None: anything but ``unknown``."""
    drill: Rehearsed = Rehearsed()


class Choice(Strict):
    """One answer of a decision."""

    id: Slug
    text: Annotated[str, Field(min_length=1, max_length=60)]
    opens: Slug | None = None
    """The branch whose steps follow; None: nothing more to do for it."""
    suggested: tuple[Condition, ...] = ()
    """Findings that speak for it: any one of these."""


class Decide(Common):
    """People choose what comes next."""

    kind: Literal["decide"]
    choices: Annotated[tuple[Choice, ...], Field(min_length=2, max_length=5)]


class RollbackStart(PlacedProbe):
    """Go back to the last good run."""

    kind: Literal["rollback"]


class DeployStart(Strict):
    """Ship a commit."""

    kind: Literal["deploy"]
    environment: Slug
    service: Place = ""
    ref: Annotated[str, Field(max_length=200)] = ""
    """Empty: what is shipped when nobody names anything."""


class LockStart(PlacedProbe):
    """Keep others from deploying there."""

    kind: Literal["lock"]
    lasts: Time = 4 * 3600


class WorkflowStart(Strict):
    """One of ``[[workflows]]``: a migration taken back, or whatever a team has one for."""

    kind: Literal["workflow"]
    workflow: Slug


class UpdateStart(PlacedProbe):
    """Publish the default branch of an app over the air; the incident's headline is its message."""

    kind: Literal["update"]


class UpdateBackStart(PlacedProbe):
    """Take the newest update over the air back."""

    kind: Literal["update-back"]


class ReleaseStart(PlacedProbe):
    """Build the default branch of an app and hand it to the stores."""

    kind: Literal["release"]
    part: Part = Part.PATCH


class StoreHaltStart(PlacedProbe):
    """Have the stores stop giving the newest release to more people."""

    kind: Literal["store-halt"]


AppStart = UpdateStart | UpdateBackStart | ReleaseStart | StoreHaltStart
"""What is started for an app; ``service`` is the app's name."""
Start = Annotated[
    RollbackStart | DeployStart | LockStart | WorkflowStart | AppStart, Field(discriminator="kind")
]


class Act(Common):
    """A button that starts something, with the rights and the consent that always takes."""

    kind: Literal["act"]
    button: Annotated[str, Field(min_length=1, max_length=40)]
    start: Start


class TellRoles(Strict):
    """Holders of roles of ``pawdeploy.toml``, mentioned in the incident's thread."""

    kind: Literal["roles"]
    roles: Annotated[tuple[Slug, ...], Field(min_length=1)]


class TellOwners(PlacedProbe):
    """Who answers for the database, or is on call, as the service names them; mentioned in the thread."""

    kind: Literal["owners"]
    of: Literal["database", "oncall"]


class TellChannel(Strict):
    """A channel: ``deploys``, ``releases`` or ``alerts`` of ``pawdeploy.toml``, or an id."""

    kind: Literal["channel"]
    channel: Annotated[str, Field(pattern=r"^(deploys|releases|alerts|[CG][A-Z0-9]{6,})$")]


class TellOrchestrator(Strict):
    """The team's orchestrator, by webhook, with the incident as data beside the words."""

    kind: Literal["orchestrator"]


To = Annotated[TellRoles | TellOwners | TellChannel | TellOrchestrator, Field(discriminator="kind")]


class Tell(Common):
    """A message to somebody, written by a template, read and changed by a person before it goes."""

    kind: Literal["tell"]
    to: Annotated[tuple[To, ...], Field(min_length=1, max_length=5)]
    template: Template


class Never(Strict):
    """What nobody may do, whatever the hurry; shown at the top."""

    kind: Literal["never"]
    id: Slug
    text: Line
    condition: Condition | None = None


Step = Annotated[Do | Look | Decide | Act | Tell | Never, Field(discriminator="kind")]
Worked = Do | Look | Decide | Act | Tell
"""Every kind somebody works on: all but the prohibitions."""

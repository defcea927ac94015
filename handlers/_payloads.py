"""What our buttons and forms carry, versioned: an old card stays pressable, or says why not.

Values come back through Slack from whoever sees the card, so they name things and grant nothing.
"""

import re
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.engine.mobile import AppPlatform, Verdict
from bot.engine.reasons import Reason
from bot.errors import UserError

MOVED_ON = (
    "This card has moved on: the button is from an earlier version of it. "
    "`/pawdeploy history` shows every run."
)
OLD_FORM = (
    "This form is from an earlier version of pawdeploy; nothing was started. "
    "Type `/pawdeploy` for a fresh one."
)

OLD_RUN_FORM = (
    "This form is from an earlier version of pawdeploy; nothing was changed. "
    "Press the button on the run's card once more."
)

Binding = Annotated[str, Field(pattern=r"^[0-9a-f]{8,64}$")]
Id = Annotated[int, Field(ge=1, le=2**53)]


class _Versioned(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    OUT_OF_DATE: ClassVar[str] = MOVED_ON
    """What a person reads whose button or form another version drew."""

    def encode(self) -> str:
        """Return the text Slack keeps for us."""
        return self.model_dump_json()

    @classmethod
    def decode(cls, value: str) -> Self:
        """Read what Slack kept; raise ``UserError`` (``stale_button``) for what we no longer understand."""
        try:
            return cls.model_validate_json(value)
        except ValidationError as error:
            raise UserError(cls.OUT_OF_DATE, reason=Reason.STALE_BUTTON) from error


class RunButton(_Versioned):
    """Retry or Cancel on one attempt of one run."""

    v: Literal[1] = 1
    run: Id
    attempt: Id


class HoldButton(_Versioned):
    """Unlock, or auto-deploy on again: names a lock, or the rollback that took it."""

    v: Literal[1] = 1
    hold: Id | None = None
    run: Id | None = None


class RollbackState(_Versioned):
    """The rollback form's ``private_metadata``: where it goes back, whatever becomes of the card."""

    v: Literal[1] = 1
    service: str
    environment: str
    OUT_OF_DATE = OLD_FORM


class VoteButton(_Versioned):
    """Approve, Reject or Withdraw: a voice for exactly what the card showed."""

    v: Literal[1] = 1
    run: Id
    ask: Binding
    """What was asked (``Asking.binding``); another by now makes the voice count for nothing."""


class VoteForm(_Versioned):
    """The reject form's ``private_metadata``; ``ask`` is empty where somebody already said no by reaction."""

    v: Literal[1] = 1
    run: Id
    ask: Binding | Literal[""] = ""
    OUT_OF_DATE = OLD_RUN_FORM


class AttemptForm(_Versioned):
    """The soak override form's ``private_metadata``: which attempt it was asked for."""

    v: Literal[1] = 1
    run: Id
    attempt: Id
    OUT_OF_DATE = OLD_RUN_FORM


class DeviceButton(RunButton):
    """Works, or a problem, on a release's card; without a platform its form asks for it."""

    platform: AppPlatform | None = None


class DeviceForm(AttemptForm):
    """The device form's ``private_metadata``: whose phones, and what is said of them."""

    platform: AppPlatform | None = None
    verdict: Verdict


class StageButton(_Versioned):
    """Go on, on the card of an update: the run, and the number of the stage the card showed."""

    v: Literal[1] = 1
    run: Id
    stage: Annotated[int, Field(ge=0, le=100)]


class FormState(_Versioned):
    """The deploy form's ``private_metadata``."""

    v: Literal[1] = 1
    OUT_OF_DATE = OLD_FORM


OLD_ALERT = (
    "This card has moved on: the button is from an earlier version of it. "
    "`/pawdeploy alerts` lists what is open."
)
OLD_ALERT_FORM = (
    "This form is from an earlier version of pawdeploy; nothing was changed. "
    "Press the button on the alert's card once more."
)


class AlertButton(_Versioned):
    """A button on an alert's card: names the alert and nothing else."""

    v: Literal[1] = 1
    alert: Id
    OUT_OF_DATE = OLD_ALERT


class ActButton(_Versioned):
    """Retry of something that was not done at the source."""

    v: Literal[1] = 1
    act: Id
    OUT_OF_DATE = OLD_ALERT


class AlertForm(_Versioned):
    """The ``private_metadata`` of every form about an alert."""

    v: Literal[1] = 1
    alert: Id
    OUT_OF_DATE = OLD_ALERT_FORM


OLD_INCIDENT = (
    "This card has moved on: the button is from an earlier version of it. "
    "`/pawincident list` shows what is open, and where."
)
OLD_INCIDENT_FORM = (
    "This form is from an earlier version of pawdeploy; nothing was changed. "
    "Press the button on the incident's card once more."
)
OLD_OPEN_FORM = (
    "This form is from an earlier version of pawdeploy; nothing was opened. "
    "Type `/pawincident open` for a fresh one."
)

StepKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
"""As ``playbooks.steps.Slug``: a step, a choice, a playbook."""
_BOX = re.compile(r"([0-9]{1,16}):([a-z][a-z0-9-]{0,30}):([0-9]{1,16})", re.ASCII)


class IncidentButton(_Versioned):
    """A button about an incident: names it and nothing else."""

    v: Literal[1] = 1
    incident: Id
    OUT_OF_DATE = OLD_INCIDENT


class JoinButton(IncidentButton):
    """Join, beside "there is one of the same kind": which, and what was to belong to the one asked for."""

    alert: Id | None = None
    run: Id | None = None


class StepButton(_Versioned):
    """A button of one step: Look again, start, Send."""

    v: Literal[1] = 1
    incident: Id
    step: StepKey
    OUT_OF_DATE = OLD_INCIDENT


class ChoiceButton(_Versioned):
    """One answer of a decision."""

    v: Literal[1] = 1
    incident: Id
    step: StepKey
    choice: StepKey
    OUT_OF_DATE = OLD_INCIDENT


class StepBox(_Versioned):
    """The box that ticks a step. A box that is cleared sends no value, so its block's id carries this.

    With each ``revision`` the id is another: what a client shows ticked by itself it forgets with the id.
    """

    v: Literal[1] = 1
    incident: Id
    step: StepKey
    revision: Annotated[int, Field(ge=0, le=2**53)]
    OUT_OF_DATE = OLD_INCIDENT

    def encode(self) -> str:
        """Return the block's id: ``3:redis:7``."""
        return f"{self.incident}:{self.step}:{self.revision}"

    @classmethod
    def decode(cls, value: str) -> Self:
        """Read a block's id; raise ``UserError`` (``stale_button``) for one we no longer understand."""
        found = _BOX.fullmatch(value)
        if found is None:
            raise UserError(cls.OUT_OF_DATE, reason=Reason.STALE_BUTTON)
        try:
            return cls(incident=int(found[1]), step=found[2], revision=int(found[3]))
        except ValidationError as error:
            raise UserError(cls.OUT_OF_DATE, reason=Reason.STALE_BUTTON) from error


class AnotherButton(_Versioned):
    """Open another, beside "there is one of the same kind": what was asked for, to be asked once more."""

    v: Literal[1] = 1
    playbook: StepKey
    headline: Annotated[str, Field(max_length=150)]
    severity: Literal["sev1", "sev2", "sev3"] | None = None
    drill: bool = False
    alert: Id | None = None
    run: Id | None = None
    service: Annotated[str, Field(max_length=80)] = ""
    environment: Annotated[str, Field(max_length=80)] = ""
    channel: Annotated[str, Field(max_length=30)] = ""
    OUT_OF_DATE = (
        "This offer is from an earlier version of pawdeploy; nothing was opened. "
        "`/pawincident open` asks once more."
    )


class IncidentForm(_Versioned):
    """The ``private_metadata`` of every form about a whole incident."""

    v: Literal[1] = 1
    incident: Id
    OUT_OF_DATE = OLD_INCIDENT_FORM


class StepForm(_Versioned):
    """The ``private_metadata`` of every form about one step; which form it is, its callback id says."""

    v: Literal[1] = 1
    incident: Id
    step: StepKey
    OUT_OF_DATE = OLD_INCIDENT_FORM


class OpenForm(_Versioned):
    """The open form's ``private_metadata``: what the incident will be about, and where it was asked for."""

    v: Literal[1] = 1
    alert: Id | None = None
    run: Id | None = None
    channel: Annotated[str, Field(max_length=30)] = ""
    """Where its card goes; empty: where the project file says."""
    OUT_OF_DATE = OLD_OPEN_FORM

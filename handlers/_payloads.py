"""What our buttons and forms carry, versioned: an old card stays pressable, or says why not.

Values come back through Slack from whoever sees the card, so they name things and grant nothing.
"""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

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

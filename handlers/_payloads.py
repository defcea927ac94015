"""What our buttons and forms carry, versioned: an old card stays pressable, or says why not.

Values come back through Slack from whoever sees the card, so they name things and grant nothing.
"""

from typing import Annotated, Literal, Self

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

Id = Annotated[int, Field(ge=1, le=2**53)]


class _Versioned(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    def encode(self) -> str:
        """Return the text Slack keeps for us."""
        return self.model_dump_json()


class RunButton(_Versioned):
    """Retry or Cancel on one attempt of one run."""

    v: Literal[1] = 1
    run: Id
    attempt: Id

    @classmethod
    def decode(cls, value: str) -> Self:
        """Read a button's value; raise ``UserError`` (``stale_button``) for one we no longer understand."""
        try:
            return cls.model_validate_json(value)
        except ValidationError as error:
            raise UserError(MOVED_ON, reason=Reason.STALE_BUTTON) from error


class FormState(_Versioned):
    """The deploy form's ``private_metadata``."""

    v: Literal[1] = 1

    @classmethod
    def decode(cls, value: str) -> Self:
        """Read a form's metadata; raise ``UserError`` (``stale_button``) for one we no longer understand."""
        try:
            return cls.model_validate_json(value)
        except ValidationError as error:
            raise UserError(OLD_FORM, reason=Reason.STALE_BUTTON) from error

"""The small types every part of ``pawdeploy.toml`` is made of. Knows no section of the file."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl
from pydantic_core import PydanticCustomError

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
"""A name people type: lower-case letters, digits, dashes."""
Seconds = Annotated[float, Field(gt=0, strict=True, allow_inf_nan=False)]
Whole = Annotated[int, Field(strict=True)]
Yes = Annotated[bool, Field(strict=True)]
"""``true`` or ``false`` and nothing that merely looks like it."""
Emoji = Annotated[str, Field(pattern=r"^[a-z0-9_+'-]{1,100}$")]
"""An emoji's name without its colons, as Slack writes it."""
Repository = Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$")]
"""``owner/name`` on GitHub."""
UserId = Annotated[str, Field(pattern=r"^[UW][A-Z0-9]{6,}$")]
ChannelId = Annotated[str, Field(pattern=r"^[CG][A-Z0-9]{6,}$")]


def _open_to_all(url: HttpUrl) -> HttpUrl:
    if url.username or url.password or url.query or url.fragment:
        kind, said = "address", "must hold no password and no ?query or #fragment: cards and GitHub show it"
        raise PydanticCustomError(kind, said)
    return url


Address = Annotated[HttpUrl, AfterValidator(_open_to_all)]
"""Where a service answers; shown to everybody who sees a card."""


class MisplacedError(ValueError):
    """A value that is right by itself and wrong beside the others.

    ``path`` leads to it from the top of the file; ``advice`` is what to write.
    """

    def __init__(self, path: tuple[str | int, ...], problem: str, advice: str) -> None:
        super().__init__(problem)
        self.path = path
        self.advice = advice


class Strict(BaseModel):
    """A section of the file: unknown keys are mistakes, values never change."""

    # Built when first used: nearly all are read as parts of the whole, which has what it takes.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

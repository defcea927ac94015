"""A playbook: what a team does when something breaks, in order. Shapes only; ``library.py`` reads files."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Line = Annotated[str, Field(min_length=1, max_length=300)]
"""One sentence or two, raw: renderers escape it. Back quotes make code."""


class _Strict(BaseModel):
    """Unknown keys are mistakes, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(_Strict):
    """One line of the checklist."""

    kind: Literal["do", "never"]
    """``do``: somebody does it; ``never``: nobody may, whatever the hurry."""
    text: Line


class Playbook(_Strict):
    """One checklist."""

    title: Annotated[str, Field(min_length=1, max_length=80)]
    when: Line
    """When to use it."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=30)]

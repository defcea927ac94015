"""What every form with fields does first: read what was filled in, whatever kind of field it was."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict


class _Option(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    value: str


class Field(BaseModel):
    """One filled-in element; Slack sends the key that fits its type, null when left empty."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    value: str | None = None
    selected_option: _Option | None = None
    selected_options: tuple[_Option, ...] = ()
    selected_user: str | None = None
    selected_date_time: int | None = None

    @property
    def typed(self) -> str:
        """What was typed, white space round it dropped."""
        return (self.value or "").strip()

    @property
    def chosen(self) -> str:
        """The value of the one option chosen; empty for none."""
        return self.selected_option.value if self.selected_option else ""

    @property
    def ticked(self) -> frozenset[str]:
        """The values of all options ticked."""
        return frozenset(option.value for option in self.selected_options)

    @property
    def user(self) -> str:
        """The Slack user chosen; empty for nobody."""
        return self.selected_user or ""

    @property
    def moment(self) -> datetime | None:
        """The day and time chosen, aware UTC; None for none."""
        return (
            None if self.selected_date_time is None else datetime.fromtimestamp(self.selected_date_time, UTC)
        )


def filled(view: Mapping[str, Any], name: str) -> Field:
    """Return the field ``name``; one that was not there is empty."""
    for block in view["state"]["values"].values():
        if name in block:
            return Field.model_validate(block[name])
    return Field()

"""What is said in an alert's thread, as data: few things, for the card itself shows how it stands."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class NoteKind(StrEnum):
    """Why something is said."""

    REOPENED = "reopened"
    ESCALATED = "escalated"
    SNOOZE_OVER = "snooze_over"


class AlertNote(BaseModel):
    """One thing said in a thread; ``mention`` is false where it is to be quiet."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: NoteKind
    by: str = ""
    """Slack user id, or the source's words; empty: by itself."""
    detail: str = ""
    """In the source's words."""
    mention: bool = True

    def encode(self) -> str:
        """Write as JSON."""
        return self.model_dump_json()

    @classmethod
    def decode(cls, text: str) -> "AlertNote":
        """Read what ``encode`` wrote; raises ``ValueError``."""
        return cls.model_validate_json(text)

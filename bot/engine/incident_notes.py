"""What is said in an incident's thread or room, as data. Few things: the card shows how it stands."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class NoteKind(StrEnum):
    """Why something is said."""

    EVIDENCE = "evidence"
    NOTE = "note"
    UPDATE = "update"
    TOLD = "told"
    """A message a step sends to people."""
    RUN = "run"
    ALERT = "alert"
    TAKEN_BACK = "taken_back"
    SKIPPED = "skipped"
    ROLE = "role"
    SEVERITY = "severity"
    REMIND = "remind"
    WELCOME = "welcome"
    """The first message in an incident's own channel."""
    RESOLVED = "resolved"
    REOPENED = "reopened"
    REPORT = "report"
    DRILL_DUE = "drill_due"


class IncidentNote(BaseModel):
    """One thing said. Raw text; empty where there is nothing to say."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: NoteKind
    by: str = ""
    """Slack user id; empty: by itself."""
    step: str = ""
    """The step's words."""
    text: str = ""
    status: str = ""
    """Of a finding, a run, an alert."""
    details: tuple[str, ...] = ()
    url: str = ""
    mention: str = ""
    """Mrkdwn that notifies people, made by the wiring; never of what people typed."""
    drill: bool = False
    loud: bool = False
    """Whether it is for a whole channel: in a thread it is shown outside of it as well."""

    def encode(self) -> str:
        """Write as JSON."""
        return self.model_dump_json()

    @classmethod
    def decode(cls, text: str) -> "IncidentNote":
        """Read what ``encode`` wrote; raises ``ValueError``."""
        return cls.model_validate_json(text)

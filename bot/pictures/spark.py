"""What the picture of an alert's last day shows, as data that goes to the drawing process. Draws nothing."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

KIND = "spark"
MOST = 200
"""Bars a picture may have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SparkChart:
    """How often something happened, in equal stretches of time up to ``ends``."""

    title: str
    place: str
    counts: tuple[int, ...]
    """Oldest first."""
    ends: datetime
    """Aware."""
    hours: float = 24.0
    """All stretches together."""

    def __post_init__(self) -> None:
        if self.ends.tzinfo is None or not 0 < len(self.counts) <= MOST or min(self.counts) < 0:
            msg = "a chart needs an aware time and 1 to 200 counts"
            raise ValueError(msg)

    def encode(self) -> str:
        """Write as JSON that says which kind of chart it is."""
        ends = self.ends.astimezone(UTC).isoformat()
        return json.dumps(
            {
                "kind": KIND,
                "title": self.title,
                "place": self.place,
                "counts": self.counts,
                "ends": ends,
                "hours": self.hours,
            }
        )

    @classmethod
    def decode(cls, text: str) -> "SparkChart":
        """Read what ``encode`` wrote; ``ValueError``, ``KeyError`` or ``TypeError`` for anything else."""
        fields = json.loads(text)
        return cls(
            title=str(fields["title"]),
            place=str(fields["place"]),
            counts=tuple(int(count) for count in fields["counts"]),
            ends=datetime.fromisoformat(fields["ends"]),
            hours=float(fields.get("hours", 24.0)),
        )


def describe_spark(chart: SparkChart) -> str:
    """Return the alt text: plain, one sentence or two."""
    total, top = sum(chart.counts), max(chart.counts)
    each = chart.hours / len(chart.counts)
    width = "hour" if each == 1 else f"{each:g} hours" if each > 1 else f"{each * 60:g} minutes"
    when = chart.ends.astimezone(UTC)
    events = f"{total:,} event" if total == 1 else f"{total:,} events"
    return (
        f"{events} of {chart.title[:200]} ({chart.place}) in the {chart.hours:g} hours to {when:%H:%M} UTC; "
        f"at most {top:,} in one {width}."
    )

"""Commits that have soaked for as long as a test says: a day is written into the bot's database."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.flows.driver import Flow

_KEPT = "%Y-%m-%d %H:%M:%S.%f"
"""How SQLite keeps a moment for us."""
OBSERVED = 5.0
"""Seconds between the bot's own looks at staging here; it looks once more whenever it judges."""


class Soaking(Flow):
    """A flow in which staging has been seen for hours."""

    def soaks(self, sha: str = "", *, hours: float = 25.0, **commit: Any) -> str:
        """Have a commit (a new one) live in staging, seen well there for ``hours``; forget others."""
        sha = sha or self.commit(**commit)
        if self.box.railway.live("api", "staging") != sha:
            self.box.railway.arrive("api", "staging", sha)
        self.seen((sha, hours, 0.0, ""))
        return sha

    def soaks_after(self, before: list[str], sha: str) -> str:
        """Have ``sha`` live in staging, seen well there for a day, after ``before`` had been, newest last."""
        self.soaks(sha)
        days = [*before, sha]
        self.seen(*((one, 25.0, 26.0 * (len(days) - 1 - at), "") for at, one in enumerate(days)))
        return sha

    def seen(self, *spans: tuple[str, float, float, str]) -> None:
        """Replace what was seen in staging: (sha, hours long, hours ago it ended, why it was not well)."""
        now = datetime.now(UTC)
        self.write("DELETE FROM soak_spans")
        for sha, long, ago, why in spans:
            start, end = (now - timedelta(hours=hours) for hours in (long + ago, ago))
            self.write(
                "INSERT INTO soak_spans (service, environment, sha, good, why, started_at, ended_at) "
                "VALUES ('api', 'staging', ?, ?, ?, ?, ?)",
                *(sha, not why, why, f"{start:{_KEPT}}", f"{end:{_KEPT}}"),
            )

    def write(self, statement: str, *values: object) -> None:
        """Change the bot's SQLite file: what takes hours, or another's hand."""
        with closing(sqlite3.connect(self.state / "pawdeploy.sqlite3", timeout=10)) as database, database:
            database.execute(statement, values)

"""Reports of incidents, as they were written: one for each ending, never written over."""

from datetime import datetime

from sqlmodel import col, select

from bot.db.incident_tables import IncidentReport
from bot.db.session import Database


class IncidentReportsStore:
    """Reads and writes ``incident_reports``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def keep(self, incident_id: int, opening: int, markdown: str, at: datetime) -> None:
        """Keep the report of an ending; the first one stays."""
        report = IncidentReport(incident_id=incident_id, opening=opening, markdown=markdown, at=at)
        adding = self._db.insert(IncidentReport).values(**report.model_dump())
        once = adding.on_conflict_do_nothing(index_elements=["incident_id", "opening"])
        await self._db.write_direct(lambda connection: connection.execute(once))

    async def find(self, incident_id: int, opening: int) -> str | None:
        """Return the report of one ending; None when it is not written."""
        query = select(col(IncidentReport.markdown)).where(
            IncidentReport.incident_id == incident_id, IncidentReport.opening == opening
        )
        return await self._db.look(lambda session: session.scalars(query).one_or_none())

    async def newest(self, incident_id: int) -> str | None:
        """Return the report of the latest ending; None when there is none."""
        query = (
            select(col(IncidentReport.markdown))
            .where(IncidentReport.incident_id == incident_id)
            .order_by(col(IncidentReport.opening).desc())
            .limit(1)
        )
        return await self._db.look(lambda session: session.scalars(query).one_or_none())

    async def all_ids(self) -> tuple[int, ...]:
        """Return the incidents that have a report, oldest first."""
        query = select(col(IncidentReport.incident_id)).distinct().order_by(col(IncidentReport.incident_id))
        return await self._db.look(lambda session: tuple(session.scalars(query)))

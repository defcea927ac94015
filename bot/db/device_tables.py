"""What testers say of builds. One row for each person and platform of a release; the last word stands."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from bot.db.columns import text, when


class Device(SQLModel, table=True):
    """What one person says of one platform of one release now; how it came to be is in the audit log."""

    __tablename__ = "devices"

    run_id: int = Field(primary_key=True, foreign_key="runs.id")
    platform: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    verdict: str
    device: str = Field(default="", sa_column=text())
    note: str = Field(default="", sa_column=text())
    at: datetime = Field(sa_column=when(nullable=False))

"""Bring the tables up to date with alembic, at start-up and in tests alike."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine, inspect, text

from bot.errors import StartupError

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).parent / "migrations"


HEAD = "0007"
"""The newest migration, named here so that a start with nothing to do need not load alembic."""


def config() -> "Config":
    """Describe the migrations without an ini file."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(_FOLDER))
    return made


def upgrade(sync_url: str) -> None:
    """Apply every migration the database lacks; one process at a time does the work.

    Raises:
        StartupError: when the database was written by a newer version.

    """
    engine = create_engine(sync_url)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7057001)")
            if _version(connection) != HEAD:
                _apply(connection)
    finally:
        engine.dispose()


def _version(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _apply(connection: Connection) -> None:
    from alembic import command
    from alembic.util.exc import CommandError

    made = config()
    made.attributes["connection"] = connection
    try:
        command.upgrade(made, "head")
    except CommandError as error:
        msg = f"the database was written by another version of pawdeploy ({error}); run that version or newer"
        raise StartupError(msg) from error

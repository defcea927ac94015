"""Bring the tables up to date with alembic, at start-up and in tests alike."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import create_engine

from bot.errors import StartupError

_FOLDER = Path(__file__).parent / "migrations"


def config() -> Config:
    """Describe the migrations without an ini file."""
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
            made = config()
            made.attributes["connection"] = connection
            command.upgrade(made, "head")
    except CommandError as error:
        msg = f"the database was written by another version of pawdeploy ({error}); run that version or newer"
        raise StartupError(msg) from error
    finally:
        engine.dispose()

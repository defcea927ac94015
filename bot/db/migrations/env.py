"""Alembic's door: runs the migrations on the connection ``bot/db/migrate.py`` hands over."""

from alembic import context
from sqlmodel import SQLModel

from bot.db import alert_tables, device_tables, incident_tables, tables  # noqa: F401 - fill SQLModel.metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()

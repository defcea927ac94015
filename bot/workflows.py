"""DBOS's life: configured, launched, taken down; and runs of replicas that died taken over.

Only Transact's MIT core is used: no Conductor, no enterprise package.
"""

import asyncio
from pathlib import Path

import structlog
from dbos import DBOS
from sqlalchemy.engine import make_url

from bot.db.session import Database, sqlite_path, use_wal
from bot.db.slot import Slot
from bot.pipelines.deploy import APPLICATION_VERSION, PREPARE_QUEUE, ROLLOUT_QUEUE

log = structlog.get_logger(__name__)

_POLL = 0.2
"""Seconds between DBOS's looks at its queues: how late a run may start."""


async def launch(database: Database, slot: Slot) -> None:
    """Start DBOS inside the running loop; it takes up what this slot left undone."""
    DBOS(
        config={
            "name": "pawdeploy",
            "system_database_url": system_database_url(database.url),
            "application_version": APPLICATION_VERSION,
            "executor_id": slot.name,
            "log_level": "WARNING",
            "notification_listener_polling_interval_sec": _POLL,
            "max_executor_threads": 8,
        }
    )
    DBOS.launch()
    await DBOS.register_queue_async(PREPARE_QUEUE, polling_interval_sec=_POLL)
    await DBOS.register_queue_async(ROLLOUT_QUEUE, partition_concurrency=1, polling_interval_sec=_POLL)


def system_database_url(url: str) -> str:
    """Say where DBOS keeps its tables: beside the SQLite file, or in a schema of the same PostgreSQL."""
    path = sqlite_path(url)
    if path is None:
        return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    beside = path.with_name(f"{path.stem}.workflows{path.suffix}")
    use_wal(beside)
    return f"sqlite:///{Path(beside)}"


async def take_over(slot: Slot) -> None:
    """Take up the runs of replicas whose slot nobody holds; the queue admits one runner each."""
    if dead := list(await slot.dead_names()):
        await asyncio.to_thread(DBOS._recover_pending_workflows, dead)


def shut_down() -> None:
    """Stop DBOS's threads; workflows under way stay pending and go on at the next start."""
    DBOS.destroy()

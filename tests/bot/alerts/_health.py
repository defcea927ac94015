"""A world that is watched: answers in memory that a test sets, a clock that jumps, a real SQLite file."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, select

from bot.alerting import Dependency, HealthMonitor
from bot.alerts.monitor import Monitor
from bot.db.alert_tables import Hook
from bot.db.pulses_store import PulsesStore
from bot.db.session import Database
from bot.engine.alerts import AlertEvent
from bot.engine.pulses import Beat, Component
from bot.project import Project
from tests.bot.pipelines._memory import JumpingClock
from tests.bot.pipelines._world import pawlogic

WELL = Beat(found="well", said="200", answered=True)
BAD = Beat(found="ill", said="503", answered=True)
SILENT = Beat(found="ill", said="could not connect", answered=False)
FORBIDDEN = Beat(found="unknown", said="401: I may not ask", answered=True)
PARTS = Beat(
    found="ill",
    said="200, status fail",
    answered=True,
    components=(
        Component(name="database", ok=False, said="timeout"),
        Component(name="redis", ok=True, said="ok"),
    ),
)
OUTAGE = Beat(found="ill", said="Partial outage", answered=True)

STAGING, PRODUCTION = "api:staging:health", "api:production:health"
PARTS_OF_STAGING, PARTS_OF_PRODUCTION = "api:staging:detailed", "api:production:detailed"
SUPABASE, REDIS, GITHUB = "dependency:supabase", "dependency:redis", "dependency:github"
ALL = (STAGING, PARTS_OF_STAGING, PRODUCTION, PARTS_OF_PRODUCTION, SUPABASE, REDIS, GITHUB)


def watched(**health) -> Project:
    """PawLogic with two services' places, two things they stand on and a status page."""
    dependencies = (
        Dependency(name="supabase", kind="supabase", project="abcdefghijklmnopqrst", token="SUPABASE_TOKEN"),
        Dependency(name="redis", kind="redis", token="REDIS_URL"),
        Dependency.model_validate(
            {"name": "github", "kind": "statuspage", "url": "https://www.githubstatus.com"}
        ),
    )
    monitor = HealthMonitor(**{"dependencies": dependencies} | health)
    return pawlogic().model_copy(update={"health": monitor})


def alone(project: Project, *environments: str, detailed: bool = False) -> Project:
    """Keep only some places of the first service."""
    (service, *_) = project.services
    kept = {
        name: there if detailed else there.model_copy(update={"detailed_path": ""})
        for name, there in service.environments.items()
        if name in environments
    }
    return project.model_copy(update={"services": (service.model_copy(update={"environments": kept}),)})


@dataclass
class ScriptedLooks:
    """Answers as told; those in ``hangs`` never answer, those in ``raises`` break."""

    answers: dict[str, Beat] = field(default_factory=dict)
    hangs: set[str] = field(default_factory=set)
    raises: dict[str, Exception] = field(default_factory=dict)
    looked: list[str] = field(default_factory=list)
    hanging: asyncio.Event = field(default_factory=asyncio.Event)

    async def beat(self, target) -> Beat:
        self.looked.append(target.key)
        if target.key in self.hangs:
            self.hanging.set()
            await asyncio.Event().wait()
        if error := self.raises.get(target.key):
            raise error
        return self.answers.get(target.key, WELL)

    def all_say(self, beat: Beat) -> None:
        self.answers = dict.fromkeys(ALL, beat)


@dataclass
class ScriptedPauses:
    why: dict[tuple[str, str], str] = field(default_factory=dict)

    async def paused(self, service, environment, now) -> str:
        return self.why.get((service, environment), "")


@dataclass
class ScriptedAlerts:
    since: dict[str, datetime] = field(default_factory=dict)
    """Of those that are resolved, by fingerprint."""

    async def resolved(self, fingerprints) -> dict[str, datetime]:
        return {name: since for name, since in self.since.items() if name in fingerprints}


class Watched:
    """Everything a monitor works with, and a hand to drive it."""

    def __init__(self, db: Database, project: Project | None = None) -> None:
        self.db = db
        self.project = project or watched()
        self.clock = JumpingClock()
        self.looks, self.pauses, self.alerts = ScriptedLooks(), ScriptedPauses(), ScriptedAlerts()
        self.told = 0
        self.restart()

    def restart(self, project: Project | None = None) -> None:
        """Begin anew from what is stored."""
        self.project = project or self.project
        self.monitor = Monitor(
            project=self.project,
            store=PulsesStore(self.db),
            looks=self.looks,
            pauses=self.pauses,
            alerts=self.alerts,
            clock=self.clock,
            tell=self._tell,
        )

    def _tell(self) -> None:
        self.told += 1

    async def passes(self, seconds: int, *, step: float = 1) -> int:
        """Run the job every ``step`` seconds; return at how many targets it looked."""
        looked, end = 0, self.clock.passed + seconds
        while self.clock.passed < end:
            looked += await self.monitor.look()
            await self.clock.sleep(step)
        return looked

    async def events(self) -> list[AlertEvent]:
        hooks = await self.db.look(lambda session: session.scalars(select(Hook).order_by(col(Hook.id))).all())
        return [AlertEvent.model_validate_json(hook.body) for hook in hooks]

    async def news(self) -> list[tuple[str, str]]:
        return [(event.fingerprint, event.happening.value) for event in await self.events()]

    async def view(self, target: str):
        return next(view for view in await self.monitor.views() if view.target == target)

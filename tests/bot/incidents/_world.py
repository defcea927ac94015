"""The flow of incidents with a real database; what lies outside is in memory and keeps its promises."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col

from bot.db.incident_jobs_store import IncidentJobsStore
from bot.db.incident_reports_store import IncidentReportsStore
from bot.db.incidents_reader import IncidentsReader
from bot.db.incidents_store import IncidentsStore
from bot.db.posts_store import PostsStore
from bot.db.runs_reader import RunsReader
from bot.db.session import Database
from bot.db.tables import Run
from bot.engine.holding import Taken
from bot.engine.holds import Hold, HoldKind
from bot.engine.incident_requests import OpenRequest, SameKind
from bot.engine.incidents import Finding, IncidentView, Status
from bot.errors import VendorRejected, VendorUnavailable
from bot.incidents.desk import IncidentDesk
from bot.incidents.keeper import IncidentKeeper
from bot.incidents.needs import IncidentKit
from bot.incidents.worker import Worker
from bot.project import Project
from playbooks.library import load_library
from playbooks.models import Playbook
from tests.bot.incidents._runs import MemoryRuns
from tests.bot.pipelines._memory import JumpingClock, MemoryPeople, Trouble
from tests.bot.pipelines._world import CountingCards, pawlogic

ANN, BEN, CLEO = "U0ANNREQ001", "U0BENAPP001", "U0CLEOAPP01"
API_DOWN, MIGRATION = "api-down", "db-migration-failure"
_library = functools.cache(load_library)
"""Reading it takes longer than most tests, and nothing of it can be changed."""


class Died(BaseException):
    """The process was killed here; nobody catches it."""


class MemoryLooker:
    """Finds what it was told it would, by kind of probe; all is well otherwise."""

    def __init__(self) -> None:
        self.findings: dict[str, Finding] = {}
        self.asked: list[str] = []
        self.dies = False

    async def look(self, probe, place, *, since):
        self.asked.append(probe.kind)
        if self.dies:
            raise Died
        name = getattr(probe, "name", probe.kind)
        return self.findings.get(name, Finding(status=Status.OK, said=f"{name} is well."))


class MemoryLocks:
    def __init__(self, clock: JumpingClock) -> None:
        self.clock, self.keys = clock, []

    async def lock(self, key, *, service, environment, by, reason, until):
        self.keys.append(key)
        hold = Hold(
            id=len(self.keys),
            kind=HoldKind.LOCK,
            service=service,
            environment=environment,
            by=by,
            since=self.clock.now(),
            until=until,
            reason=reason,
        )
        return Taken(hold, renewed=False)


@dataclass(frozen=True)
class MemorySaid:
    author: str
    text: str
    thread_ts: str = ""
    permalink: str = "https://slack.example/archives/C1/p1"


class MemoryRooms(Trouble):
    """Channels by name, as Slack has them; ``made`` counts what was made."""

    def __init__(self) -> None:
        super().__init__()
        self.made: dict[str, str] = {}
        self.of_others: set[str] = set()
        self.invited: dict[str, list[str]] = {}
        self.strangers: set[str] = set()
        self.topics: dict[str, str] = {}
        self.archived: list[str] = []
        self.messages: dict[tuple[str, str], MemorySaid] = {}

    async def create(self, name):
        self.call("create")
        if name in self.made:
            raise VendorRejected("Slack", "making a channel", detail="name_taken")
        self.made[name] = f"C0ROOM{len(self.made):05}"
        self.answer("create")
        return self.made[name]

    async def find(self, name):
        return self.made.get(name) if name not in self.of_others else None

    async def invite(self, channel, users):
        self.call("invite")
        left_out = tuple(user for user in users if user in self.strangers)
        self.invited.setdefault(channel, []).extend(user for user in users if user not in left_out)
        return left_out

    async def topic(self, channel, text):
        self.call("topic")
        self.topics[channel] = text

    async def archive(self, channel):
        self.call("archive")
        self.archived.append(channel)

    async def message(self, channel, ts):
        if (channel, ts) not in self.messages:
            raise VendorUnavailable("Slack", "reading a message")
        return self.messages[channel, ts]


class MemoryOrchestrator(Trouble):
    """Keeps what it is sent by its id, as the real one drops repeats."""

    def __init__(self) -> None:
        super().__init__()
        self.got: dict[str, tuple[str, Mapping[str, object]]] = {}

    async def send(self, message_id, kind, body):
        self.call("send")
        self.got[message_id] = (kind, body)
        self.answer("send")


class MemoryNames:
    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    async def names(self, users):
        return {user: self.known[user] for user in users if user in self.known}


class IncidentWorld:
    """Everything incidents work with, and a hand to drive it."""

    def __init__(
        self, db: Database, project: Project | None = None, playbooks: Mapping[str, Playbook] | None = None
    ) -> None:
        self.db, self.project = db, project or pawlogic()
        self.clock, self.cards = JumpingClock(), CountingCards()
        self.looker, self.rooms, self.orchestrator = MemoryLooker(), MemoryRooms(), MemoryOrchestrator()
        self.runs, self.locks, self.people = (
            MemoryRuns(db, self.clock),
            MemoryLocks(self.clock),
            MemoryPeople(),
        )
        self.playbooks = _library() if playbooks is None else playbooks
        self.posts, self.reader, self.jobs = PostsStore(db), IncidentsReader(db), IncidentJobsStore(db)
        self.leading, self.woken = True, 0
        self.names, self.alert_desk = MemoryNames(), None
        self.reborn()

    def reborn(self) -> None:
        """Begin a new life with what is stored."""
        self.kit = IncidentKit(
            project=self.project,
            playbooks=self.playbooks,
            store=IncidentsStore(self.db),
            reader=self.reader,
            jobs=self.jobs,
            reports=IncidentReportsStore(self.db),
            posts=self.posts,
            looker=self.looker,
            runs=self.runs,
            updates=self.runs,
            releases=self.runs,
            history=RunsReader(self.db),
            locks=self.locks,
            rooms=self.rooms,
            names=self.names,
            people=self.people,
            alerts=self.alert_desk,
            orchestrator=self.orchestrator,
            mention=lambda roles: " ".join(f"<!subteam^{role}>" for role in roles),
            cards=self.cards,
            clock=self.clock,
            tell=self._wake,
        )
        self.desk = IncidentDesk(self.kit)
        self.worker = Worker(self.kit, self._leads)
        self.keeper = IncidentKeeper(self.kit, self.desk)

    def _wake(self) -> None:
        self.woken += 1

    async def _leads(self) -> bool:
        return self.leading

    async def open(self, playbook: str = API_DOWN, *, key: str = "delivery-1", **more) -> IncidentView:
        """Open an incident; a real one unless told otherwise."""
        request = OpenRequest(key=key, playbook=playbook, headline="It is down", by=ANN, **more)
        opened = await self.desk.open(request)
        assert not isinstance(opened, SameKind), opened
        return opened

    async def work(self) -> int:
        """Do every job that is due; return how many there were."""
        done = 0
        while step := await self.worker.step():
            done += step
        return done

    async def later(self, seconds: float) -> None:
        """Let time pass, and do what came due meanwhile."""
        await self.clock.sleep(seconds)
        await self.work()
        await self.keeper.sweep()

    async def ends(self, run: int, state: str) -> None:
        """Have a run end so, as its pipeline would."""
        change = update(Run).where(col(Run.id) == run).values(state=state, ended_at=self.clock.now())
        await self.db.change(lambda session: session.execute(change))

    async def timeline(self, number: int = 1) -> list[str]:
        """Return the timeline in words."""
        return [f"{entry.kind}: {entry.text}" for entry in await self.reader.entries(number)]

    async def owed(self) -> list[str]:
        """Return the keys of messages not in Slack yet."""
        return [due.key for due in await self.posts.due(self.clock.now() + timedelta(days=1))]

    def now(self) -> datetime:
        return self.clock.now()

"""Simulated vendors, our clients of them, and a looker over both; a clock that a test moves."""

from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.clock import Clock
from bot.db.runs_log_reader import RunsLogReader
from bot.db.runs_reader import RunsReader
from bot.db.runs_store import RunsStore, StepChange
from bot.db.session import Database
from bot.engine.incidents import IncidentAlert
from bot.engine.states import RunState, StepName, StepState
from bot.incidents.looks import Looker, LookPlace
from bot.integrations import railway as railway_client
from bot.integrations import sentry as sentry_client
from bot.integrations import supabase, upstash
from bot.integrations._http import Retry, build_http
from bot.integrations.health import HealthProbe
from bot.integrations.statuspage import StatusPage
from bot.lookers import Lookers
from bot.project import Project
from sandbox.faults import Faults
from sandbox.vendors.backend import BackendSim
from sandbox.vendors.dependencies import DependenciesSim
from sandbox.vendors.places import places_of, token_for
from sandbox.vendors.railway import WORKSPACE_TOKEN, RailwaySim
from sandbox.vendors.sentry import SENTRY_TOKEN
from sandbox.vendors.sentry_seed import sentry_of
from tests import project_file

HOST = "http://sandbox.test"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OLD, NEW = "a" * 40, "b" * 40
ONCE = Retry(attempts=1)
PLACE = LookPlace(service="api", environment="production", incident=7)


def project(**changes) -> Project:
    """Return the file at hand with addresses in the sandbox; ``changes`` are whole sections."""
    facts = project_file.facts()
    for service in facts["services"]:
        for name, there in service["environments"].items():
            there["url"] = f"{HOST}/backend/{service['name']}/{name}"
    return Project.model_validate(facts | changes)


def alert(number=1, *, firing=True, minutes=5, **more) -> IncidentAlert:
    """Return an alert that opened some minutes before noon."""
    at = NOON - timedelta(minutes=minutes)
    facts = {"title": "api in production does not answer well", "place": "api in production"} | more
    return IncidentAlert(
        id=number,
        firing=firing,
        state="firing" if firing else "resolved",
        opened_at=at,
        first_seen=at,
        acked_at=None,
        state_at=at,
        **facts,
    )


class MovedClock(Clock):
    """Stands at noon until a test moves it."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class World:
    """Everything a look can ask, ``api`` live in both environments since an hour before noon."""

    def __init__(self, db: Database, stack: AsyncExitStack, file: Project) -> None:
        self.db, self.project, self._stack = db, file, stack
        self.clock, self.faults = MovedClock(), Faults()
        self.faults.timeout_seconds = self.faults.slow_seconds = 0.01
        self.railway = RailwaySim(self.faults, places_of(file), now=self.clock.now)
        self.backend = BackendSim(self.railway, self.faults)
        self.sentry = sentry_of(file, self.faults, self.railway, self.clock.now)
        self.runs = RunsStore(db)
        for environment in ("staging", "production"):
            self.railway.arrive("api", environment, OLD, at=NOON - timedelta(hours=1))
        self._app = Starlette(
            routes=[
                Mount("/railway", app=self.railway.asgi),
                Mount("/backend", app=self.backend.asgi),
                Mount("/sentry", app=self.sentry.asgi),
                *DependenciesSim(self.faults).routes(),
            ]
        )

    async def http(self, path: str, headers=None, transport=None) -> httpx.AsyncClient:
        """Return a client of the simulators, or of whoever answers by ``transport``."""
        behind = transport or httpx.ASGITransport(self._app, raise_app_exceptions=False)
        return await self._stack.enter_async_context(build_http(f"{HOST}{path}", headers, transport=behind))

    async def looker(self, transport=None, **more) -> Looker:
        """Return a looker; with ``transport`` every vendor answers as that does."""

        async def http(path, headers=None):
            return await self.http(path, headers, transport)

        shipper = railway_client.Railway(
            await http("/railway/graphql/v2", railway_client.auth_headers(WORKSPACE_TOKEN, "workspace")),
            retry=ONCE,
        )
        probe = HealthProbe(await self._stack.enter_async_context(await self._services(transport)))
        token = token_for("SOME_TOKEN")
        beats = {
            "supabase": supabase.Supabase(await http("/supabase", supabase.auth_headers(token)), "abc"),
            "upstash": upstash.Upstash(await http("/upstash", upstash.auth_headers(token))),
            "github": StatusPage(await http("/statuspage")),
        }
        sentry = await http("/sentry", sentry_client.auth_headers(SENTRY_TOKEN))
        facts = {
            "shippers": dict.fromkeys((("api", "staging"), ("api", "production")), shipper),
            "probe": probe,
            "lookers": Lookers(probe, beats, 1.0),
            "issues": sentry_client.SentryIssues(sentry, "pawlogic", retry=ONCE),
            "errors": sentry_client.Sentry(sentry, "pawlogic", retry=ONCE),
            "runs": RunsReader(self.db),
            "migrations": RunsLogReader(self.db),
            "clock": self.clock,
        }
        return Looker(self.project, **facts | more)

    async def _services(self, transport) -> httpx.AsyncClient:
        behind = transport or httpx.ASGITransport(self._app, raise_app_exceptions=False)
        return build_http("", transport=behind)

    async def look(self, probe, place=PLACE, /, *, since=NOON, transport=None, **more):
        """Look once."""
        return await (await self.looker(transport, **more)).look(probe, place, since=since)

    async def shipped(self, minutes: float, *, environment="production", sha=NEW, **fields) -> int:
        """Keep a run that went live so many minutes before noon, a minute after it was started."""
        at = NOON - timedelta(minutes=minutes)
        more = {"sha": sha, "deployment_id": f"d-{minutes}", "commit_title": "feed: Weigh the cat"} | fields
        return await self.a_run(
            at, StepName.FOLLOW, environment=environment, state=RunState.SUCCEEDED, **more
        )

    async def runs_of(self):
        """Return every run that is kept."""
        return await RunsReader(self.db).history(None, limit=99)

    async def a_run(
        self, at, step, *, environment="production", state, step_state=StepState.DONE, note=None, **fields
    ) -> int:
        """Keep a run that ended in ``state`` at ``at``, its ``step`` in ``step_state``."""
        number = len(await self.runs_of())
        run = await self.runs.create(
            key=f"run:{number}",
            service="api",
            environment=environment,
            ref="main",
            again=False,
            by="U0ANNREQ001",
            at=at - timedelta(minutes=2),
            card_channel="C0DEPLOYS01",
        )
        started = at - timedelta(minutes=1)
        await self.runs.write_step(run, StepName.SHIP, state=StepState.DONE.value, started_at=started)
        for target in (RunState.WAITING, RunState.RUNNING):
            assert await self.runs.move(run, target, at=at, actor="pawdeploy")
        ended = StepChange(name=step, state=step_state, ended_at=at, note="")
        assert await self.runs.move(
            run, state, at=at, actor="pawdeploy", step=ended, note=note, fields={"ended_at": at, **fields}
        )
        return run


def quietly(file: Project, **incidents) -> Project:
    """Return the file with other settings of incidents."""
    return file.model_copy(update={"incidents": file.incidents.model_copy(update=incidents)})


def without(place: LookPlace, **changes) -> LookPlace:
    """Return the place with something else said, or nothing."""
    return replace(place, **changes)

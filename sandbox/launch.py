"""The whole product on loopback: a simulated Slack and its page, simulated vendors, and the bot, unchanged.

Makes and joins the sandbox's parts; used by ``pawdeploy sandbox`` and by tests alike. Vendors and Slack
live in this process and remember; the bot is a child that may die and come back.
"""

import asyncio
import signal
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Literal, Self

import click
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from bot import toml_file
from bot.check_playbooks import folders
from bot.errors import StartupError
from bot.project import Project
from playbooks.library import load_libraries
from playbooks.models import Playbook
from sandbox.bot_process import ROOT, BotProcess, State, free_port
from sandbox.completions import whole
from sandbox.config import TIMINGS, Edit, derive, environment, find_config
from sandbox.faults import Faults
from sandbox.mobile import MobileVendors
from sandbox.serve import Server
from sandbox.vendors.backend import BackendSim
from sandbox.vendors.dependencies import DependenciesSim
from sandbox.vendors.github import GitHubSim
from sandbox.vendors.github_seed import running_at_start
from sandbox.vendors.orchestrator import OrchestratorSim
from sandbox.vendors.places import Now, Place, places_of, utc_now
from sandbox.vendors.railway import RailwaySim
from sandbox.vendors.sentry import SentrySim
from sandbox.vendors.sentry_seed import sentry_of
from sandbox.workspace import Limits, Manifest, Timings, Workspace

Mode = Literal["socket", "http"]


class Sandbox:
    """Everything, up for as long as the ``async with`` lasts.

    ``state`` holds the bot's database and log (a temporary folder when None); ``timings`` replace those
    of ``sandbox/config.py``; ``edit`` changes the derived file further.
    """

    workspace: Workspace
    railway: RailwaySim
    github: GitHubSim
    backend: BackendSim
    sentry: SentrySim
    dependencies: DependenciesSim
    orchestrator: OrchestratorSim
    mobile: MobileVendors
    process: BotProcess

    def __init__(
        self,
        port: int = 0,
        state: Path | None = None,
        mode: Mode = "socket",
        *,
        bot: bool = True,
        database_url: str | None = None,
        timings: Mapping[str, float] | None = None,
        config: Path | None = None,
        edit: Edit | None = None,
        now: Now = utc_now,
        slack_timings: Timings = Timings(),  # noqa: B008 - frozen
        slack_limits: Limits = Limits(),  # noqa: B008 - frozen
    ) -> None:
        self.faults = Faults()
        self.config = Path()
        """The derived project file; written once started."""
        self._port, self._state, self._mode, self._with_bot = port, state, mode, bot
        self._database_url, self._timings = database_url, {**TIMINGS, **(timings or {})}
        self._source, self._edit, self._now = config, edit, now
        self._slack = slack_timings, slack_limits
        self._stack = AsyncExitStack()
        self._server: Server | None = None
        self._turns: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The port everything is served on."""
        return 0 if self._server is None else self._server.port

    @property
    def url(self) -> str:
        """The page's address, without a trailing slash."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        """Start everything; with the bot, return when it is ready. ``StartupError`` says what went wrong."""
        async with AsyncExitStack() as stack:
            state = self._state or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pawdeploy-")))
            state.mkdir(parents=True, exist_ok=True)
            source = self._source or find_config()
            project = toml_file.load(source)
            self._make_vendors(places_of(project), apps=[app.repository for app in project.apps])
            self.sentry = sentry_of(project, self.faults, self.railway, self._now, self.github.commits_of)
            self.mobile = MobileVendors(
                project, self.faults, github=self.github, sentry=self.sentry, now=self._now
            )
            self.expo, self.appstore = self.mobile.expo, self.mobile.appstore
            self.googleplay = self.mobile.googleplay
            self._make_workspace(project, load_libraries(folders(project, source)))
            self._server = Server(self._app(), port=self._port)
            try:
                await stack.enter_async_context(self._server)
            except OSError as error:
                msg = f"port {self._port} is taken; try: pawdeploy sandbox --port 0"
                raise StartupError(msg) from error
            stack.push_async_callback(self.workspace.aclose)
            stack.push_async_callback(self.sentry.aclose)
            stack.push_async_callback(self.mobile.aclose)
            self._settle_in()
            self.config = state / "pawdeploy.toml"
            self.config.write_text(
                derive(source, url=self.url, timings=self._timings, edit=self._edit), "utf-8"
            )
            bot_port = free_port()
            told = environment(
                toml_file.load(self.config),
                url=self.url,
                bot_port=bot_port,
                config=self.config,
                database_url=self._database_url or f"sqlite:///{state / 'pawdeploy.sqlite3'}",
                mode=self._mode,
            )
            told |= self.mobile.variables(self.url)
            self.process = BotProcess(told, state / "bot.log", self._bot_changed, port=bot_port)
            stack.push_async_callback(self.process.stop)
            self.workspace.bot = self
            self.sentry.reached_at(f"{self.url}/sentry", self.process.url)
            self.mobile.reached_at(self.url, self.process.url)
            if self._mode == "http":
                await self.workspace.use_http(f"{self.process.url}/slack/events", handshake=False)
            stack.callback(self.faults.subscribe(self._fault_turned))
            if self._with_bot:
                await self.start_bot()
                await self.wait_ready()
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop the bot, then everything else."""
        await self._stack.aclose()

    async def start_bot(self) -> None:
        """Start the bot; does nothing when it runs."""
        await self.process.start()

    async def kill_bot(self) -> None:
        """Kill the bot as ``kill -9`` does, and wait until it is gone."""
        await self.process.kill()

    async def stop_bot(self) -> None:
        """Tell the bot to stop (SIGTERM) and wait until it has."""
        await self.process.stop()

    async def wait_ready(self, timeout: float = 60.0) -> None:  # noqa: ASYNC109 - the one limit a caller sets
        """Return when the bot says it is ready; ``StartupError`` with its last words when not in time."""
        await self.process.wait_ready(timeout)

    @property
    def bot_running(self) -> bool:
        """Whether the bot's process is alive."""
        return self.process.running

    @property
    def state(self) -> State:
        """What the page shows of the bot."""
        return self.process.state

    async def do(self, what: str) -> None:
        """Do what a button of the page says: ``kill``, ``stop`` or ``restart``; ``ValueError`` otherwise."""
        match what:
            case "kill":
                await self.kill_bot()
            case "stop":
                await self.stop_bot()
            case "restart":
                await self.kill_bot()
                await self.start_bot()
            case _:
                msg = f"the bot can be told to kill, stop or restart; not {what!r}"
                raise ValueError(msg)

    def _make_vendors(self, project_places: tuple[Place, ...], *, apps: Sequence[str]) -> None:
        repositories = tuple(dict.fromkeys(place.repository for place in project_places))
        self.github = GitHubSim(
            self.faults, now=self._now, repositories=repositories, apps=apps, deliver=self._delivered
        )
        self.railway = RailwaySim(self.faults, project_places, now=self._now, commit_of=self.github.commit_of)
        self.github.on_push = self.railway.pushed
        self.backend = BackendSim(self.railway, self.faults)
        self.dependencies = DependenciesSim(self.faults)
        self.orchestrator = OrchestratorSim(self.faults)  # by the clock the bot signs by
        for place in project_places:
            repo = self.github.state.repos[place.repository]
            live = running_at_start(repo)
            sha = live.get(place.environment, live["staging"])
            before = repo.commits[sha].parents[0]
            for days, ran in ((9, before), (2, sha)):
                at = self._now() - timedelta(days=days)
                self.railway.arrive(place.service, place.environment, ran, at=at)

    def _make_workspace(self, project: Project, playbooks: Mapping[str, Playbook]) -> None:
        manifest = ROOT / "app.manifest.yaml"
        timings, limits = self._slack
        self.workspace = Workspace(
            self.faults,
            manifest=manifest if manifest.is_file() else Manifest(),
            timings=timings,
            limits=limits,
            completions=whole(project, playbooks),
        )

    def _app(self) -> Starlette:
        return Starlette(
            routes=[
                Mount("/railway", app=self.railway.asgi),
                Mount("/github", app=self.github.asgi),
                Mount("/backend", app=self.backend.asgi),
                Mount("/sentry", app=self.sentry.asgi),
                *self.dependencies.routes(),
                *self.orchestrator.routes(),
                *self.mobile.routes(),
                Route("/_faults", self._faults_route, methods=["GET", "POST"]),
                *self.workspace.routes(),  # last: its page is under /
            ]
        )

    def _settle_in(self) -> None:
        """Tell everyone the address, now that there is one."""
        self.workspace.base_url = self.url
        for place in self.railway.places:
            self.railway.public_urls[place] = f"{self.url}/backend/{place.service}/{place.environment}"

    def _delivered(self, service: str, environment_name: str, sha: str) -> None:
        self.railway.arrive(service, environment_name, sha, uploaded=True)

    def _bot_changed(self, state: State) -> None:
        self.faults.set("bot", "running" if state == "running" else "killed")
        self.workspace.announce_bot(state)

    def _fault_turned(self, name: str, value: str) -> None:
        if name == "bot" and self.process.running != (value == "running"):
            # Not "restart": by the time the task runs, somebody else may have started one.
            task = asyncio.create_task(self.start_bot() if value == "running" else self.kill_bot())
            self._turns.add(task)
            task.add_done_callback(self._turns.discard)

    async def _faults_route(self, request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse(self.faults.all())
        try:
            asked = await request.json()
            self.faults.set(str(asked["name"]), str(asked["value"]))
        except (ValueError, TypeError) as error:
            return JSONResponse({"ok": False, "error": "invalid_value", "detail": str(error)}, 400)
        except KeyError as error:
            return JSONResponse({"ok": False, "error": "unknown_fault", "detail": str(error.args[0])}, 400)
        return JSONResponse({"ok": True, "faults": self.faults.all()})


def main(port: int = 8787, *, state: Path | None = None, mode: Mode = "socket") -> None:
    """Run the sandbox until Ctrl-C or SIGTERM, and print where it is. ``StartupError`` when it cannot."""
    asyncio.run(_run(port, state, mode))


async def _run(port: int, state: Path | None, mode: Mode) -> None:
    enough = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, enough.set)
    async with Sandbox(port, state, mode) as box:
        click.echo(f"pawdeploy sandbox: {box.url}")
        click.echo("Open it in a browser and type /pawdeploy staging. Ctrl-C ends everything.")
        await enough.wait()
    click.echo("pawdeploy sandbox: ended")

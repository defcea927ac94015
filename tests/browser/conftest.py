"""A real browser in front of a real simulated workspace: one server, one toy app, one page per test."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.faults import Faults
from sandbox.serve import Server
from sandbox.workspace.manifest import SCOPES, Command, Manifest
from sandbox.workspace.workspace import Workspace
from tests.browser.toy import Toy

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--headless",
]
PATIENCE = 60_000
"""Milliseconds a busy machine may take to show something; nobody waits that long when all is well."""
_UNUSED: WeakKeyDictionary[Browser, list[Page]] = WeakKeyDictionary()
"""Tabs no test has at the moment."""


class Switch:
    """Whoever runs the bot, as the page sees it: three words and a state."""

    def __init__(self, workspace: Workspace) -> None:
        self.state = "running"
        self._workspace = workspace

    async def do(self, what: str) -> None:
        """Kill, stop or restart."""
        self.state = {"kill": "killed", "stop": "stopped", "restart": "running"}[what]
        self._workspace.announce_bot(self.state)


@dataclass(frozen=True, slots=True)
class Box:
    """Everything behind the page."""

    url: str
    workspace: Workspace
    faults: Faults
    toy: Toy


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Start one browser for all tests of a file; tests get empty pages of it."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: the page was not tried in a browser")
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="module")
async def box() -> AsyncIterator[Box]:
    """Serve a workspace with the toy app connected."""
    faults = Faults()
    command = Command("/pawdeploy", "Deploy, and see what is deployed", "staging | status | help")
    workspace = Workspace(
        faults,
        manifest=Manifest(
            commands=(command,),
            scopes=(*SCOPES, "files:write", "im:write", "channels:manage", "pins:read"),
            events=("reaction_added", "pin_added"),
        ),
        completions={"/pawdeploy": ["staging", "staging --dry-run", "status", "help"]},
    )
    workspace.bot = Switch(workspace)

    async def turn(request: Request) -> JSONResponse:
        asked = await request.json()
        faults.set(asked["name"], asked["value"])
        return JSONResponse({"ok": True})

    app = Starlette(routes=[Route("/_faults", turn, methods=["POST"]), *workspace.routes()])
    async with Server(app) as server:
        workspace.base_url = server.url
        toy = Toy(server.url)
        await toy.connect()
        yield Box(server.url, workspace, faults, toy)
        await toy.leave()
        await workspace.aclose()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, box: Box) -> AsyncIterator[Page]:
    """Open the page as Ann in #deploys, nothing said yet."""
    async with opened(browser, box.url, again=True) as page:
        await page.get_by_test_id("first-run-hint").wait_for()
        yield page


@asynccontextmanager
async def opened(
    browser: Browser, url: str, size: tuple[int, int] = (1360, 860), *, again: bool = False
) -> AsyncIterator[Page]:
    """Open the page in the light; any error in its scripts, any request to elsewhere fails the test.

    ``again``: one test after the other has the same tab, for opening one costs more than most tests that need
    no bot. Nothing stays in it: the page stores nothing. A failed test's tab is not used again.
    """
    trouble: list[str] = []
    heed: dict[str, Callable[[Any], object]] = {
        "pageerror": lambda error: trouble.append(str(error)),
        "console": lambda line: trouble.append(line.text) if line.type == "error" else None,
        "request": lambda asked: _only_here(asked.url, url.partition("#")[0], trouble),
    }
    unused = _UNUSED.setdefault(browser, []) if again else []
    page = unused.pop() if unused else await (await browser.new_context(color_scheme="light")).new_page()
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    page.set_default_timeout(PATIENCE)
    for name, listener in heed.items():
        page.on(name, listener)
    await page.goto(url)
    yield page
    for name, listener in heed.items():
        page.remove_listener(name, listener)
    assert trouble == []
    if not again:
        await page.context.close()
        return
    assert await page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length") == 0
    assert page.context.pages == [page]
    await page.goto("about:blank")
    await page.mouse.move(0, 0)
    unused.append(page)


def _only_here(asked: str, home: str, trouble: list[str]) -> None:
    if not asked.startswith((home, "data:")):
        trouble.append(f"the page asked for {asked}")

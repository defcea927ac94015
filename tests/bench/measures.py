"""What ``make bench`` measures, each over the sandbox and real HTTP. Numbers out, no judgement."""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox.launch import Sandbox
from sandbox.workspace import Tokens
from tests.bench.spread import spread
from tests.bench.taking_back import taking_back
from tests.faults.kill_switch import KillableSandbox
from tests.flows.driver import ANN, GENERAL, Flow, flow

WARM_UP = 10


async def acks(box: Sandbox, count: int) -> list[float]:
    """Type a command ``count`` times, one after the other; return the times to its acknowledgement."""
    taken = []
    for number in range(WARM_UP + count):
        said = await box.workspace.say(ANN, GENERAL, "/pawdeploy help")
        assert said.ok, said
        if number >= WARM_UP:
            taken.append(said.ack_ms)
    return taken


@asynccontextmanager
async def bare_bolt(box: Sandbox):
    """Run the yardstick against ``box``, whose own bot must be stopped."""
    environment = {
        "PATH": os.defpath,
        "SLACK_BOT_TOKEN": Tokens().bot,
        "SLACK_APP_TOKEN": Tokens().app,
        "SLACK_API_URL": f"{box.url}/slack/api/",
    }
    script = Path(__file__).with_name("bare_bolt.py")
    process = await asyncio.create_subprocess_exec(sys.executable, str(script), env=environment)
    try:
        await box.workspace.until(lambda: box.workspace.link.connections, 20)
        yield
    finally:
        process.kill()
        await process.wait()


async def ack_rounds(box: Sandbox, rounds: int, count: int) -> tuple[list[float], list[float]]:
    """Measure the bot and the yardstick in turn, so that a busy machine slows both."""
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(rounds):
        await box.start_bot()
        await box.wait_ready()
        ours += await acks(box, count)
        await box.stop_bot()
        async with bare_bolt(box):
            bare += await acks(box, count)
        await box.workspace.until(lambda: not box.workspace.link.connections, 20)
    return ours, bare


async def start_ups(box: Sandbox, count: int) -> list[float]:
    """Start the bot ``count`` times; return seconds until ``/readyz`` says yes."""
    taken = []
    for _ in range(count):
        await box.stop_bot()
        began = time.perf_counter()
        await box.start_bot()
        await box.wait_ready()
        taken.append(time.perf_counter() - began)
    return taken


def resident(box: Sandbox) -> float:
    """Return the bot's resident memory in MB."""
    pages = int(Path(f"/proc/{box.process.pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def comebacks(desk: Flow, count: int) -> list[float]:
    """Kill the bot while it follows a deployment; return seconds from SIGKILL to its next look at it."""
    taken = []
    switch = desk.box.switch  # type: ignore[attr-defined]  # a KillableSandbox
    look = "POST railway deployment"
    for _ in range(count):
        desk.box.faults.set("railway.deployment", "never ends")
        sha = desk.commit()
        card = await desk.deploy()
        await desk.shows(card, "Build and start", sha[:7])
        await desk.box.kill_bot()
        began, before = time.perf_counter(), switch.seen.count(look)
        await desk.box.start_bot()
        await desk.polled(lambda before=before: switch.seen.count(look) > before)
        taken.append(time.perf_counter() - began)
        desk.box.faults.set("railway.deployment", "succeeds")
        await desk.box.wait_ready()
        await desk.press(card, "run_cancel")
        await desk.shows(card, "Cancelled")
    return taken


async def measure(state: Path, tell: Callable[[str], None]) -> None:
    """Run everything, telling results as they come."""
    async with flow(state, make=KillableSandbox, timings={"deployment_timeout": 60}) as desk:
        box = desk.box
        tell("command to acknowledgement, /pawdeploy help")
        ours, bare = (spread(part) for part in await ack_rounds(box, rounds=3, count=100))
        tell(f"  pawdeploy   p50 {ours.p50:7.1f} ms   p99 {ours.p99:7.1f} ms")
        tell(f"  bare Bolt   p50 {bare.p50:7.1f} ms   p99 {bare.p99:7.1f} ms")
        tell(f"  ratio       p50 {ours.p50 / bare.p50:7.2f}      (aim: 1.25 at most)")
        starts = await start_ups(box, 5)
        middle = statistics.median(starts)
        tell(f"start to ready: median {middle:.2f} s, worst {max(starts):.2f} s (aim: 2 s)")
        backs = await comebacks(desk, 5)
        tell(
            f"SIGKILL to going on: median {statistics.median(backs):.2f} s, "
            f"worst {max(backs):.2f} s (aim: 3 s)"
        )
        tell(f"memory after {len(desk.cards())} runs: {resident(box):.0f} MB (aim: 150 MB)")
    back, drawn = await taking_back(state / "taking back", 3)
    tell(
        f"deciding look to the old commit live and locked: median {statistics.median(back):.2f} s, "
        f"worst {max(back):.2f} s; to the picture: median {statistics.median(drawn):.2f} s, "
        f"worst {max(drawn):.2f} s (aim: 5 s)"
    )

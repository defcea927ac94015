"""What ``make bench`` measures of alerts: how fast messages are taken in, and what becomes of a storm."""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from sandbox.bot_process import free_port
from sandbox.launch import Sandbox
from sandbox.vendors.sentry_hooks import SENTRY_WEBHOOK_SECRET
from tests.bench.spread import spread
from tests.flows.driver import Flow

ALERTS = "C0ALERTS001"
HERE = Path(__file__).parent
RATE, SECONDS = 200, 30
STORM, GROUPS, A_SECOND = 10_000, 50, 170
_LONGEST = 600.0


async def intake(url: str, *, seconds: float = SECONDS) -> tuple[list[float], int]:
    """Send messages to ``url`` from a process of its own; return milliseconds of each, and the refused."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(HERE / "sender.py"), url, str(RATE), str(seconds),
        env={"PATH": os.defpath, "SECRET": SENTRY_WEBHOOK_SECRET}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    told = json.loads(out)
    return told["taken"], told["refused"]


@asynccontextmanager
async def bare_hooks():
    """Run the yardstick; give its address."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(HERE / "bare_hooks.py"), str(port),
        env={"PATH": os.defpath, "SECRET": SENTRY_WEBHOOK_SECRET},
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}/hooks/sentry"
    try:
        async with httpx.AsyncClient(trust_env=False) as http, asyncio.timeout(20):
            while True:
                try:
                    await http.post(url, content=b"")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
        yield url
    finally:
        process.kill()
        await process.wait()


async def measure_alerts(state: Path, tell: Callable[[str], None]) -> None:
    """Measure intake beside the yardstick, then a storm under Slack's own limits."""
    async with Sandbox(state=state) as box:
        ours, refused = await intake(f"{box.process.url}/hooks/sentry")
        async with bare_hooks() as url:
            bare, _ = await intake(url, seconds=10)
        tell(f"webhook to 2xx at {RATE}/s for {SECONDS} s, {refused} refused")
        for name, taken in (("pawdeploy", spread(ours)), ("bare Starlette", spread(bare))):
            tell(f"  {name:14}  p50 {taken.p50:6.1f} ms   p99 {taken.p99:6.1f} ms")
        tell("  (aim: p99 50 ms)")
    async with Sandbox(state=state / "storm") as box:
        for line in _told(await storm(Flow(box, state / "storm"))):
            tell(line)


def _told(found: dict[str, float]) -> list[str]:
    lost, most = found["accepted"] - found["told"], found["cards_of_one_group_at_most"]
    return [
        f"storm: {found['accepted']:,.0f} of {STORM:,} accepted in {found['seconds']:.0f} s, {GROUPS} groups",
        f"  lost: {lost:.0f} (aim: 0); in the database {found['kept']:,.0f}, counted {found['told']:,.0f}",
        f"  cards: {found['cards']:.0f}, of one group at most {most:.0f} (aim: 1)",
        f"  calls Slack refused: {found['refused_by_slack']:.0f} (aim: 0)",
        f"  after the last message: counted in {found['counted_after']:.1f} s, "
        f"the last card correct in {found['shown_after']:.1f} s",
    ]


async def storm(desk: Flow, *, total: int = STORM, groups: int = GROUPS) -> dict[str, float]:
    """Have ``groups`` issues happen ``total`` times within a minute; return what became of it."""
    box = desk.box
    before = desk.rows("select count(*) from hooks where resource = 'event_alert'")[0][0]
    began = time.perf_counter()
    accepted = await box.sentry.storm(groups=groups, total=total, per_second=A_SECOND)
    sent = time.perf_counter()
    async with asyncio.timeout(_LONGEST):
        while not _counted(desk, groups):  # noqa: ASYNC110 - another process changes what is looked at
            await asyncio.sleep(0.2)
        counted = time.perf_counter()
        while not _shown(desk, groups):  # noqa: ASYNC110 - another process changes what is looked at
            await asyncio.sleep(0.2)
    cards = [one for one in _everything(desk) if (one.metadata or {}).get("event_payload", {}).get("key")]
    keys = [one.metadata["event_payload"]["key"] for one in cards]
    kept = desk.rows("select count(*) from hooks where resource = 'event_alert'")[0][0] - before
    found = desk.rows(
        "select count(*) from hooks join alerts on alerts.id = hooks.alert_id where title like 'StormError%'"
        " and (key like 'sentry:backfill:%:fired:%' or key like 'sentry:backfill:%:reopened:%')"
    )[0][0]
    return {
        "seconds": sent - began,
        "accepted": accepted,
        "kept": kept,
        "told": sum(row[0] for row in desk.rows("select times from alerts where title like 'StormError%'"))
        - found,
        "counted_after": max(0.0, counted - sent),
        "shown_after": time.perf_counter() - sent,
        "cards": sum(key.startswith("alert:") and key.count(":") == 1 for key in keys),
        "cards_of_one_group_at_most": max(keys.count(key) for key in keys),
        "refused_by_slack": sum(box.workspace.refused_calls.values()),
    }


def _counted(desk: Flow, groups: int) -> bool:
    rows = desk.rows("select count(*) from alerts where title like 'StormError%'")
    return rows[0][0] == groups and not desk.rows("select 1 from hooks where done_at is null limit 1")


def _shown(desk: Flow, groups: int) -> bool:
    """Say whether every card is as new as its alert."""
    query = (
        "select count(*) from posts join alerts on alerts.id = posts.alert_id where posts.kind = 'alert'"
        " and posts.sent_revision = alerts.revision and alerts.title like 'StormError%' and not alerts.stale"
    )
    return desk.rows(query)[0][0] == groups


def _everything(desk: Flow) -> list:
    cards = desk.ws.messages(ALERTS)
    return [*cards, *(reply for card in cards for reply in desk.ws.thread(ALERTS, card.ts))]

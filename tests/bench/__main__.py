"""``make bench``: prints measurements of one run, ours beside the yardstick. Nothing here passes or fails."""

import asyncio
import os
import platform
import tempfile
from pathlib import Path

from tests.bench.incidents import measure_incidents
from tests.bench.measures import measure
from tests.bench.webhooks import measure_alerts


def tell(line: str) -> None:
    """Print at once."""
    print(line, flush=True)


with tempfile.TemporaryDirectory(prefix="pawdeploy-bench-") as folder:
    load = os.getloadavg()[0]
    tell(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} at the start")
    asyncio.run(measure(Path(folder), tell))
    asyncio.run(measure_alerts(Path(folder) / "alerts", tell))
    asyncio.run(measure_incidents(Path(folder) / "incidents", tell))

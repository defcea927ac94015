"""Starts the drawing process and takes its picture. Must not import what draws."""

import asyncio
import os
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Protocol

from bot.errors import PictureFailed


class Chart(Protocol):
    """Anything the drawing process knows."""

    def encode(self) -> str:
        """Write as JSON."""


ROOT = Path(__file__).resolve().parents[2]
"""Where ``python -m bot.pictures`` finds this very code, installed or not."""
PATIENCE = 30.0
"""Seconds a drawing may take; it takes one or two, the first some more: it looks for fonts."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"


async def png_of(chart: Chart, *, patience: float = PATIENCE) -> bytes:
    """Draw ``chart``, a PNG.

    ``PictureFailed`` when it cannot be drawn within ``patience`` seconds. The child gets none of the bot's
    environment (so no secret), writes to a directory that goes with the bot, and dies with its caller.
    """
    folder = _home().name
    environment = {"PATH": os.defpath, "HOME": folder, "MPLCONFIGDIR": folder, "MPLBACKEND": "Agg"}
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.pictures", cwd=ROOT, env=environment,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
    except OSError as error:
        msg = f"the drawing process could not be started: {error.strerror}"
        raise PictureFailed(msg) from error
    try:
        async with asyncio.timeout(patience):
            picture, complaint = await process.communicate(chart.encode().encode())
    except TimeoutError as error:
        msg = f"the picture was not drawn within {patience:g} s"
        raise PictureFailed(msg) from error
    finally:
        await _end(process)
    if process.returncode or not picture.startswith(SIGNATURE):
        lines = complaint.decode(errors="replace").strip().splitlines() or ["no picture came"]
        msg = f"the picture could not be drawn: {lines[-1][:200]}"
        raise PictureFailed(msg)
    return picture


@cache
def _home() -> tempfile.TemporaryDirectory[str]:
    """Return the directory where drawings keep what they found out about fonts, for the next one."""
    return tempfile.TemporaryDirectory(prefix="pawdeploy-picture-")


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()

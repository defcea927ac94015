"""Kinds of message that are pictures: from what was kept of a run to a file for its thread.

Drawing takes seconds and cards must not wait for it, so it goes on beside them: asked for a picture that is
not ready, the studio begins it and gives nothing yet.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

import structlog

from bot.engine.errors_verdict import decode
from bot.engine.mobile import Build
from bot.engine.runs import RunView
from bot.errors import PictureFailed
from bot.pictures import ErrorChart, SparkChart, describe, describe_spark, png_of
from bot.qr import png
from handlers.render._blocks import Message
from handlers.render._text import one_line, plain
from handlers.render.notices import render_notice
from handlers.render.posts import Drawing, Occasion
from handlers.render.release_notes import build_line, build_name

log = structlog.get_logger(__name__)

Draws = Callable[[Occasion], Awaitable[Drawing | Message]]


async def watch_picture(occasion: Occasion) -> Drawing | Message:
    """Draw the error rate before and after a deploy, with the decision marked; else say it in words."""
    chart, run = ErrorChart.decode(occasion.body), occasion.run
    said = describe(chart)
    name = f"run-{run.id}-{run.attempt}" if run else "run"
    try:
        content = await png_of(chart)
    except PictureFailed:
        log.exception("a picture was not drawn", key=occasion.key)
        return render_notice(said)
    return Drawing(
        filename=f"pawdeploy-{name}-errors.png",
        content=content,
        title=f"Errors around run {run.id}" if run else "Errors",
        alt=said,
        comment=" ".join([said, *_evidence(run)]),
    )


async def spark_picture(occasion: Occasion) -> Drawing | Message:
    """Draw how often an alert happened over the last day; else say it in words."""
    chart = SparkChart.decode(occasion.body)
    said = describe_spark(chart)
    try:
        content = await png_of(chart)
    except PictureFailed:
        log.exception("a picture was not drawn", key=occasion.key)
        return render_notice(plain(said, 500))
    return Drawing(
        filename=f"pawdeploy-{occasion.key.replace(':', '-')}.png",
        content=content,
        title="The last 24 hours",
        alt=said[:1000],
        comment=plain(said, 500),
    )


async def qr_picture(occasion: Occasion) -> Drawing | Message:
    """Draw where a build can be had as a QR code for a phone's camera; else say it in words.

    The body is the ``Build``.
    """
    build = Build.model_validate_json(occasion.body)
    line, name = build_line(build), build_name(build)
    try:
        content = await asyncio.to_thread(png, build.artifact)
    except PictureFailed:
        log.warning("a link is too long for a picture", key=occasion.key)
        return render_notice(line)
    return Drawing(
        filename=f"pawdeploy-{occasion.key.replace(':', '-')}.png",
        content=content,
        title=one_line(name),
        alt=f"QR code of the address where {one_line(name)} can be had",
        comment=f"{line}. The code leads a phone there.",
    )


def _evidence(run: RunView | None) -> list[str]:
    """Return what the verdict stands on, escaped; the card says only the sentence that matters."""
    try:
        return [plain(" ".join(decode(run.watch).evidence), 1200)] if run and run.watch else []
    except (KeyError, TypeError, ValueError):  # stored by another version
        return []


PICTURES: Mapping[str, Draws] = MappingProxyType(
    {"picture": watch_picture, "spark": spark_picture, "qr": qr_picture}
)
"""Every kind that is a file, and who draws it."""


class Studio:
    """Draws, each picture once at a time."""

    def __init__(self, draws: Mapping[str, Draws] = PICTURES) -> None:
        self._draws = draws
        self._under_way: dict[str, asyncio.Task[Drawing | Message]] = {}

    def draws(self, kind: str) -> bool:
        """Say whether messages of ``kind`` are pictures."""
        return kind in self._draws

    async def picture(self, kind: str, occasion: Occasion) -> Drawing | Message | None:
        """Return the picture when it is ready; None begins it, or says that it is under way."""
        task = self._under_way.get(occasion.key)
        if task is None:
            self._under_way[occasion.key] = asyncio.ensure_future(self._draws[kind](occasion))
            return None
        if not task.done():
            return None
        del self._under_way[occasion.key]
        return task.result()

    async def close(self) -> None:
        """Stop what is under way; it is begun again at the next start."""
        for task in self._under_way.values():
            task.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)

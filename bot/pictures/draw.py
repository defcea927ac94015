"""Draws a chart with matplotlib. Imported by the drawing process only; decides nothing."""

import io
import math
from datetime import UTC, timedelta

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator

from bot.engine.errors_verdict import Kind
from bot.engine.errors_words import span
from bot.pictures.chart import ErrorChart, rates, said

WIDTH, HEIGHT, DPI = 1200, 500, 100
INK, SOFT, FAINT, PAPER = "#1d1c1d", "#616061", "#dddddd", "#ffffff"
BEFORE = "#a9b8c9"
COLOURS: dict[Kind, str] = {
    "regressed": "#c9282d", "ok": "#1f8a5b", "inconclusive": "#b7791f", "keep_watching": "#2f6fb7",
}  # fmt: skip
_FITS = 60
"""Characters of a name."""
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
"""Seconds between labels on the time axis."""


def draw(chart: ErrorChart) -> bytes:
    """Return ``chart`` as a PNG."""
    figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.065, 0.13, 0.915, 0.63))
    colour = COLOURS[chart.verdict]
    _title(figure, chart, colour)
    top = _bars(axes, chart, colour)
    _moments(axes, chart, colour, top)
    _scales(axes, chart, top)
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def plain(text: str) -> str:
    """Keep a dollar sign from starting a formula, and a name to what fits."""
    return (text if len(text) <= _FITS else f"{text[: _FITS - 1]}…").replace("$", r"\$")


def _title(figure: Figure, chart: ErrorChart, colour: str) -> None:
    name = f"{plain(chart.service)} · {plain(chart.environment)}"
    figure.text(0.02, 0.925, said(chart.verdict), fontsize=17, fontweight="bold", color=colour)
    figure.text(0.98, 0.925, name, fontsize=14, color=INK, ha="right")
    line = rates(chart)
    figure.text(0.02, 0.855, line[0].upper() + line[1:], fontsize=13, color=SOFT)


def _bars(axes: Axes, chart: ErrorChart, colour: str) -> float:
    """Draw the buckets and the rate before; return the top of the scale, in errors a minute."""
    heights = [point.errors / point.seconds * 60 for point in chart.points]
    for point, height in zip(chart.points, heights, strict=True):
        shade = colour if point.at >= 0 else BEFORE
        axes.bar(point.at, height, width=point.seconds * 0.86, align="edge", color=shade)
    top = max([*heights, chart.rate_before or 0.0, 3.0]) * 1.28
    if chart.rate_before is not None:
        axes.axhline(chart.rate_before, color=SOFT, linewidth=1.3, linestyle=(0, (5, 3)))
    if not any(point.at >= 0 for point in chart.points):
        middle = (chart.looks[-1] if chart.looks else 600.0) / 2
        axes.text(
            middle,
            top / 2,
            "no counts\nfrom Sentry",
            color=SOFT,
            fontsize=13,
            ha="center",
            va="center",
            backgroundcolor=PAPER,
        )
    return top


def _moments(axes: Axes, chart: ErrorChart, colour: str, top: float) -> None:
    """Mark the deploy, the looks, and the moment that decided."""
    axes.axvline(0, color=INK, linewidth=1.8)
    axes.annotate(
        f"{chart.what} live", (0, top), xytext=(-7, -13), textcoords="offset points",
        color=INK, fontsize=12, fontweight="bold", ha="right",
    )  # fmt: skip
    for look in chart.looks:
        axes.axvline(look, color=SOFT, linewidth=0.9, linestyle=":")
    if chart.decided is None:
        return
    axes.axvline(chart.decided, color=colour, linewidth=2.4)
    axes.plot([chart.decided], [top], marker="v", markersize=11, color=colour, clip_on=False)
    axes.annotate(
        f"decided after {span(max(0.0, chart.decided))}",
        (chart.decided, top), xytext=(10, 10), textcoords="offset points",
        color=colour, fontsize=12, fontweight="bold", ha="right",
    )  # fmt: skip


def _scales(axes: Axes, chart: ErrorChart, top: float) -> None:
    watch = chart.looks[-1] if chart.looks else 900.0
    left = min(-watch / 3, *(point.at for point in chart.points), 0.0)
    right = max(watch, chart.decided or 0.0, *(point.at + point.seconds for point in chart.points), 0.0)
    margin = (right - left) * 0.012
    axes.set_xlim(left - margin, right + margin)
    axes.set_ylim(0, top)
    live = chart.live.astimezone(UTC)
    step = next((step for step in STEPS if (right - left) / step <= 12), STEPS[-1])
    offset = -(live.timestamp() % step)
    ticks = [offset + step * count for count in range(math.ceil((left - offset) / step), 200)]
    ticks = [tick for tick in ticks if tick <= right]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    clock = "%H:%M" if step >= 60 else "%H:%M:%S"
    axes.set_xticklabels([(live + timedelta(seconds=tick)).strftime(clock) for tick in ticks])
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.set_ylabel("errors per minute", color=SOFT, fontsize=12)
    legend = "dashed: the mean before · dotted: looks · counts Sentry calls complete"
    axes.set_xlabel(f"{live:%d %b %Y}, UTC · {legend}", color=SOFT, fontsize=11)
    axes.tick_params(colors=SOFT, labelsize=11, length=0, pad=6)
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)

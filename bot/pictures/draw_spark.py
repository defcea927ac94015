"""Draws an alert's last day with matplotlib. Imported by the drawing process only; decides nothing."""

import io
from datetime import UTC, timedelta

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator

from bot.pictures.draw import DPI, FAINT, INK, PAPER, SOFT, plain
from bot.pictures.spark import SparkChart

WIDTH, HEIGHT = 1000, 260
BAR, NEWEST = "#a9b8c9", "#c9282d"
_LABELS = 8


def draw_spark(chart: SparkChart) -> bytes:
    """Return ``chart`` as a PNG."""
    figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.07, 0.17, 0.9, 0.56))
    each = chart.hours / len(chart.counts)
    starts = [each * at - chart.hours for at in range(len(chart.counts))]
    busiest = max(range(len(chart.counts)), key=lambda at: (chart.counts[at], at))
    colours = [NEWEST if at == busiest and count else BAR for at, count in enumerate(chart.counts)]
    axes.bar(starts, chart.counts, width=each * 0.86, align="edge", color=colours)
    axes.set_xlim(-chart.hours - each * 0.1, each * 0.1)
    axes.set_ylim(0, max(*chart.counts, 3) * 1.15)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=3, integer=True))
    ticks = [-chart.hours * part / _LABELS for part in range(_LABELS, -1, -1)]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    ends = chart.ends.astimezone(UTC)
    axes.set_xticklabels([(ends + timedelta(hours=tick)).strftime("%H:%M") for tick in ticks])
    axes.tick_params(colors=SOFT, labelsize=12, length=0, pad=5)
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    total = sum(chart.counts)
    events = f"{total:,} event{'' if total == 1 else 's'} in {chart.hours:g} hours, UTC"
    figure.text(0.02, 0.88, plain(chart.title), fontsize=14, fontweight="bold", color=INK)
    figure.text(0.02, 0.79, f"{plain(chart.place)} · {events}", fontsize=12, color=SOFT)
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()

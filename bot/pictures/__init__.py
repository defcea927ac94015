"""Pictures for Slack: ``error_rate_png`` draws, ``describe`` is its alt text.

Drawing happens in a child process (``python -m bot.pictures``), so that the bot itself never loads matplotlib
and numpy, and no drawing can block or break it. Must not know Slack, runs or where a chart is from.
"""

from bot.pictures.chart import ErrorChart, Point, chart_of, describe
from bot.pictures.child import error_rate_png

__all__ = ["ErrorChart", "Point", "chart_of", "describe", "error_rate_png"]

"""Pictures for Slack: ``png_of`` draws, ``describe`` and ``describe_spark`` are alt texts.

Drawing happens in a child process (``python -m bot.pictures``), so that the bot itself never loads matplotlib
and numpy, and no drawing can block or break it. Must not know Slack, runs or where a chart is from.
"""

from bot.pictures.chart import ErrorChart, Point, chart_of, describe
from bot.pictures.child import png_of
from bot.pictures.spark import SparkChart, describe_spark

__all__ = ["ErrorChart", "Point", "SparkChart", "chart_of", "describe", "describe_spark", "png_of"]

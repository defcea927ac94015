"""The drawing process: a chart as JSON comes in, a PNG goes out. Started by ``bot.pictures.child`` only."""

import json
import sys

from bot.pictures.chart import ErrorChart
from bot.pictures.draw import draw
from bot.pictures.spark import KIND, SparkChart

if __name__ == "__main__":
    given = sys.stdin.read()
    if json.loads(given).get("kind") == KIND:
        from bot.pictures.draw_spark import draw_spark

        sys.stdout.buffer.write(draw_spark(SparkChart.decode(given)))
    else:
        sys.stdout.buffer.write(draw(ErrorChart.decode(given)))

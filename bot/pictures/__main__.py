"""The drawing process: a chart as JSON comes in, a PNG goes out. Started by ``bot.pictures.child`` only."""

import sys

from bot.pictures.chart import ErrorChart
from bot.pictures.draw import draw

if __name__ == "__main__":
    sys.stdout.buffer.write(draw(ErrorChart.decode(sys.stdin.read())))

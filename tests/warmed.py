"""What every bot does before it is ready and is the same for all: done once, where they are forked from.

Only to be imported there (``tests/forked.py``); it leaves no file, connection or thread behind.
"""

from sqlalchemy.orm import configure_mappers

import bot.app  # noqa: F401 - every table is imported by it
from bot.integrations._http import trusted

configure_mappers()
trusted()

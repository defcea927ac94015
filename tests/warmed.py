"""What every bot does before it is ready and is the same for all: done once, where they are forked from.

Only to be imported there (``tests/forked.py``); it leaves no file, connection or thread behind.
"""

import jwt  # noqa: F401 - what signs for a store is imported when it does
from pydantic import BaseModel
from sqlalchemy.orm import configure_mappers

import bot.app
import bot.integrations.appstore
import bot.integrations.googleplay  # noqa: F401 - imported for what they bring: every table, shape and library
from bot.integrations._http import trusted


def _build(kind: type[BaseModel]) -> None:
    """Build the shapes below ``kind`` of which a bot builds those it uses."""
    for one in kind.__subclasses__():
        if one.__module__.startswith(("bot.", "playbooks.")):
            one.model_rebuild()
        _build(one)


_build(BaseModel)
configure_mappers()
trusted()

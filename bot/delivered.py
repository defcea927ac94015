"""Desks as one delivery from Slack turns to them: what it asks for is done once, however often it comes."""

import copy
from typing import Self


class Delivered:
    """A desk that can be turned to by a delivery; the others that turn to it name nothing."""

    _delivery = ""

    def of(self, delivery: str) -> Self:
        """Return the desk as ``delivery`` turns to it; it shares everything with this one."""
        mine = copy.copy(self)
        mine._delivery = delivery
        return mine

    def _once(self, what: str) -> str:
        """Name what this delivery asks for (see ``bot/db/done_once.py``); empty where there is none."""
        return self._delivery and f"{self._delivery}:{type(self).__name__}.{what}"

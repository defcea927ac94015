"""The alert desk of a workspace whose project file has no ``[alerts]``: says so, whatever is asked."""

from typing import NoReturn, Self

from bot.engine.reasons import Reason
from bot.errors import UserError

NO_ALERTS = (
    "This workspace has no `[alerts]` in `pawdeploy.toml`, so there is nothing to show or to press. "
    'Whoever runs pawdeploy adds it, with `channel = "C0ALERTS001"` at least; docs/alerts.md says how.'
)
"""What a person reads, whatever they asked."""


class NoAlerts:
    """Every method of the desk is the same refusal."""

    def of(self, _delivery: str) -> Self:
        """Return it: it does nothing, whoever turns to it."""
        return self

    def __getattr__(self, _name: str) -> object:
        """Return what refuses."""

        async def refuse(*_: object, **__: object) -> NoReturn:
            raise UserError(NO_ALERTS, reason=Reason.NO_ALERTS)

        return refuse

"""The alert desk of a workspace whose project file has no ``[alerts]``: says so, whatever is asked."""

from typing import NoReturn

from bot.engine.reasons import Reason
from bot.errors import UserError

SAID = (
    "There are no alerts here: pawdeploy.toml has no `[alerts]`. Whoever runs pawdeploy can add it; "
    "docs/alerts.md says how."
)


class NoAlerts:
    """Every method of the desk is the same refusal."""

    def __getattr__(self, _name: str) -> object:
        """Return what refuses."""

        async def refuse(*_: object, **__: object) -> NoReturn:
            raise UserError(SAID, reason=Reason.NO_ALERTS)

        return refuse

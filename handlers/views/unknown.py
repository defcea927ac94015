"""Any other form: one another version of pawdeploy opened. Last in the table."""

import re

from bot.engine.reasons import Reason
from bot.errors import UserError
from handlers._payloads import OLD_FORM

CALLBACK = re.compile(r"")


async def handle() -> None:
    """Say so; the boundary puts the words in the form's place."""
    raise UserError(OLD_FORM, reason=Reason.STALE_BUTTON)

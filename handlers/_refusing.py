"""How somebody without the right is told so, and who has it. Asks nobody, decides nothing."""

from bot.errors import NotAllowed
from handlers._services import People


def refused(people: People, roles: tuple[str, ...], what: str) -> NotAllowed:
    """Return the refusal of ``what``, which says who can: the holders of ``roles``."""
    holders = people.who_can(roles)
    ask = f"{holders[:1].upper()}{holders[1:]} can" if holders else "Nobody holds a role that can yet"
    msg = f"You can't {what}. {ask}. Nothing was changed."
    return NotAllowed(msg)

"""What can be asked of an alert's source, in words that cards, forms and refusals share. Pure."""

from typing import assert_never

from bot.engine.alerts import ActKind

ARCHIVE_WORDS = {
    "escalating": "until it escalates",
    "3600": "for 1 hour",
    "86400": "for 1 day",
    "604800": "for 1 week",
    "forever": "for good",
}
RESOLVE_WORDS = {
    "now": "",
    "next": "with the next release",
    "current": "with the release that runs now",
}


def doing(kind: ActKind, how: str, *, to: str) -> str:
    """Say what was asked for: ``resolve it with the next release``; ``to``: whom ``how`` names, as shown."""
    match kind:
        case ActKind.RESOLVE:
            words = RESOLVE_WORDS.get(how, "")
        case ActKind.ARCHIVE:
            words = ARCHIVE_WORDS.get(how, "")
        case ActKind.ASSIGN:
            words = f"to {to}" if how.strip() else "to nobody"
        case ActKind.REOPEN:
            words = ""
        case _:
            assert_never(kind)
    return f"{kind.value} it {words}".rstrip()

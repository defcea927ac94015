"""A vendor's public status page, by Statuspage's API. It annotates and never decides."""

from bot.integrations.statuspage.client import StatusPage

__all__ = ["StatusPage"]

"""Resolve, on an incident: a form asks what it was, and warns of what goes on. Resolves nothing itself."""

from datetime import UTC, datetime

from handlers.actions._incident import opening
from handlers.render.incident_card import INCIDENT_RESOLVE as ACTION
from handlers.render.incident_forms import resolve_form

__all__ = ["ACTION", "handle"]

handle = opening(lambda incident: resolve_form(incident, now=datetime.now(UTC)), __name__)

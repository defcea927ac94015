"""Reopen, on an incident that is resolved: a form asks why. Reopens nothing itself."""

from handlers.actions._incident import opening
from handlers.render.incident_card import INCIDENT_REOPEN as ACTION
from handlers.render.incident_forms import reopen_form

__all__ = ["ACTION", "handle"]

handle = opening(reopen_form, __name__, over=True)

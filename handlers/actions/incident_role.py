"""Roles, on an incident: a form asks who takes which part. Gives nothing itself."""

from handlers.actions._incident import opening
from handlers.render.incident_card import INCIDENT_ROLE as ACTION
from handlers.render.incident_forms import role_form

__all__ = ["ACTION", "handle"]

handle = opening(role_form, __name__)

"""What the command, the form and the offer to open another share: open an incident, and say where it is."""

from dataclasses import replace

from bot.engine.incident_requests import OpenRequest, SameKind
from handlers._services import Incidents
from handlers.render._blocks import Message
from handlers.render.incident_forms import joinable
from handlers.render.incident_lists import render_opened


async def open_and_say(incidents: Incidents, request: OpenRequest, channel: str = "") -> Message | None:
    """Open it; return what whoever asked in ``channel`` is told: where it is, or that there is one to join.

    None where its card stands before their eyes. A headline nobody wrote is the playbook's title.
    """
    if not request.headline and request.playbook in (known := incidents.playbooks()):
        request = replace(request, headline=known[request.playbook].title)
    found = await incidents.open(request)
    if isinstance(found, SameKind):
        return joinable(found)
    if channel and channel == found.channel:
        return None
    return render_opened(found)

"""An answer of a decision: its branch opens, for everybody. The card shows who decided."""

import re

from handlers._payloads import ChoiceButton
from handlers.actions._incident import working
from handlers.render.incident_card import INCIDENT_CHOOSE

__all__ = ["ACTION", "handle"]

ACTION = re.compile(rf"^{INCIDENT_CHOOSE}:\d$", re.ASCII)
"""In one row each button has an id of its own."""

handle = working(
    ChoiceButton,
    lambda incidents, button, user: incidents.choose(button.incident, button.step, button.choice, user),
    __name__,
)

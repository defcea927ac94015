"""The forms about one step of an incident: change it, take a tick back, send what it says. Pure.

Block and action id of a field are one word.
"""

from collections.abc import Iterator

from bot.engine.incidents import IncidentStep, IncidentView, Mark
from handlers._payloads import IncidentForm, StepForm
from handlers.render import _incident_words as words
from handlers.render._blocks import Block, section
from handlers.render._elements import field, form, option, radio, select, somebody, written
from handlers.render._text import clock, listed, plain

STEP_CALLBACK = "incident_step_form"
UNTICK_CALLBACK = "incident_untick_form"
TELL_CALLBACK = "incident_tell_form"
STEP = "step"
WHAT = "what"
TEXT = "text"
OWNER = "owner"
SKIP = "skip"
TAKE_BACK = "take_back"
NOTE = "note"
GIVE = "give"
DONE = "done"
"""Values of ``WHAT``."""
YES = "yes"
"""The value of a box that is alone."""
_WHATS = (
    (NOTE, "Leave a note", "Stands below the step"),
    (DONE, "It is done", "Looked at, started or told by hand; a note below, or none"),
    (SKIP, "Skip it", "Say why below"),
    (TAKE_BACK, "Take back what was done, skipped or decided", "Say why below"),
    (GIVE, "Give it to somebody", "Choose whom below; nobody: it is nobody's again"),
)
_SAID = {
    Mark.DONE: "done",
    Mark.SKIPPED: "skipped",
    Mark.RUNNING: "under way",
    Mark.FAILED: "failed",
    Mark.TODO: "",
}


def step_form(incident: IncidentView) -> Block:
    """Ask which step, and what about it."""
    steps = [option(step.key, _label(step)) for step in incident.steps]
    first = next((step.key for step in incident.steps if not step.over), "")
    state = IncidentForm(incident=incident.id).encode()
    if not steps:
        return form(STEP_CALLBACK, state, "Change a step", "", section("No steps stand on it now."))
    whats = [option(*what) for what in _WHATS]
    return form(
        STEP_CALLBACK,
        state,
        "Change a step",
        "Change",
        section(words.titled(incident)),
        field(STEP, "Step", select(STEP, steps, "Which step", first)),
        field(WHAT, "What", radio(WHAT, whats)),
        field(TEXT, "Note, or why", written(TEXT, "In a sentence or two"), optional=True),
        field(OWNER, "Whom to give it to", somebody(OWNER, "Somebody"), optional=True),
    )


def _label(step: IncidentStep) -> str:
    said = "found" if step.kind == "look" and step.mark is Mark.DONE else _SAID[step.mark]
    return f"{said}: {step.text}" if said else step.text


def untick_form(incident: IncidentView, step: IncidentStep) -> Block:
    """Ask why what was done is taken back."""
    why = written(TEXT, "What was not done after all", most=500, least=1)
    return form(
        UNTICK_CALLBACK,
        StepForm(incident=incident.id, step=step.key).encode(),
        "Take it back",
        "Take it back",
        section("\n".join(_about(incident, step))),
        field(TEXT, "Why", why),
    )


def tell_form(incident: IncidentView, step: IncidentStep, draft: str) -> Block:
    """Show what would be said, to be changed, and to whom it goes."""
    whom = listed([words.addressee(one) for one in step.told[:5]]) or "nobody"
    goes = f"It goes to {whom}."
    if incident.drill:
        goes = f"A drill: it would go to {whom}; only the thread will show it."
    return form(
        TELL_CALLBACK,
        StepForm(incident=incident.id, step=step.key).encode(),
        "Send",
        "Send",
        section("\n".join((*_about(incident, step), goes))),
        field(TEXT, "What it says", written(TEXT, "What they need to know", so_far=draft, least=1)),
    )


def _about(incident: IncidentView, step: IncidentStep) -> Iterator[str]:
    """Name the incident and the step, and who brought it where it is."""
    yield words.titled(incident)
    yield plain(step.text, 300) or plain(step.key, 40)
    if step.over and step.by:
        at = f" at {clock(step.at)}" if step.at else ""
        yield f"{_SAID[step.mark].capitalize()} {words.by(step.by)}{at}."

"""What can be pressed on an incident's card as it stands. Pure; a button grants nothing, it only asks."""

from bot.engine.incidents import IncidentStep, IncidentView, Mark
from handlers._payloads import ChoiceButton, IncidentButton, StepBox, StepButton
from handlers.render._blocks import Block, actions, button
from handlers.render._elements import box, label, option
from handlers.render._incident_words import NOT_REAL

INCIDENT_TICK = "incident_tick"
INCIDENT_LOOK = "incident_look"
INCIDENT_CHOOSE = "incident_choose"
"""Of the first answer ``incident_choose:0``: in one row each button has a name of its own."""
INCIDENT_ACT = "incident_act"
INCIDENT_TELL = "incident_tell"
INCIDENT_COMMAND = "incident_command"
INCIDENT_UPDATE = "incident_update"
INCIDENT_STEP = "incident_step"
INCIDENT_ROLE = "incident_role"
INCIDENT_RESOLVE = "incident_resolve"
INCIDENT_REOPEN = "incident_reopen"
INCIDENT_SNOOZE = "incident_snooze"
INCIDENT_STOP = "incident_stop"
INCIDENT_JOIN = "incident_join"
INCIDENT_ANOTHER = "incident_another"
TICKED = "done"
"""The value of the one box of a step."""
SNOOZE_SECONDS = 900
MOST_ANSWERS = 5
_PRESSABLE = (Mark.TODO, Mark.FAILED)
_CONSENT = "Whoever must agree is asked first, as always."
_LATER = "It can be unlocked at any time."
_STARTS = {
    "rollback": ("Goes back to the last good run", " of "),
    "deploy": ("Deploys", " to "),
    "lock": ("Keeps others from deploying", " to "),
    "workflow": ("Starts the workflow", ": "),
    "update": ("Publishes the default branch over the air", " of "),
    "update-back": ("Takes the newest update back", " of "),
    "release": ("Builds a new version for the stores", " of "),
    "store-halt": ("Keeps the newest release from more people", " of "),
}
"""What each does, and what joins it to where."""


def card_buttons(incident: IncidentView) -> Block | None:
    """Return the row about the whole incident; what should come next stands out."""
    value = IncidentButton(incident=incident.id).encode()
    if not incident.open:
        return actions(button("Reopen…", INCIDENT_REOPEN, value))
    lead = None if incident.commander else button("Take command", INCIDENT_COMMAND, value, style="primary")
    over, every = incident.progress
    return actions(
        lead,
        button("Update…", INCIDENT_UPDATE, value),
        button("Change a step…", INCIDENT_STEP, value) if incident.steps else None,
        button("Roles…", INCIDENT_ROLE, value),
        button("Resolve…", INCIDENT_RESOLVE, value, style="primary" if over == every else ""),
    )


def control(incident: IncidentView, step: IncidentStep) -> Block | None:
    """Return what stands beside a step; None where there is nothing to press, as on all that is over."""
    if not incident.open or step.mark is Mark.SKIPPED:
        return None
    value = StepButton(incident=incident.id, step=step.key).encode()
    match step.kind:
        case "do":
            return box(INCIDENT_TICK, option(TICKED, "Done"), ticked=step.mark is Mark.DONE)
        case "look" if not step.looking:
            return button("Look again" if step.finding else "Look", INCIDENT_LOOK, value)
        case "act" if step.mark in _PRESSABLE:
            style = "danger" if step.starts in {"rollback", "update-back"} else ""
            words = label(step.button or "Start", 40)
            return button(words, INCIDENT_ACT, value, style=style, confirm=_sure(incident, step, words))
        case "tell" if step.mark in _PRESSABLE:
            return button("Send…", INCIDENT_TELL, value)
    return None


def block_id(incident: IncidentView, step: IncidentStep) -> str:
    """Return the id of a step's block: another with each change of the step (see ``StepBox``)."""
    return StepBox(incident=incident.id, step=step.key, revision=step.revision).encode()


def answers(incident: IncidentView, step: IncidentStep) -> Block | None:
    """Return the row of a decision's answers while it is open."""
    if not incident.open or step.kind != "decide" or step.mark not in _PRESSABLE:
        return None
    return actions(
        *(
            button(
                label(choice.text, 60),
                f"{INCIDENT_CHOOSE}:{number}",
                ChoiceButton(incident=incident.id, step=step.key, choice=choice.id).encode(),
            )
            for number, choice in enumerate(step.choices[:MOST_ANSWERS])
        )
    )


def _sure(incident: IncidentView, step: IncidentStep, words: str) -> tuple[str, str, str, str]:
    place = label(step.place, 60).strip()
    doing, joint = _STARTS.get(step.starts, ("Starts it", ": "))
    where = f"{joint}{place}" if place else ""
    how = _LATER if step.starts == "lock" else _CONSENT
    how = f"A drill: {NOT_REAL}." if incident.drill else how
    return label(words, 60), f"{doing}{where}. {how}", label(words, 30), "Back"

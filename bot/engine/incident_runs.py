"""What an incident says of a run: what it does, and why it did not end well. Pure."""

from bot.engine.states import ENDED, RunKind, RunState

_WORDS = {
    RunKind.DEPLOY: "Deploy of {service} to {environment}",
    RunKind.ROLLBACK: "Rollback of {service} in {environment}",
    RunKind.WORKFLOW: "{workflow}",
    RunKind.UPDATE: "Update of {service} over the air to {environment}",
    RunKind.UPDATE_BACK: "Taking back the update of {service} in {environment}",
    RunKind.RELEASE: "Release of {service} to {environment}",
    RunKind.STORE: "Order to the stores about {service} in {environment}",
}


def why_ended(state: RunState, reason: str, detail: str) -> str:
    """Say why a run did not end well, as ``IncidentRun.why`` has it."""
    if state not in ENDED or state is RunState.SUCCEEDED:
        return ""
    return detail.strip() or reason.replace("_", " ")


def in_words(kind: RunKind, *, workflow: str, service: str, environment: str) -> str:
    """Say what a run does, as ``IncidentRun.what`` has it; ``workflow``: its title, where it starts one."""
    return _WORDS[kind].format(workflow=workflow, service=service, environment=environment)

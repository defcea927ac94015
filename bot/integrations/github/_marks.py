"""How a workflow run carries our numbers: in its ``run-name``. Pure text, read and matched here only.

The deploy workflow declares (docs/configuration.md shows it whole)::

    run-name: "Deploy ${{ inputs.sha }} of ${{ inputs.service }} to ${{ inputs.environment }}
               (pawdeploy run ${{ inputs.pawdeploy_run }})"
"""

import re

from bot.engine.shipping import Target
from bot.integrations.github.models import WorkflowRun

_RUN = re.compile(r"\bpawdeploy run (\d+)\b", re.IGNORECASE)
_SHA = re.compile(r"\b[0-9a-f]{40}\b")


def run_number(run: WorkflowRun) -> int | None:
    """Return the pawdeploy run this workflow run was started for."""
    found = _RUN.search(run.title)
    return int(found[1]) if found else None


def sha_of(run: WorkflowRun) -> str:
    """Return the commit the run's name says it ships, or empty. Its ``head_sha`` is only the branch's tip."""
    found = _SHA.search(run.title)
    return found[0] if found else ""


def is_for(run: WorkflowRun, target: Target) -> bool:
    """Say whether the run's name says it ships to this target."""
    title = _RUN.sub("", run.title)  # our own words must not pass for a service called "run"
    return all(
        re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", title)
        for word in (target.service, target.environment)
    )


def is_ours(run: WorkflowRun) -> bool:
    """Say whether the run is one of our own deploys: no evidence of CI."""
    return run.event == "workflow_dispatch" and run_number(run) is not None

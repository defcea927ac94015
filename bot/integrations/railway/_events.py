"""What a deployment's events say of its parts. Pure: events in, our words out."""

from collections.abc import Iterable

from bot.engine.shipping import PRE_DEPLOY, PreDeploy
from bot.integrations.railway.models import Event


def failed(events: Iterable[Event]) -> tuple[str, str]:
    """Return the part that failed last and what was said of it; both empty when none did."""
    bad = [event for event in events if event.payload and event.payload.error]
    if not bad:
        return "", ""
    last = max(bad, key=lambda event: event.created_at)
    return last.step, last.payload.said if last.payload else ""


def pre_deploy(events: Iterable[Event]) -> PreDeploy:
    """Say how the pre-deploy command is doing; its newest event counts."""
    tried = [event for event in events if event.step == PRE_DEPLOY]
    if not tried:
        return PreDeploy(state="none")
    last = max(tried, key=lambda event: event.created_at)
    said = last.payload.said if last.payload else ""
    if last.payload and last.payload.error:
        return PreDeploy(state="failed", said=said)
    if last.payload and last.payload.skipped:
        return PreDeploy(state="skipped", said=said)
    return PreDeploy(state="done" if last.completed_at else "running")

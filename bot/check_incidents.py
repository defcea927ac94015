"""The incidents part of ``pawdeploy check``: what playbooks name and the project file lacks. Asks nobody.

Channels that cards go to are asked of Slack with all others (``bot/check_slack.py``).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.check_playbooks import check_playbooks, folders
from bot.findings import Finding
from bot.project import Project
from bot.settings import Settings
from playbooks.checks import walk
from playbooks.library import PlaybookError, load_libraries
from playbooks.models import Playbook
from playbooks.steps import Tell, TellChannel, TellOrchestrator, To

_NAMED = ("deploys", "releases", "alerts")
"""Channels of ``pawdeploy.toml``, by the words playbooks call them."""


def check_incidents(settings: Settings, project: Project) -> list[Finding]:
    """Look at every playbook beside the project file, and at who would hear of incidents."""
    places = folders(project, settings.pawdeploy_config)
    findings = [
        Finding(ok=one.ok, name=f"incidents {one.name}", said=one.said)
        for one in check_playbooks(places, project)
    ]
    return findings + _listeners(places, settings, project)


def channels_told(settings: Settings, project: Project) -> dict[str, str]:
    """Return the channels playbooks name by id, each with where: the bot must be in them."""
    try:
        known = load_libraries(folders(project, settings.pawdeploy_config))
    except PlaybookError:
        return {}
    return {
        to.channel: f"channel in {name}.yaml"
        for name, playbook in known.items()
        for to in _addressees(playbook)
        if isinstance(to, TellChannel) and to.channel not in _NAMED
    }


def _listeners(places: tuple[Path, ...], settings: Settings, project: Project) -> list[Finding]:
    try:
        known = load_libraries(places)
    except PlaybookError:
        return []  # each mistake is a finding already
    told = [
        name
        for name, playbook in known.items()
        if any(isinstance(to, TellOrchestrator) for to in _addressees(playbook))
    ]
    if settings.orchestrator_url is not None:
        said = "is sent reports, and what playbooks tell it"
    elif told:
        said = (
            f"ORCHESTRATOR_URL is not set: what {_listed(told)} would tell it is not sent; the step says so"
        )
    else:
        said = "ORCHESTRATOR_URL is not set: no report is sent"
    return [Finding(ok=True, name="orchestrator", said=said), _opens(known, project)]


def _opens(known: Mapping[str, Playbook], project: Project) -> Finding:
    """Say what opens incidents by itself: nobody should be surprised by one."""
    alone = [name for name, one in known.items() if one.triggers.open or one.triggers.failures]
    if not project.incidents.automatic:
        said = "none is opened by itself: automatic = false"
    elif alone:
        said = f"by itself may open {_listed(alone)}; automatic = false forbids that"
    else:
        said = "none is opened by itself: no playbook has triggers for that"
    return Finding(ok=True, name="incidents", said=said)


def _addressees(playbook: Playbook) -> Iterator[To]:
    yield from (to for _, step in walk(playbook) if isinstance(step, Tell) for to in step.to)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

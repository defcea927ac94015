"""What the page's command box completes: read off the bot's tables of subcommands, project and playbooks.

Nothing is listed here by hand, so a new subcommand, environment or playbook is completed from its first day.
"""

from collections.abc import Mapping, Sequence

from bot.engine.incidents import COMMANDER, Sev
from bot.engine.mobile import AppPlatform
from bot.engine.release import Part
from bot.project import Project
from handlers.commands import pawdeploy, pawincident, pawmobile, pawota
from handlers.commands._ota import ota_environments
from handlers.commands._subcommand import Subcommand
from handlers.commands.deploy import NAME as ENVIRONMENT
from playbooks.models import Playbook

__all__ = ["completions", "incident_completions", "mobile_completions", "ota_completions", "whole"]


def whole(project: Project, playbooks: Mapping[str, Playbook]) -> dict[str, list[str]]:
    """Return the phrases of every slash command."""
    return {
        pawdeploy.NAME: completions(project),
        pawincident.NAME: incident_completions(playbooks),
        pawota.NAME: ota_completions(project),
        pawmobile.NAME: mobile_completions(),
    }


def completions(project: Project) -> list[str]:
    """Return whole phrases that can be typed after ``/pawdeploy``, short ones first."""
    return _phrases(pawdeploy.SUBCOMMANDS, {f"[{ENVIRONMENT}]": project.environments}, project.environments)


def ota_completions(project: Project) -> list[str]:
    """Return whole phrases that can be typed after ``/pawota``, short ones first."""
    there = ota_environments(project)
    return _phrases(pawota.SUBCOMMANDS, {f"[{ENVIRONMENT}]": there}, there)


def mobile_completions() -> list[str]:
    """Return whole phrases that can be typed after ``/pawmobile``, short ones first."""
    words = {"[patch|minor|major]": tuple(Part), "[ios|android]": tuple(AppPlatform)}
    return _phrases(pawmobile.SUBCOMMANDS, words)


def incident_completions(playbooks: Mapping[str, Playbook]) -> list[str]:
    """Return whole phrases that can be typed after ``/pawincident``, short ones first."""
    names = tuple(playbooks)
    roles = dict.fromkeys([COMMANDER, *(role.name for book in playbooks.values() for role in book.roles)])
    words = {"[PLAYBOOK]": names, "PLAYBOOK": names, "ROLE": tuple(roles), "|".join(Sev): tuple(Sev)}
    return _phrases(pawincident.SUBCOMMANDS, words)


def _phrases(
    rows: Mapping[str, Subcommand], words: Mapping[str, Sequence[str]], environments: Sequence[str] = ()
) -> list[str]:
    phrases: list[str] = []
    for row in rows.values():
        taken = next((words[piece] for piece in row.usage.split() if piece in words), ())
        bases = (
            environments if row.name == ENVIRONMENT else (row.name, *(f"{row.name} {one}" for one in taken))
        )
        switches = [option.name for option in row.options if not option.takes]
        phrases += [base for base in bases if base.strip()]
        phrases += [f"{base} {switch}" for base in bases for switch in switches]
    return sorted(phrases, key=lambda phrase: phrase.count(" "))

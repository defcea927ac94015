"""What the page's command box completes: read off the bot's own table of subcommands and the project.

Nothing is listed here by hand, so a new subcommand or environment is completed from its first day.
"""

from bot.project import Project
from handlers.commands.deploy import NAME as ENVIRONMENT
from handlers.commands.pawdeploy import NAME, SUBCOMMANDS

__all__ = ["NAME", "completions"]


def completions(project: Project) -> list[str]:
    """Return whole phrases that can be typed after ``/pawdeploy``, short ones first."""
    phrases: list[str] = []
    for row in SUBCOMMANDS.values():
        takes_environment = f"[{ENVIRONMENT}]" in row.usage.split()
        places = [f"{row.name} {name}" for name in project.environments] if takes_environment else []
        bases = project.environments if row.name == ENVIRONMENT else (row.name, *places)
        switches = [option.name for option in row.options if not option.takes]
        phrases += [base for base in bases if base]
        phrases += [f"{base} {switch}" for base in bases for switch in switches]
    return sorted(phrases, key=lambda phrase: phrase.count(" "))

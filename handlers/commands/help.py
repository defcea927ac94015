"""``/pawdeploy help``, ``/pawincident help`` - every word and option, drawn from the table itself."""

from collections.abc import Callable

from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.help import HelpEntry, render_help

NAME = "help"


def subcommand(
    others: tuple[Subcommand, ...], *, command: str, foot: Callable[[Services], str]
) -> Subcommand:
    """Make the help row for the table of ``command``, which holds ``others`` and itself."""

    async def run(asked: Asked, services: Services) -> Message:  # noqa: ARG001 - every subcommand has this shape
        return render_help([entry(each) for each in (*others, row)], foot(services))

    row = Subcommand(name=NAME, usage=f"{command} help", summary="This list", run=run)
    return row


def entry(row: Subcommand) -> HelpEntry:
    """Say one row in words."""
    return HelpEntry(row.usage, row.summary, tuple((option.usage, option.summary) for option in row.options))

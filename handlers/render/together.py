"""What goes back together: a service and updates over the air, and what can't, the stores. Pure."""

from collections.abc import Mapping, Sequence

from bot.engine.runs import RunView
from handlers.render._blocks import Message, context, message, section
from handlers.render._outcome import outcome
from handlers.render._text import plain
from handlers.render._update_words import quoted

IN_STORES = (
    "*What people got from a store can't be taken back:* who installed it keeps it. "
    "`/pawmobile halt because …` stops more people from getting it."
)


def render_going_back(
    runs: Sequence[RunView], refused: Mapping[str, str], channel: str, *, in_stores: bool
) -> Message:
    """Say which ways back were started, where their cards are, and what does not go back.

    ``refused``: why a way back was not started, by app; words of ours, mrkdwn.
    """
    said = [f"{mark} {words}: run {run.id}." for run in runs for mark, words in [outcome(run)]]
    cards = "Its card is" if len(runs) == 1 else "Each has a card, and approvals, of its own"
    not_started = [
        f"The update of {plain(app, 40)} is *not* taken back: {why}" for app, why in refused.items()
    ]
    return message(
        " ".join(said).replace("`", ""),
        section("\n".join([*said, f"{cards} in <#{channel}>."])),
        section("\n".join(not_started)) if not_started else None,
        context(IN_STORES) if in_stores else None,
    )


def with_ota(preview: Message, updates: Sequence[RunView], *, in_stores: bool) -> Message:
    """Add to a dry run what else would be taken back."""
    also = [f"And the update {quoted(run.why)} of {plain(run.service, 40)}, run {run.id}." for run in updates]
    return message(
        preview.text,
        *preview.blocks,
        section("\n".join(also)),
        context(IN_STORES) if in_stores else None,
    )

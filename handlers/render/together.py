"""What goes back together: a service and updates over the air, and what can't, the stores. Pure."""

from collections.abc import Mapping, Sequence

from bot.engine.runs import RunView
from handlers.render._blocks import Message, context, message, section
from handlers.render._outcome import outcome
from handlers.render._text import code, plain
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


def render_left_out(started: Message | None, updates: Sequence[RunView], *, several: bool) -> Message:
    """Say which updates came with what goes back and stay, and how to take each back too.

    ``started``: what is said of the service's way back, where its card is elsewhere. ``several``: there are
    several apps, so that a command must name one.
    """
    stay = [f"{_upper(named_update(run))} was released together with it and stays." for run in updates]
    ways = [
        f"{said} To take it back too: {_back(run, several=several)}."
        for said, run in zip(stay, updates, strict=True)
    ]
    text = f"{started.text} {stay[0]}" if started else stay[0]
    return message(text, *(started.blocks if started else ()), section("\n".join(ways)))


def named_update(run: RunView) -> str:
    """Name an update inside a sentence: ``the update “Fix the login” of mobile, run 5``."""
    return f"the update {quoted(run.why)} of {plain(run.service, 40)}, run {run.id}"


def _upper(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _back(run: RunView, *, several: bool) -> str:
    named = f" --app {run.service}" if several else ""
    return code(f"/pawota rollback {run.environment}{named}", 200)

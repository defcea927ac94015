"""The vendor's last lines, for the thread under a card. Pure; the newest lines win when space runs out."""

from collections.abc import Sequence

from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from handlers.render._blocks import Message, actions, context, link_button, message, section
from handlers.render._text import count, escape, link, plain, short, size

OPEN_LOG = "open_log"
LOG_LIMIT = 2600
LOG_LINE = 220
MOST_PAGES = 5


def render_log_note(run: RunView, lines: Sequence[str]) -> Message:
    """Draw the vendor's last lines for the card's thread: the newest are kept when they do not all fit."""
    if lines and all(line.startswith(("https://", "http://")) for line in lines):
        return _pages(run, lines)
    kept: list[str] = []
    used = 0
    for raw in reversed(lines):
        line = escape(_bare(raw))
        if used + size(line) + 1 > LOG_LIMIT:
            break
        kept.insert(0, line)
        used += size(line) + 1
    earlier = len(lines) - len(kept)
    what = short(run.sha) or f"run {run.id}"
    head = f"What was said last about {what} on {plain(run.environment, 40)}:"
    if not kept:
        return message(
            f"No log lines for run {run.id}", section("There are no log lines for this deployment.")
        )
    note = context(f"{count(earlier, 'earlier line')} left out.") if earlier else None
    page = actions(link_button("Whole log", OPEN_LOG, run.vendor_page))
    return message(
        f"Last log lines of run {run.id}", section(f"{head}\n```{chr(10).join(kept)}```"), note, page
    )


_OF_PAGES = {
    Reason.CHECKS_RED: "The checks that failed",
    Reason.TESTS_RED: "The suites that failed",
    Reason.BUILD_FAILED: "The log of the build that failed",
    Reason.BUILD_CANCELLED: "The log of the build that was cancelled",
    Reason.SUBMISSION_FAILED: "The log of handing over what failed",
    Reason.VERSION_USED: "The build that has this version",
}
"""What the addresses lead to, by why the run ended."""


def _pages(run: RunView, addresses: Sequence[str]) -> Message:
    """Draw links instead of a log: of the checks, the build or the submission that ended it."""
    head = _OF_PAGES.get(run.reason, "Where to read more") if run.reason else "Where to read more"
    of_commit = run.reason in (Reason.CHECKS_RED, Reason.TESTS_RED)
    where = f" on {short(run.sha)}" if of_commit and short(run.sha) else f", run {run.id}"
    return message(
        f"{head}, run {run.id}",
        section(
            "\n".join([f"{head}{where}:", *(link(one, plain(one, 200)) for one in addresses[:MOST_PAGES])])
        ),
    )


def _bare(raw: str) -> str:
    # keeps indentation, which logs mean something by; a back quote would close our block
    bare = "".join(char if char.isprintable() else " " for char in raw.expandtabs(4).rstrip()).replace(
        "`", "'"
    )
    return bare if size(bare) <= LOG_LINE else f"{bare[: LOG_LINE // 2 - 1]}…{bare[-LOG_LINE // 2 :]}"

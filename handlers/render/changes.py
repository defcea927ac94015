"""What a deploy would ship, in words: commits, authors, migrations, and the gates of a dry run. Pure."""

from collections.abc import Sequence

from bot.engine.runs import Comparison, Diff, Gate, GateName, Preview
from handlers.render import _steps as steps
from handlers.render._blocks import Block, Message, actions, context, link_button, message, section
from handlers.render._text import code, count, deploy_command, first_few, link, plain, short, told

MOST_COMMITS = 10
MOST_AUTHORS = 6
MOST_MIGRATIONS = 8
MOST_GATES = 12
OPEN_DIFF = "open_diff"
_OPENED_BY_ASKING = {GateName.LINE, GateName.APPROVALS, GateName.WATCH}
"""Gates a run opens by itself once it is started: it waits its turn, it asks people, it watches."""


def render_diff(diff: Diff, *, several: bool = True) -> Message:
    """Say what shipping ``diff.ref`` would change.

    ``several``: a command must name the service.
    """
    ships = f"{_ship(diff, several=several)} ships it; "
    gates = f"{_ship(diff, '--dry-run', several=several)} shows the gates first."
    head = f"*{_headline(diff)}* · {plain(diff.service, 40)}"
    return message(
        _headline(diff).replace("`", ""),
        section(head),
        *_changes(diff),
        actions(link_button("Compare on GitHub", OPEN_DIFF, diff.comparison.url if diff.comparison else "")),
        context(f"{ships}{gates}"),
    )


def render_preview(preview: Preview, *, several: bool = True) -> Message:
    """Say what a deploy would do and whether each gate is open. Nothing was changed.

    ``several``: a command must name the service.
    """
    diff = preview.diff
    said, gates = verdict(preview.gates), gates_text(preview.gates)
    return message(
        f"Dry run: {_headline(diff).replace('`', '')}; {said}. Nothing was changed.",
        section(f"*Dry run: {said}.* Nothing was changed.\n{_headline(diff)} · {plain(diff.service, 40)}"),
        section(gates) if gates else None,
        *_changes(diff),
        actions(link_button("Compare on GitHub", OPEN_DIFF, diff.comparison.url if diff.comparison else "")),
        context(_next(preview, several=several)),
    )


def verdict(gates: Sequence[Gate]) -> str:
    """Say in one breath how the gates stand."""
    closed = [gate for gate in gates if not gate.open]
    if not closed:
        return "every gate is open"
    names = ", ".join(plain(gate.name, 40) for gate in closed[:5])
    return f"{count(len(closed), 'gate')} {'is' if len(closed) == 1 else 'are'} shut: {names}"


def gates_text(gates: Sequence[Gate]) -> str:
    """Say of each gate how it stands and why, a line each."""
    return "\n".join(first_few([_gate(gate) for gate in gates], MOST_GATES))


def _next(preview: Preview, *, several: bool) -> str:
    """Say what to type after a dry run, given the gates that are shut."""
    diff, shut = preview.diff, {gate.name for gate in preview.gates if not gate.open}
    command = _ship(diff, *(["--again"] if diff.live_sha == diff.head.sha else []), several=several)
    if shut <= _OPENED_BY_ASKING:
        return f"To ship it for real: {command}."
    if shut == {GateName.NOT_LIVE}:
        return f"To ship it once more: {command}."
    return f"When that has changed: {command}."


def _gate(gate: Gate) -> str:
    waits = steps.WAITING if gate.name in _OPENED_BY_ASKING else steps.FAILED
    mark = steps.DONE if gate.open else waits
    name = plain(gate.name, 40)
    return " · ".join(
        word for word in (f"{mark} *{name[:1].upper()}{name[1:]}*", told(gate.evidence, 300)) if word
    )


def _ship(diff: Diff, *switches: str, several: bool) -> str:
    return deploy_command(diff.environment, _ref(diff), diff.service if several else "", *switches)


def _ref(diff: Diff) -> str:
    """Return what was asked for as people say it: a whole SHA in seven characters."""
    return diff.ref[:7] if diff.ref == diff.head.sha else diff.ref


def _headline(diff: Diff) -> str:
    what, where, there = (
        code(_ref(diff), 60) or short(diff.head.sha),
        plain(diff.environment, 40),
        short(diff.live_sha),
    )
    between = diff.comparison
    if between is None:
        return f"{what} would ship {short(diff.head.sha)} to {where}; what it runs now is unknown"
    match between.status:
        case "identical":
            return f"{where} runs {there} already, which is {what}"
        case "behind":
            return f"{what} is older than what {where} runs; shipping it would take commits back"
        case "diverged":
            return (
                f"{what} would ship {count(between.total_commits, 'commit')} to {where} "
                "and take back commits that are live but not in it"
            )
        case _:
            return f"{what} would ship {count(between.total_commits, 'commit')} to {where}"


def _changes(diff: Diff) -> tuple[Block, ...]:
    facts = [
        f"Live now {short(diff.live_sha)}" if diff.live_sha else "Live now: unknown",
        f"would be {short(diff.head.sha)}",
    ]
    between = diff.comparison
    if between is None or between.status == "identical":
        title = link(diff.head.url, plain(diff.head.title, 120))
        return (
            section(
                "\n".join([", ".join(facts) + ".", f"{title} · {plain(diff.head.author, 60)}".strip(" ·")])
            ),
        )
    newest = [
        f"{link(commit.url, short(commit.sha))} {plain(commit.title, 100)} · {plain(commit.author, 40)}"
        for commit in reversed(between.commits)
    ]
    authors = list(
        dict.fromkeys(plain(commit.author, 40) for commit in reversed(between.commits) if commit.author)
    )
    commits = "\n".join(first_few(newest, MOST_COMMITS, between.total_commits))
    shape = f"{count(len(between.files), 'file')}{'' if between.files_complete else ' or more'}"
    by = f", by {', '.join(first_few(authors, MOST_AUTHORS))}" if authors else ""
    summary = f"{', '.join(facts)}: {shape}, +{between.additions} -{between.deletions}{by}."
    return tuple(section(text) for text in (summary, commits, _migrations(diff, between)) if text)


def _migrations(diff: Diff, between: Comparison) -> str:
    caution = "" if between.files_complete else " GitHub cut the list of files, so there may be more."
    if diff.migrations:
        files = "\n".join(first_few([code(file, 160) for file in diff.migrations], MOST_MIGRATIONS))
        return f"*{count(len(diff.migrations), 'migration')} touched.*{caution}\n{files}"
    if not between.files_complete:
        return "*Migrations: unknown.* GitHub cut the list of files."
    return "No migrations touched."

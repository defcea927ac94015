"""The forms about an incident's end: resolve, reopen. Pure. Block and action id of a field are one word."""

from collections.abc import Iterator
from datetime import datetime

from bot.engine.alerts import AlertState
from bot.engine.incidents import IncidentView, Mark
from handlers._payloads import IncidentForm
from handlers.render import _incident_words as words
from handlers.render._blocks import Block, section
from handlers.render._elements import box, field, form, moment, option, written
from handlers.render._text import count, first_few, listed, plain
from handlers.render.incident_step_forms import TEXT, YES

RESOLVE_CALLBACK = "incident_resolve_form"
REOPEN_CALLBACK = "incident_reopen_form"
SUMMARY = "summary"
CAUSE = "cause"
FOLLOW_UPS = "follow_ups"
MITIGATED = "mitigated"
NOISY = "noisy"
_MOST_NAMED = 5


def resolve_form(incident: IncidentView, *, now: datetime) -> Block:
    """Ask what it was, for the report; says first what goes on and what still fires."""
    firing = sum(alert.firing for alert in incident.alerts)
    still = "1 alert still fires" if firing == 1 else f"{firing:,} alerts still fire"
    named = f"The report will name {'it' if firing == 1 else 'them'}"
    all_the_same = option(YES, f"Resolve though {still}", named)
    lasts = f"Open for {words.lasted(incident.elapsed(now))}."
    head = (words.titled(incident), lasts, *_in_the_way(incident), *_undone(incident))
    summary = written(SUMMARY, "What people saw, what was done", so_far=incident.summary, least=1)
    cause = written(CAUSE, "As far as it is known; not known is an answer", so_far=incident.cause, least=1)
    todo = written(FOLLOW_UPS, "What has to change", so_far="\n".join(incident.follow_ups))
    return form(
        RESOLVE_CALLBACK,
        IncidentForm(incident=incident.id).encode(),
        "Resolve",
        "Resolve",
        section("\n".join(head)),
        field(NOISY, "Alerts", box(NOISY, all_the_same), optional=True) if firing else None,
        field(SUMMARY, "What happened", summary),
        field(CAUSE, "Why it happened", cause),
        field(FOLLOW_UPS, "To follow up, one a line", todo, optional=True),
        field(
            MITIGATED, "When it stopped hurting; empty: as the alerts say", moment(MITIGATED), optional=True
        ),
    )


def reopen_form(incident: IncidentView) -> Block:
    """Ask why it is not over."""
    told = f"{words.titled(incident)}\nIts checklist goes on as it was left; looks are taken again."
    return form(
        REOPEN_CALLBACK,
        IncidentForm(incident=incident.id).encode(),
        "Reopen",
        "Reopen",
        section(told),
        field(TEXT, "Why it is not over", written(TEXT, "What is seen again", least=1)),
    )


def _in_the_way(incident: IncidentView) -> Iterator[str]:
    """Name what goes on and what fires. While a step goes on, nothing is resolved."""
    busy = [step for step in incident.steps if step.mark is Mark.RUNNING]
    if busy:
        named = [
            f"run {step.run}" if step.run else f"“{plain(step.text, 60)}”" for step in busy[:_MOST_NAMED]
        ]
        going = listed(first_few(named, _MOST_NAMED, len(busy)))
        verb = "goes" if len(busy) == 1 else "go"
        yield (
            f":warning: *Not over: {going.replace('*', '')} still {verb} on.* "
            "Resolving is refused until then; wait, or press Cancel on the run's card."
        )
    started = {step.run for step in busy}
    others = [run for run in incident.runs if not run.over and run.id not in started]
    yield from (
        f":warning: Run {run.id} still goes on: {plain(run.what, 80)}." for run in others[:_MOST_NAMED]
    )
    firing = [words.alert_line(alert, limit=80) for alert in incident.alerts if alert.firing]
    yield from first_few(firing, _MOST_NAMED)
    aside = [alert for alert in incident.alerts if alert.state == AlertState.ARCHIVED]
    yield from first_few([words.alert_line(alert, limit=80) for alert in aside], _MOST_NAMED)
    if aside:
        yield "What was archived is put aside, not mended; say below when it stopped hurting, if you know."


def _undone(incident: IncidentView) -> Iterator[str]:
    over, every = incident.progress
    if left := every - over:
        verb, them = ("is", "it") if left == 1 else ("are", "them")
        yield f"{count(left, 'step')} {verb} neither done nor skipped; the report will name {them}."

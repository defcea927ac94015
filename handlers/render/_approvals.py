"""The approvals on a card: how many of how many, by whom and how, who may, until when. Pure."""

from datetime import datetime

from bot.engine.consent import Via, Vote
from bot.engine.runs import Asking, RunView
from bot.engine.states import StepName, StepState
from handlers.render._around import Around
from handlers.render._text import clock, duration, first_few, listed, person, plain
from handlers.render._voices import approvals, expired, is_asking, missing, rejection

MOST_VOTES = 12
WHEN = "{date_short_pretty} at {time}"


def approvals_text(run: RunView, around: Around, now: datetime) -> str:
    """Say how consent stands; empty for a run that asked nobody."""
    asking = run.asking
    if asking is None:
        return ""
    if no := rejection(run):
        why = f": {plain(no.reason, 500)}" if no.reason else "; the reason has been asked for"
        return "\n".join([f"*Rejected* by {_who(no)}{why}", *_given(run)])
    if is_asking(run):
        return "\n".join(line for line in (*_open(run, asking, around, now), _again(asking)) if line)
    if expired(run):
        head = f"*Approvals: {_share(run, asking)}* when the time ended, {clock(asking.expires_at, WHEN)}"
        return "\n".join([head, *_given(run)])
    if not approvals(run):
        return ""
    if run.step(StepName.CONSENT).state is StepState.DONE and not missing(run):  # one may withdraw in line
        return f"*Approved* by {_people(run)}."
    return "\n".join([f"*Approvals: {_share(run, asking)}*", *_given(run)])


def reactions_text(around: Around) -> str:
    """Say which reactions count; empty where none is known."""
    if not around.approve or not around.reject:
        return ""
    yes, no = (listed([f":{name}:" for name in names[:4]], "or") for names in (around.approve, around.reject))
    return f"You can also react to this card: {yes} approves, {no} rejects."


def _open(run: RunView, asking: Asking, around: Around, now: datetime) -> list[str]:
    left = asking.expires_at - now
    time = f" · {duration(left)} left" if left.total_seconds() > 0 else ""
    lines = [
        f"*Approvals: {_share(run, asking)}*, until {clock(asking.expires_at, WHEN)}{time}",
        *_given(run),
    ]
    never = [f"{person(run.requested_by)} (asked for it)"] if not run.automatic else []
    never += [f"{person(user)} (wrote some of it)" for user in asking.barred[:6]]
    not_they = f"; never {listed(never, 'nor')}" if never else ""
    if around.approvers:
        lines.append(f"May approve: {around.approvers}{not_they}.")
    return [*lines, reactions_text(around)]


def _again(asking: Asking) -> str:
    if asking.round < 2:
        return ""
    return (
        f"Asked again (round {asking.round}): the commit, the configuration or an approval changed, so what "
        "was said before counts for nothing."
    )


def _share(run: RunView, asking: Asking) -> str:
    return f"{len(approvals(run))} of {asking.quorum}"


def _given(run: RunView) -> list[str]:
    return [f"Approved by {_people(run)}."] if approvals(run) else []


def _people(run: RunView) -> str:
    return listed(first_few([_who(vote) for vote in approvals(run)], MOST_VOTES))


def _who(vote: Vote) -> str:
    how = "by reaction" if vote.via is Via.REACTION else "by button"
    return f"{person(vote.user)} ({how}, {clock(vote.at)})"

"""What an update over the air brings to whom, and what goes back to what, on the run's card. Pure."""

from bot.engine.mobile import inside
from bot.engine.ota import UpdateFacts
from bot.engine.runs import RunView
from bot.engine.states import ACTIVE, RunState, StepName
from handlers.render._crash_free import crash_free_lines
from handlers.render._text import code, person, plain, short, told
from handlers.render._update_words import (
    MOST_GROUPS,
    MOST_MESSAGE,
    back_facts,
    goes_to,
    group_name,
    groups_line,
    on,
    others,
    reaches,
    rolling,
    stages_line,
    update_facts,
)

_PROOF, _NOT = "JavaScript only", "Not proved"


def update_text(run: RunView) -> str:
    """Say what is published, that it is JavaScript only and how that is known, and how far it is."""
    facts = update_facts(run)
    whole = plain(inside(run.why), MOST_MESSAGE)
    message = f"“{whole}”" if len(run.why) > 80 else ""  # a shorter one stands whole in the first line
    to = "" if run.state is RunState.REFUSED else reaches(facts)  # refused, it reaches nobody
    by = person(run.promoted_by) if run.promoted and run.promoted_by else ""
    lines = [
        message,
        _proof(facts.proof),
        f"Reaches {to}." if to and not _named(facts) else "",
        others(facts) if to else "",
        stages_line(run, facts),
        f"Sent on to {run.promoted} % by {by}." if by else "",
        groups_line(facts),
        f"*Out of step:* {plain(facts.apart, 300)}" if facts.apart and not _gone(run) else "",
        _watch(run, facts),
        *crash_free_lines(facts.crash_free),
    ]
    return "\n".join(line for line in lines if line)


def _gone(run: RunView) -> bool:
    """Say whether it was taken back, so that how far it had come is over."""
    return run.taken_back is not None and run.taken_back.state is RunState.SUCCEEDED


def _named(facts: UpdateFacts) -> bool:
    """Say whether the proof names every build it reaches, by which its runtime is known too."""
    plainly = all(
        runtime == facts.builds.get(one, "").split(" ")[0] for one, runtime in facts.runtimes.items()
    )
    return plainly and bool(facts.builds) and all(build in facts.proof for build in facts.builds.values())


def _watch(run: RunView, facts: UpdateFacts) -> str:
    """Say what the watch of a stage saw, unless the step below says it, and that a held one waits."""
    if not rolling(run):
        return ""
    note = run.step(StepName.ROLLOUT).note
    if facts.held:
        why = "" if facts.held in note else f" {told(facts.held, 400)}"
        return f"*It does not go on by itself.*{why} Somebody has to decide: go on, or take it back."
    seen = facts.told.split(". ")[0].rstrip(".")  # the statistics stand beside the picture
    return f"The watch: {told(seen, 200)}" if seen and seen not in note else ""


def _proof(proof: str) -> str:
    """Say how it is known to be JavaScript only, or that it is not; whatever the sentence begins with."""
    said = plain(proof, 600)
    if said.startswith(_NOT):
        return f"*{_NOT}*{said[len(_NOT) :]}"
    if not said or said.lower().startswith(_PROOF.lower()):
        return f"*{_PROOF}*{said[len(_PROOF) :]}" if said else ""
    return f"*{_PROOF}:* {said}"


def update_back_text(run: RunView) -> str:
    """Say of each group what goes, on whose phones, and what people get in its place."""
    facts = back_facts(run)
    done = run.state is RunState.SUCCEEDED
    lines = []
    for one in facts.undo[:MOST_GROUPS]:
        whose = f"{on(one.platforms) or 'Phones'}, runtime {code(one.runtime, 60) or 'unknown'}"
        goes = f"group {group_name(one.group)}" + (", mid-rollout," if one.rolling else "")
        commit = f" at {short(one.to_sha)}" if one.to_sha else ""
        new = facts.made.get(one.key, "")
        now = f"; it is group {group_name(new)} now" if new and one.to else ""
        lines.append(f"{whose}: {goes} {'went' if done else 'goes'}, people get {goes_to(one)}{commit}{now}.")
    if (left := len(facts.undo) - len(lines)) > 0:
        lines.append(f"and {left} more")
    if lines and run.state in ACTIVE:
        lines.append("Phones take it when the app is opened next.")
    if done:
        lines.append(f"{plain(run.service, 40)} stays locked there until somebody presses Unlock.")
    return "\n".join(lines)


def update_exceptions(run: RunView) -> str:
    """Say which gate of an update was passed, or left out on the way back, by whom and why."""
    lines = []
    if run.emergency:
        who = person(run.requested_by)
        lines.append(f"*Emergency: nobody is asked for approval.* {who} says: {plain(run.emergency, 500)}")
    if run.override:
        who = person(run.override_by) if run.override_by else "Somebody"
        lines.append(
            "*Published although it is not known to be JavaScript only.* One more approval is needed. "
            f"{who} says: {plain(run.override, 500)}"
        )
    return "\n".join(lines)

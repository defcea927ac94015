"""The forms that ask why: rejecting a run, shipping without the rest of the soak, or without proof. Pure."""

from bot.engine.runs import RunView
from handlers._payloads import AttemptForm, VoteForm
from handlers.render._blocks import Block, section
from handlers.render._text import person, plain, short

REJECT_CALLBACK = "reject_form"
OVERRIDE_CALLBACK = "override_form"
NATIVE_CALLBACK = "native_form"
REASON = "reason"
LEAST, MOST = 3, 500
"""Characters of a reason."""


def reject_form(run: RunView, state: VoteForm) -> Block:
    """Ask why the run is rejected; without ``state.ask`` it has been already, by reaction."""
    done = not state.ask
    said = "is rejected" if done else "stops for good; one no is enough"
    head = (
        f"Run {run.id}, {short(run.sha)} to {plain(run.environment, 40)}, asked by "
        f"{person(run.requested_by)}, {said}. Everybody will read why on its card."
    )
    return _form(
        REJECT_CALLBACK,
        state.encode(),
        "Why not" if done else "Reject",
        "Say why" if done else "Reject",
        head,
        "Why it must not ship",
        "What has to change first",
    )


def override_form(run: RunView, state: AttemptForm) -> Block:
    """Ask why the rest of the soak is skipped."""
    head = (
        f"Run {run.id} ships {short(run.sha)} to {plain(run.environment, 40)} without the rest of its soak, "
        "once one more person than usual has approved. Your name and reason stand on its card."
    )
    return _form(
        OVERRIDE_CALLBACK,
        state.encode(),
        "Skip the soak",
        "Ask for approval",
        head,
        "Why it cannot wait",
        "What happens if it waits",
    )


def native_form(run: RunView, state: AttemptForm) -> Block:
    """Ask why an update is published that is not known to be JavaScript only."""
    head = (
        f"Run {run.id} publishes {short(run.sha)} to {plain(run.environment, 40)} although it may hold "
        "native code, once one more person than usual has approved. Where it does, the app can crash at its "
        "next start. Your name and reason stand on its card."
    )
    return _form(
        NATIVE_CALLBACK,
        state.encode(),
        "Publish all the same",
        "Ask for approval",
        head,
        "How you know that it is JavaScript only",
        "What you looked at",
    )


def _form(name: str, state: str, title: str, submit: str, head: str, label: str, hint: str) -> Block:
    field: Block = {
        "type": "plain_text_input",
        "action_id": REASON,
        "multiline": True,
        "min_length": LEAST,
        "max_length": MOST,
        "placeholder": _plain(hint),
    }
    return {
        "type": "modal",
        "callback_id": name,
        "private_metadata": state,
        "title": _plain(title),
        "submit": _plain(submit),
        "close": _plain("Back"),
        "blocks": [
            section(head),
            {"type": "input", "block_id": REASON, "label": _plain(label), "element": field},
        ],
    }


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}

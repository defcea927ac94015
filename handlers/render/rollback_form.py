"""The form behind Roll back: which run to go back to. Pure; ``handlers/views/rollback_form.py`` reads it."""

from collections.abc import Sequence

from bot.engine.runs import RunView
from handlers._payloads import RollbackState
from handlers.render._blocks import Block, Message, section
from handlers.render._elements import box, option
from handlers.render._text import one_line, plain
from handlers.render.notices import render_notice

CALLBACK = "rollback_form"
TO = "to"
EMERGENCY = "emergency"
OVERRIDE = "override"
WITH_OTA = "with_ota"
MOST_REASON = 300
_MOST = 100
_MOST_UPDATES = 10
_LABEL = 75


def render_nothing_to_go_back_to(environment: str) -> Message:
    """Say that no good run is known, and what to type instead."""
    where = plain(environment, 40)
    return render_notice(
        f"No earlier good run in `{where}` is known. To what ran before, if that is: "
        f"`/pawdeploy rollback {where}`. To any commit: `/pawdeploy {where} SHA`."
    )


def rollback_form(choices: Sequence[RunView], *, emergency: bool, updates: Sequence[RunView] = ()) -> Block:
    """Draw the form for ``choices``, newest first, the first one chosen; raise ``ValueError`` for none.

    ``emergency``: whether the environment has an emergency path, which skips approvals. ``updates``: those
    over the air that were released with what runs now; each can be taken back too.
    """
    if not choices:
        raise ValueError("no run to go back to")
    first = choices[0]
    options = [_option(run) for run in choices[:_MOST]]
    target: Block = {
        "type": "static_select",
        "action_id": TO,
        "options": options,
        "initial_option": options[0],
    }
    blocks = [
        section(
            f"*{plain(first.environment, 40)}* · {plain(first.service, 40)}\n"
            "*Data is not rolled back.* Migrations that ran since stay applied; the card names them before "
            "anything ships. Afterwards the environment stays locked until somebody unlocks it."
        ),
        _input(TO, "Back to", target),
        _input(
            OVERRIDE,
            "Override, with a reason",
            _text(OVERRIDE, "Needed only when a migration in between is marked irreversible"),
            optional=True,
        ),
    ]
    if updates:
        boxes = box(WITH_OTA, *(_update(run) for run in updates[:_MOST_UPDATES]))
        blocks.append(_input(WITH_OTA, "Released together: take back as well", boxes, optional=True))
    if emergency:
        blocks.append(
            _input(
                EMERGENCY,
                "Emergency, with a reason",
                _text(EMERGENCY, "Skips approvals; needs the emergency role"),
                optional=True,
            )
        )
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": RollbackState(service=first.service, environment=first.environment).encode(),
        "title": _plain("Roll back"),
        "submit": _plain("Roll back"),
        "close": _plain("Close"),
        "blocks": blocks,
    }


def _update(run: RunView) -> Block:
    message = one_line(run.why[:_LABEL])
    about = f"Run {run.id}, over the air. What people got from a store stays."
    return option(run.service, f"{one_line(run.service)[:30]}: {message or 'the newest update'}", about)


def _option(run: RunView) -> Block:
    facts = (f"Run {run.id}", run.sha[:7], one_line(run.commit_title[:_LABEL]))
    label = " · ".join(fact for fact in facts if fact)
    return {"text": _plain(_cut(label)), "value": str(run.id)}


def _cut(label: str) -> str:
    while len(label.encode("utf-16-le")) // 2 > _LABEL:
        label = label[:-2].rstrip() + "…"
    return label


def _text(name: str, placeholder: str) -> Block:
    return {
        "type": "plain_text_input",
        "action_id": name,
        "max_length": MOST_REASON,
        "placeholder": _plain(placeholder),
    }


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _input(name: str, label: str, element: Block, *, optional: bool = False) -> Block:
    return {
        "type": "input",
        "block_id": name,
        "label": _plain(label),
        "element": element,
        "optional": optional,
    }

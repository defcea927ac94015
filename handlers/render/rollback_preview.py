"""The dry run of a way back, in words: where to, what lies between, which gates are shut. Pure."""

from collections.abc import Sequence

from bot.engine.runs import GateName, RollbackPreview, RunView
from bot.pipelines.requests import RollbackRequest
from handlers.render._blocks import Message, context, message, section
from handlers.render._shipment import moves_text
from handlers.render._text import code, plain, short
from handlers.render.changes import gates_text, verdict
from handlers.render.together import IN_STORES, named_update


def render_rollback_preview(
    preview: RollbackPreview,
    request: RollbackRequest,
    *,
    several: bool = True,
    released_with: Sequence[RunView] = (),
    with_ota: bool = False,
    in_stores: bool = False,
) -> Message:
    """Say what ``request`` would do. Nothing was changed.

    ``several``: a command must name the service. ``released_with``: updates over the air that came with what
    runs; ``with_ota``: they were asked back too. ``in_stores``: an app of theirs is in a store as well.
    """
    said, head = verdict(preview.gates), _headline(preview, request)
    changes = moves_text(preview.changes, back=True) if preview.changes else ""
    return message(
        f"Dry run: {head.replace('`', '')}; {said}. Nothing was changed.",
        section(f"*Dry run: {said}.* Nothing was changed.\n{head} · {plain(request.service, 40)}"),
        section(gates_text(preview.gates)),
        section(changes) if changes else None,
        section(_updates(preview, request, released_with, several=several, with_ota=with_ota))
        if released_with
        else None,
        context(_next(preview, request, several=several, with_ota=with_ota)),
        context(IN_STORES) if with_ota and in_stores else None,
    )


def _updates(
    preview: RollbackPreview,
    request: RollbackRequest,
    released_with: Sequence[RunView],
    *,
    several: bool,
    with_ota: bool,
) -> str:
    """Say which updates go back as well, or which stay and the command that takes them back too."""
    if with_ota:
        return "\n".join(f"And {named_update(run)}." for run in released_with)
    said = [f"Released together with it: {named_update(run)}." for run in released_with]
    if GateName.OTHER_WAY_BACK not in _shut(preview):
        them = "it" if len(released_with) == 1 else "them"
        command = _command(request, *_override(preview), several=several, with_ota=True)
        said.append(f"To take {them} back too: {command}.")
    return "\n".join(said)


def _headline(preview: RollbackPreview, request: RollbackRequest) -> str:
    where, to = plain(request.environment, 40), short(preview.sha)
    what = f"{to}, what run {preview.run} shipped" if preview.run else f"{to}, which ran there before"
    leaves = f"; it runs {short(preview.live_sha)} now" if preview.live_sha else ""
    return f"{where} would go back to {what}{leaves}"


def _next(preview: RollbackPreview, request: RollbackRequest, *, several: bool, with_ota: bool) -> str:
    """Say what to type after it, given the gates that are shut."""
    shut = _shut(preview)
    if GateName.OTHER_WAY_BACK in shut:
        return "`/pawdeploy status` shows how far the other rollback is."
    command = _command(request, *_override(preview), several=several, with_ota=with_ota)
    if GateName.MIGRATIONS in shut:
        return f"Data is not rolled back. To go back all the same: {command}."
    return f"To go back for real: {command}."


def _override(preview: RollbackPreview) -> tuple[str, ...]:
    """Return what must be typed besides, where a migration in between cannot be undone."""
    return ("--override", '"why it may be crossed"') if GateName.MIGRATIONS in _shut(preview) else ()


def _shut(preview: RollbackPreview) -> set[str]:
    return {gate.name for gate in preview.gates if not gate.open}


def _command(request: RollbackRequest, *more: str, several: bool, with_ota: bool) -> str:
    words = ["/pawdeploy rollback", request.environment, request.to]
    words += ["--service", request.service] if several else []
    words += ["--with-ota"] if with_ota else []
    for option, reason in (("--emergency", request.emergency), ("--override", request.override)):
        words += [option, '"{}"'.format(reason.replace('"', "'"))] if reason else []
    return code(" ".join(word for word in (*words, *more) if word), 350)

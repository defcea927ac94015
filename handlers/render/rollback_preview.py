"""The dry run of a way back, in words: where to, what lies between, which gates are shut. Pure."""

from bot.engine.runs import GateName, RollbackPreview
from bot.pipelines.requests import RollbackRequest
from handlers.render._blocks import Message, context, message, section
from handlers.render._shipment import moves_text
from handlers.render._text import code, plain, short
from handlers.render.changes import gates_text, verdict


def render_rollback_preview(
    preview: RollbackPreview, request: RollbackRequest, *, several: bool = True
) -> Message:
    """Say what ``request`` would do. Nothing was changed.

    ``several``: a command must name the service.
    """
    said, head = verdict(preview.gates), _headline(preview, request)
    changes = moves_text(preview.changes, back=True) if preview.changes else ""
    return message(
        f"Dry run: {head.replace('`', '')}; {said}. Nothing was changed.",
        section(f"*Dry run: {said}.* Nothing was changed.\n{head} · {plain(request.service, 40)}"),
        section(gates_text(preview.gates)),
        section(changes) if changes else None,
        context(_next(preview, request, several=several)),
    )


def _headline(preview: RollbackPreview, request: RollbackRequest) -> str:
    where, to = plain(request.environment, 40), short(preview.sha)
    what = f"{to}, what run {preview.run} shipped" if preview.run else f"{to}, which ran there before"
    leaves = f"; it runs {short(preview.live_sha)} now" if preview.live_sha else ""
    return f"{where} would go back to {what}{leaves}"


def _next(preview: RollbackPreview, request: RollbackRequest, *, several: bool) -> str:
    """Say what to type after it, given the gates that are shut."""
    shut = {gate.name for gate in preview.gates if not gate.open}
    if GateName.OTHER_WAY_BACK in shut:
        return "`/pawdeploy status` shows how far the other rollback is."
    if GateName.MIGRATIONS in shut:
        over = _command(request, "--override", '"why it may be crossed"', several=several)
        return f"Data is not rolled back. To go back all the same: {over}."
    return f"To go back for real: {_command(request, several=several)}."


def _command(request: RollbackRequest, *more: str, several: bool) -> str:
    words = ["/pawdeploy rollback", request.environment, request.to]
    words += ["--service", request.service] if several else []
    for option, reason in (("--emergency", request.emergency), ("--override", request.override)):
        words += [option, '"{}"'.format(reason.replace('"', "'"))] if reason else []
    return code(" ".join(word for word in (*words, *more) if word), 350)

"""Submitting and closing forms: what Slack's client checks first, and what the app's answer does then."""

from collections.abc import Mapping

from sandbox.workspace import payloads
from sandbox.workspace.choices import filled, unfilled, values_of
from sandbox.workspace.core import Core
from sandbox.workspace.delivery import Delivery
from sandbox.workspace.errors import Refused
from sandbox.workspace.model import Json, Said, View
from sandbox.workspace.screens import all_views, change_view, close_views, push_view
from sandbox.workspace.view_check import accept_view


class Forms:
    """People's forms."""

    def __init__(self, core: Core, delivery: Delivery) -> None:
        self._core = core
        self._delivery = delivery

    async def submit(self, user: str, view_id: str, values: Mapping[str, object]) -> Said:
        """Fill in and submit a form.

        ``values`` is Slack's ``{block: {action: {...}}}``, or simply a value by block id or action id.
        """
        view = _find(self._core, user, view_id)
        if view is None:
            return Said(ok=False, error="view_not_found")
        blocks = view.view["blocks"]
        try:
            view.state = values_of(blocks, filled(blocks, view.state, values))
        except Refused as refused:
            return Said(ok=False, error=refused.error)
        if wrong := unfilled(blocks, view.state):
            return Said(ok=False, error="invalid_input", errors=wrong)
        outcome = await self._delivery.once("interactive", payloads.submission(self._core, user, view))
        if outcome.result != "acked":
            error = "operation_timeout" if outcome.result == "timeout" else "dispatch_failed"
            trouble = "We had some trouble connecting. Try again?"
            return Said(ok=False, error=error, ack_ms=outcome.ms, detail=trouble)
        answer = outcome.answer if isinstance(outcome.answer, dict) else {}
        try:
            return self._apply(view, answer, outcome.ms)
        except Refused as refused:
            return Said(ok=False, error=refused.error, ack_ms=outcome.ms, detail=str(refused.more))

    async def close(self, user: str, view_id: str, *, every: bool = False) -> Said:
        """Close the top form (or, with ``every``, all of them)."""
        stack = self._core.screens.get(user, [])
        if not stack or stack[-1].id != view_id:
            return Said(ok=False, error="view_not_found")
        for view in close_views(self._core, user, every=every or bool(stack[-1].view.get("clear_on_close"))):
            if view.view.get("notify_on_close"):
                payload = payloads.closing(self._core, user, view, cleared=every)
                self._delivery.spawn(self._notify(payload))
        return Said(ok=True)

    async def _notify(self, payload: Json) -> None:
        await self._delivery.once("interactive", payload)

    def _apply(self, view: View, answer: Json, ms: float) -> Said:
        """Do what the app's ``response_action`` says. Raises ``Refused`` for a form Slack would not show."""
        match answer.get("response_action"):
            case "errors":
                errors = {str(name): str(words) for name, words in dict(answer.get("errors") or {}).items()}
                return Said(ok=False, error="invalid_input", ack_ms=ms, errors=errors)
            case "update":
                change_view(self._core, view, accept_view(answer["view"]))
            case "push":
                push_view(self._core, view.user, accept_view(answer["view"]), view.channel)
            case "clear":
                close_views(self._core, view.user, every=True)
            case None:
                # Unless the app opened another form meanwhile, the submitted one goes.
                if self._core.screens.get(view.user, [])[-1:] == [view]:
                    close_views(self._core, view.user, every=False)
            case other:
                raise Refused("invalid_response_action", detail=str(other))
        return Said(ok=True, ack_ms=ms)


def _find(core: Core, user: str, view_id: str) -> View | None:
    return next((one for one in all_views(core) if one.id == view_id and one.user == user), None)

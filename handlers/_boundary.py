"""What every listener shares: its errors become words for the person who asked, never Bolt's problem.

The one place in handlers that catches everything. Knows how to tell a person something, nothing of deploys.
"""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.engine.reasons import Reason
from bot.errors import NotAllowed, Repeated, UserError, VendorError, VendorUnavailable
from handlers._show import show
from handlers.render import notices
from handlers.render._blocks import Message

log = logging.getLogger(__name__)

SERVICES = frozenset(
    {
        "alerts",
        "apps",
        "consent",
        "delivery",
        "desk",
        "holds",
        "incidents",
        "people",
        "project",
        "releases",
        "updates",
    }
)
"""Keys a global middleware puts into Bolt's context; listeners ask for them by name."""
_INJECTABLE = SERVICES | set(inspect.get_annotations(AsyncArgs))
DECISIONS = frozenset({Reason.NOT_ALLOWED, Reason.OWN_RUN, Reason.OWN_COMMIT})
"""Refusals that go into the audit log, as every decision does."""
_OURS = ("ack", "respond", "client", "body", "context")
"""What the boundary itself needs of Bolt, whatever the listener asks for."""

_DONE_BEFORE = "pawdeploy was restarted just then. What you asked for is done, once."
_AHEAD = 0.05
"""Seconds by which the answer to a form is ahead of what is put in its place."""

Listener = Callable[..., Awaitable[None]]


def listener(func: Listener) -> Listener:
    """Wrap a listener so that it never raises into Bolt and its delivery is marked done.

    Bolt hands out arguments by name and gives ``None`` for a name it does not know, so a misspelt one is
    refused here, when the app is built (``TypeError``).
    """
    wanted = list(inspect.signature(func).parameters)
    where = f"{func.__module__}.{func.__qualname__}"
    if unknown := set(wanted) - _INJECTABLE:
        msg = f"{where} asks for unknown argument(s) {sorted(unknown)}"
        raise TypeError(msg)

    async def wrapper(**given: Any) -> None:
        asked = {name: given[name] for name in wanted}
        if "ack" in asked and given["body"].get("type") == "view_submission":
            asked["ack"] = _ahead(given["ack"])
        try:
            await func(**asked)
        except Repeated:
            log.info("done before a restart", extra={"listener": where})
            if given["body"].get("type") != "block_actions":  # what a button did the card shows
                await _say(given, where, notices.render_notice(_DONE_BEFORE))
        except Exception as error:
            await _say(given, where, _in_words(error, where))
            await _tell(given, where, "refused", *_refusal(error))
        await _tell(given, where, "done")

    # Not functools.wraps: Bolt unwraps, and would then look at ``func``'s names only.
    wrapper.__name__ = func.__name__
    wrapper.__qualname__ = func.__qualname__
    wrapper.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # what inspect reads
        [
            inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD)
            for name in dict.fromkeys((*wanted, *_OURS))
        ]
    )
    return wrapper


def _ahead(ack: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Return an ``ack`` after which what is shown in the form's place comes after the answer itself.

    Bolt sends the answer up to ten milliseconds after it was given, and Slack shows what comes last: without
    this a quick result is overwritten by "One moment…".
    """

    async def answer(*words: Any, **more: Any) -> Any:
        given = await ack(*words, **more)
        await asyncio.sleep(_AHEAD)
        return given

    return answer


def _in_words(error: Exception, where: str) -> Message:
    """Log ``error`` as loudly as it deserves and return what the person reads."""
    match error:
        case UserError():
            kind = "not allowed" if isinstance(error, NotAllowed) else "refused"
            log.info("%s", kind, extra={"listener": where, "reason": error.reason.value})
            return notices.render_notice(str(error))
        case VendorError():
            log.warning("vendor failed", exc_info=error, extra={"listener": where, "vendor": error.vendor})
            return notices.render_vendor_trouble(error, again=isinstance(error, VendorUnavailable))
        case _:
            log.error("listener failed", exc_info=error, extra={"listener": where, "reason": "internal"})
            return notices.render_our_fault()


async def _say(given: Mapping[str, Any], where: str, said: Message) -> None:
    """Tell the person who asked, where they asked: in the form when it was a form, else to them alone."""
    body = given["body"]
    try:
        acked = given["ack"].response is not None
        if body.get("type") == "view_submission":
            if acked:
                await show(given["client"], body["view"]["id"], notices.notice_view(said))
            else:
                await given["ack"](response_action="update", view=notices.notice_view(said))
            return
        if not acked:
            await given["ack"]()  # else Slack shows its own error above ours, three seconds later
        if "view" in body:  # a button in a form: there is no message to answer below
            await show(given["client"], body["view"]["id"], notices.notice_view(said))
            return
        if body.get("type") != "event_callback":  # an event has nobody to answer
            await given["respond"](**said.to_slack(), response_type="ephemeral", replace_original=False)
    except Exception:
        log.exception("could not tell the person", extra={"listener": where})


def _refusal(error: Exception) -> tuple[Reason, ...]:
    """Return the reason of a refusal that is a decision about rights; typing mistakes are none."""
    return (error.reason,) if isinstance(error, UserError) and error.reason in DECISIONS else ()


async def _tell(given: Mapping[str, Any], where: str, what: str, *words: Reason) -> None:
    """Tell the wiring that the delivery is ``done``, or that somebody was ``refused`` and why."""
    hear = given["context"].get(what)
    if hear is None or (what == "refused" and not words):
        return
    try:
        await hear(*words)
    except Exception:
        log.exception("could not note how a delivery ended", extra={"listener": where, "what": what})

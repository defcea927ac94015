"""How the bot logs: structlog and the standard library in one stream of lines, no secret in any of them.

Every module logs with ``structlog.get_logger`` or ``logging.getLogger(__name__)``; both come out here.
Sentry, when ``SENTRY_DSN`` is set, gets what was logged as an error, redacted the same way.
"""

import logging
import sys
from typing import TYPE_CHECKING, TextIO, cast

import structlog

from bot.engine.reasons import Reason
from bot.errors import VendorError, VendorRejected
from bot.redact import Redactor
from bot.settings import Settings

if TYPE_CHECKING:
    from sentry_sdk.transport import Transport
    from sentry_sdk.types import Breadcrumb, BreadcrumbHint, Event, Hint

CALMED = (
    "aiohttp",
    "alembic",
    "apscheduler",
    "dbos",
    "httpcore",
    "httpx",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
    "uvicorn",
)
"""Loggers that tell more than anyone asked for: warnings and worse only."""

_NOISE = ("As you gave `client` as well", 'Execution of job "watch health')
"""Warnings of libraries about what we do on purpose, by how they begin: a look may take longer than the
second after which the next one would begin."""

_FIRST = ("timestamp", "level", "logger", "message")

_SHARED: tuple[structlog.typing.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
)


class _RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Redacts the finished line, so that no field, traceback or library can slip a secret past."""

    def __init__(self, redactor: Redactor, processors: list[structlog.typing.Processor]) -> None:
        super().__init__(processors=processors, foreign_pre_chain=_SHARED)
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        if record.exc_info and isinstance(record.msg, dict):  # one of structlog's, see _hand_over
            record = logging.makeLogRecord(
                {**record.__dict__, "msg": {**record.msg, "exc_info": record.exc_info}}
            )
        return self._redactor.text(super().format(record))


def _is_news(record: logging.LogRecord) -> bool:
    """Drop chatter. Levels alone do not: Bolt sets its loggers' levels back when an app is built."""
    if not record.name.startswith(CALMED):
        return True
    return record.levelno >= logging.WARNING and not str(record.msg).startswith(_NOISE)


def configure(
    settings: Settings, *, stream: TextIO | None = None, sentry_transport: "Transport | None" = None
) -> None:
    """Send every log line to ``stream`` (standard output when not given) and errors to Sentry.

    May be called again: the last call counts.
    """
    redactor = Redactor(settings.secrets())
    structlog.configure(
        processors=[*_SHARED, _hand_over],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(_RedactingFormatter(redactor, _last_steps(settings.log_format)))
    handler.addFilter(_is_news)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for name in CALMED:
        calmed = logging.getLogger(name)
        calmed.setLevel(max(logging.WARNING, root.level))
        # DBOS hangs its own handler on its logger unless it finds one; without either it propagates to ours.
        calmed.handlers[:] = [logging.NullHandler()] if name == "dbos" else []
        calmed.propagate = True
    if settings.sentry_dsn is not None:
        _start_sentry(settings.sentry_dsn.get_secret_value(), redactor, sentry_transport)


def _hand_over(
    logger: object, method: str, event: structlog.typing.EventDict
) -> tuple[tuple[structlog.typing.EventDict], dict[str, object]]:
    """Pass an event on to the standard library, its exception as such: Sentry looks for it there."""
    exc_info = event.pop("exc_info", None)
    return (event,), {"exc_info": exc_info, "extra": {"_logger": logger, "_name": method}}


def _last_steps(log_format: str) -> list[structlog.typing.Processor]:
    steps: list[structlog.typing.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    ]
    if log_format == "console":
        # Not the pretty traceback: it shows local variables.
        plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
        return [*steps, plain]
    return [
        *steps,
        structlog.processors.format_exc_info,
        structlog.processors.EventRenamer("message"),
        _in_order,
        structlog.processors.JSONRenderer(),
    ]


def _in_order(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Put what every line has before what some have."""
    return {
        key: event[key] for key in (*_FIRST, *(key for key in event if key not in _FIRST)) if key in event
    }


def _start_sentry(dsn: str, redactor: Redactor, transport: "Transport | None") -> None:
    import sentry_sdk

    def before_send(event: "Event", hint: "Hint") -> "Event":
        exc_info = hint.get("exc_info")
        if exc_info:
            event.setdefault("tags", {}).update(tags_of(exc_info[1]))
        return cast("Event", redactor.tree(event))

    def before_breadcrumb(crumb: "Breadcrumb", _hint: "BreadcrumbHint") -> "Breadcrumb":
        return cast("Breadcrumb", redactor.tree(crumb))

    sentry_sdk.init(
        dsn,
        transport=transport,
        before_send=before_send,
        before_breadcrumb=before_breadcrumb,
        include_local_variables=False,  # locals hold tokens and people's words
        max_request_body_size="never",
        auto_enabling_integrations=False,
    )


def tags_of(error: BaseException) -> dict[str, str]:
    """Give the Sentry tags of an error: its reason from the closed list, and the vendor when one failed."""
    if isinstance(error, VendorError):
        reason = Reason.VENDOR_REJECTED if isinstance(error, VendorRejected) else Reason.VENDOR_UNAVAILABLE
        return {"reason": reason, "vendor": error.vendor}
    reason = getattr(error, "reason", Reason.INTERNAL)
    return {"reason": str(reason) if isinstance(reason, Reason) else str(Reason.INTERNAL)}

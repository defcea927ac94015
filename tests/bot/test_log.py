"""Rules of ``bot/log.py``: one stream, one form, no secret in a line or in a Sentry event."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import sentry_sdk
import structlog
from pydantic import SecretStr
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import log
from bot.engine.reasons import Reason
from bot.errors import StepFailed, VendorRejected, VendorUnavailable
from bot.settings import Settings

SECRET = "railway-token-5f1c2f0e"
DSN = "https://publickey@o1.ingest.example.com/1"


class Captured(Transport):
    """Keeps what would have been sent."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[dict] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        event = envelope.get_event()
        if event is not None:
            self.events.append(event)


def settings(**changes: object) -> Settings:
    given: dict[str, object] = {
        "slack_bot_token": SecretStr("xoxb-test"),
        "slack_app_token": SecretStr("xapp-test"),
        "github_token": SecretStr("ghp_test"),
        "railway_tokens": {"RAILWAY_TOKEN": SecretStr(SECRET)},
    }
    return Settings.model_validate(given | changes)


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    calmed = {name: logging.getLogger(name).level for name in log.CALMED}
    yield
    root.handlers[:], root.level = before
    for name, level in calmed.items():
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).handlers[:] = []
    structlog.reset_defaults()
    sentry_sdk.get_global_scope().set_client(None)


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def fail(error: Exception) -> None:
    raise error


def lines(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_structlog_and_the_standard_library_speak_one_form(stream) -> None:
    log.configure(settings(), stream=stream)

    structlog.get_logger("ours").info("run ended", run=12)
    logging.getLogger("theirs").info("run %s", 12, extra={"run": 12})

    ours, theirs = lines(stream)
    assert (ours["message"], ours["run"], ours["level"], ours["logger"]) == ("run ended", 12, "info", "ours")
    assert (theirs["message"], theirs["run"], theirs["level"], theirs["logger"]) == (
        "run 12",
        12,
        "info",
        "theirs",
    )
    assert ours["timestamp"].endswith("Z")


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_secret_is_in_any_part_of_a_line(form, stream) -> None:
    log.configure(settings(log_format=form), stream=stream)

    structlog.get_logger("ours").info(f"with {SECRET}", key=SECRET, deep={"a": [SECRET]})
    logging.getLogger("theirs").warning("with %s", SECRET, extra={"key": SECRET, "thing": ValueError(SECRET)})
    try:
        fail(ValueError(SECRET))
    except ValueError:
        logging.getLogger("theirs").exception("failed")
        structlog.get_logger("ours").exception("failed")

    assert SECRET not in stream.getvalue()
    assert stream.getvalue().count("[hidden]") >= 8
    assert stream.getvalue().count("Traceback") == 2


def test_a_traceback_stays_on_the_line_of_its_record(stream) -> None:
    log.configure(settings(), stream=stream)

    try:
        int("boom")
    except ValueError:
        structlog.get_logger("ours").exception("failed")

    (line,) = lines(stream)
    assert line["exception"].endswith("invalid literal for int() with base 10: 'boom'")


def test_chatty_libraries_are_calmed_and_their_warnings_kept(stream) -> None:
    log.configure(settings(log_level="DEBUG"), stream=stream)

    for name in log.CALMED:
        logging.getLogger(name).info("chat")
        logging.getLogger(f"{name}.inner").info("chat")
        logging.getLogger(name).warning("news")

    assert [line["message"] for line in lines(stream)] == ["news"] * len(log.CALMED)


def test_an_app_that_sets_its_loggers_level_back_stays_calm(stream) -> None:
    log.configure(settings(), stream=stream)

    AsyncApp(token="xoxb-test", client=AsyncWebClient("xoxb-test"), signing_secret="s")
    logging.getLogger("slack_bolt.AsyncApp").info("chat")
    logging.getLogger("slack_bolt.AsyncApp").warning("news")

    assert [line["message"] for line in lines(stream)] == ["news"]


def test_what_every_line_has_comes_first(stream) -> None:
    log.configure(settings(), stream=stream)

    structlog.get_logger("ours").info("run ended", run=12)

    assert list(lines(stream)[0]) == ["timestamp", "level", "logger", "message", "run"]


def test_configuring_again_does_not_write_twice(stream) -> None:
    log.configure(settings(), stream=io.StringIO())
    log.configure(settings(), stream=stream)

    logging.getLogger("x").info("once")

    assert len(lines(stream)) == 1


@pytest.fixture
def sentry(stream) -> Captured:
    transport = Captured()
    log.configure(settings(sentry_dsn=SecretStr(DSN)), stream=stream, sentry_transport=transport)
    return transport


@pytest.mark.parametrize("logger", [logging.getLogger("theirs"), structlog.get_logger("ours")])
def test_sentry_gets_logged_errors_without_secrets(sentry, logger) -> None:
    logging.getLogger("x").info("crumb with %s", SECRET)
    try:
        held = SECRET  # a local variable of the frame
        fail(StepFailed(Reason.SMOKE_FAILED, f"smoke failed with {held}"))
    except StepFailed:
        logger.exception("step failed")

    (event,) = sentry.events
    assert SECRET not in json.dumps(event)
    assert event["exception"]["values"][-1]["type"] == "StepFailed"
    assert event["tags"]["reason"] == "smoke_failed"


@pytest.mark.parametrize(
    ("error", "tags"),
    [
        (VendorUnavailable("Railway", "x"), {"reason": "vendor_unavailable", "vendor": "Railway"}),
        (VendorRejected("GitHub", "x"), {"reason": "vendor_rejected", "vendor": "GitHub"}),
        (StepFailed(Reason.HEALTH_BAD, "x"), {"reason": "health_bad"}),
        (KeyError("x"), {"reason": "internal"}),
    ],
)
def test_an_error_is_tagged_with_its_reason(error, tags) -> None:
    assert log.tags_of(error) == tags


def test_without_a_dsn_sentry_is_not_started(stream) -> None:
    log.configure(settings(), stream=stream)

    assert not sentry_sdk.get_client().is_active()

"""What strangers send to the running bot: answered rightly, never with a 500, counted, never shown."""

import dataclasses
import time

import httpx
import pytest
import pytest_asyncio

from sandbox.vendors import hooks_out
from sandbox.vendors.hooks_out import Signed
from sandbox.vendors.sentry_hooks import sentry_signature
from tests.flows.alerting import ALERTS, alerting

pytestmark = pytest.mark.asyncio(loop_scope="module")
GOOD = {"type": "alert.triggered", "data": {"key": "disk/db-1", "title": "Disk of db-1 is full"}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with alerting(tmp_path_factory.mktemp("door")) as made:
        yield made


def _sentry(body: bytes, *, resource: str = "issue", signature: str | None = None) -> Signed:
    signed = sentry_signature(body) if signature is None else signature
    headers = {"Sentry-Hook-Resource": resource, "Sentry-Hook-Signature": signed}
    return Signed(path="/hooks/sentry", headers=headers, body=body)


def _cut(message: Signed) -> Signed:
    return dataclasses.replace(message, body=message.body[:-9])


def _forged(message: Signed) -> Signed:
    return dataclasses.replace(message, body=message.body + b" ")


REFUSED = [
    ("sentry", 401, _sentry(b"{}", signature="0" * 64)),
    ("sentry", 401, _sentry(b"{}", signature="")),
    ("sentry", 401, _sentry(b"", signature="")),
    ("sentry", 401, _cut(_sentry(b'{"action":"created","data":{}}'))),
    ("sentry", 413, _sentry(b"[" + b"1," * 2_500_000 + b"1]")),
    ("github", 401, _forged(hooks_out.github("workflow_run", {"action": "completed"}))),
    ("expo", 401, _forged(hooks_out.expo({"status": "errored"}))),
    ("generic", 401, _forged(hooks_out.generic(GOOD))),
    ("generic", 401, hooks_out.generic(GOOD, at=time.time() - 3600)),
    ("generic", 401, hooks_out.generic(GOOD, at=time.time() + 3600)),
    ("railway", 404, hooks_out.railway({"type": "Deployment.crashed"}, secret="guessed")),
]


@pytest.mark.parametrize(("source", "status", "message"), REFUSED)
async def test_what_is_forged_cut_stale_or_too_large_is_refused_and_counted(desk, source, status, message):
    before = await desk.counted(source, "refused")

    assert await desk.post(message) == status

    assert await desk.counted(source, "refused") == before + 1


UNREAD = [
    ("ignored", b""),
    ("unreadable", b"{"),
    ("unreadable", b"\xff\xfe\x00 no text"),
    ("unreadable", b"[" * 60_000),
    ("unreadable", b'{"action": {}, "data": "no issue"}'),
    ("unreadable", b'{"action": "created", "data": {"issue": {"id": [1]}}}'),
    ("unknown", b'{"action": "was_sung", "data": {"issue": {"id": "5", "title": "x"}}}'),
]


@pytest.mark.parametrize(("outcome", "body"), UNREAD)
async def test_what_was_signed_and_makes_no_sense_is_taken_kept_counted_and_shown_to_nobody(
    desk, outcome, body
):
    taken = await desk.counted("sentry", "stored")
    before = await desk.counted("sentry", outcome)

    assert await desk.post(_sentry(body)) == 200

    assert await desk.counted("sentry", "stored") == taken + 1
    await desk.counts("sentry", outcome, before + 1)
    assert desk.rows("SELECT body FROM hooks ORDER BY id DESC LIMIT 1") == [(body,)]  # to be looked at


async def test_a_kind_nobody_knows_is_kept_and_counted(desk):
    before = await desk.counted("sentry", "unknown")

    assert await desk.post(_sentry(b'{"action": "sung"}', resource="karaoke")) == 200

    await desk.counts("sentry", "unknown", before + 1)


async def test_what_is_sent_again_is_taken_and_counted_as_one(desk):
    first = hooks_out.generic(GOOD, message_id="msg_1")
    assert await desk.post(first) == 200
    card = await desk.alert("Disk of db-1 is full")
    known = await desk.counted("generic", "known")

    assert await desk.post(first) == 200

    assert await desk.counted("generic", "known") == known + 1
    hook = desk.box.sentry.hooks.make("issue", "created", {"issue": {"id": "77", "title": "Sent again"}})
    message = Signed(path="/hooks/sentry", headers=hook.headers, body=hook.body)
    assert await desk.post(message) == 200
    other = {**hook.headers, "Request-ID": "another-name"}
    assert await desk.post(dataclasses.replace(message, headers=other)) == 200
    await desk.counts("sentry", "duplicate", 1)
    assert desk.rows("SELECT times FROM alerts WHERE title = 'Sent again'") == [(1,)]
    assert "told" not in card.everything


async def test_a_body_that_never_ends_is_given_up_and_the_bot_goes_on(desk):
    async def dribble():
        yield b'{"action":'
        raise ConnectionError

    async with httpx.AsyncClient(base_url=desk.box.process.url, trust_env=False) as http:
        with pytest.raises(ConnectionError):
            await http.post("/hooks/sentry", content=dribble())
        assert (await http.get("/hooks/sentry")).status_code == 405
        assert (await http.post("/hooks/nobody", content=b"{}")).status_code == 404
        assert (await http.get("/readyz")).status_code == 200


async def test_none_of_it_was_an_error_of_ours_or_showed_a_card(desk):
    titles = [one.text for one in desk.ws.messages(ALERTS)]

    assert {title.partition(" · ")[0] for title in titles} <= {"Disk of db-1 is full", "Sent again"}
    log = (desk.state / "bot.log").read_text("utf-8")
    assert '"level": "error"' not in log
    assert "Traceback" not in log

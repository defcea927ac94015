"""Rules of ``bot/web/hooks.py``: what was signed is stored once, then answered; the rest leaves no trace."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError
from starlette.routing import Route
from structlog.testing import capture_logs

from bot.engine.alerts import Source
from bot.engine.arrivals import LONGEST_KEY, OURS
from bot.metrics import Metrics
from bot.web import create_web
from bot.web.hooks import LARGEST_BODY, HookSecrets, hooks_doors
from tests.bot.test_webhooks import NOON, headers
from tests.bot.web._hooks import (
    ADDRESSES,
    EXPO_SECRET,
    RAILWAY_SECRET,
    SECRETS,
    SENTRY_SECRET,
    Kept,
    Noon,
    Senders,
    expo,
    github,
    sentry,
)
from tests.bot.web.test_health import ALL_WELL, Says

ROOT = Path(__file__).parents[3]
VECTOR = ROOT.parent / "shared" / "samples" / "sentry" / "SIGNATURE_VECTOR.json"
BODY = b'{"action":"created"}'


@pytest.fixture
async def senders():
    made = Senders()
    async with made.http:
        yield made


async def test_what_sentry_signed_is_stored_as_it_came(senders):
    answer = await senders.post(
        "sentry", BODY, sentry(BODY) | {"request-id": "a1b2", "sentry-hook-resource": "issue"}
    )

    assert (answer.status_code, answer.json()) == (200, {"status": "stored"})
    (kept,) = senders.kept.arrivals.values()
    assert (kept.key, kept.source, kept.resource, kept.body, kept.at) == (
        "sentry:a1b2", Source.SENTRY, "issue", BODY, NOON,
    )  # fmt: skip
    assert (senders.told, senders.counted) == (1, [("sentry", "stored")])


async def test_sentrys_own_vector_gets_in_and_what_a_parser_would_make_of_it_does_not(senders):
    if not VECTOR.exists():
        pytest.skip(f"Sentry's samples are not here ({VECTOR.name}); CI has them under shared/samples")
    vector = json.loads(VECTOR.read_text())
    body = vector["raw_body"].encode()
    senders.use(HookSecrets(**SECRETS | {"sentry": SecretStr(vector["client_secret"])}))
    written_again = json.dumps(json.loads(body), separators=(",", ":"), ensure_ascii=False).encode()

    right = {"sentry-hook-signature": vector["Sentry-Hook-Signature"]}
    assert (await senders.post("sentry", body, right)).status_code == 200
    assert (await senders.post("sentry", written_again, right)).status_code == 401
    for wrong in ("wrong_if_reserialised_utf8", "wrong_if_json_dumps_default"):
        assert (
            await senders.post("sentry", body, {"sentry-hook-signature": vector[wrong]})
        ).status_code == 401


async def test_sentrys_other_signature_and_an_empty_body_count_as_well(senders):
    signature = sentry(b"")["sentry-hook-signature"]

    assert (await senders.post("sentry", b"", {"sentry-app-signature": signature})).status_code == 200
    assert [kept.body for kept in senders.kept.arrivals.values()] == [b""]


async def test_githubs_own_example_gets_in(senders):
    # https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    said = {
        "x-hub-signature-256": signature,
        "x-github-event": "workflow_run",
        "x-github-delivery": "72d3162e",
    }

    assert (await senders.post("github", b"Hello, World!", said)).status_code == 200
    (kept,) = senders.kept.arrivals.values()
    assert (kept.key, kept.resource) == ("github:72d3162e", "workflow_run")


async def test_expo_generic_and_railway_get_in_each_in_its_way(senders):
    for name, body, said in (
        ("expo", BODY, expo(BODY)),
        ("generic", BODY, headers(BODY, message_id="msg_7")),
        (f"railway/{RAILWAY_SECRET}", BODY, {}),
    ):
        assert (await senders.post(name, body, said)).status_code == 200
    kinds = [(kept.source, kept.resource) for kept in senders.kept.arrivals.values()]
    assert kinds == [(one, one.value) for one in (Source.EXPO, Source.GENERIC, Source.RAILWAY)]
    assert list(senders.kept.arrivals)[1] == "generic:msg_7"


async def test_the_same_delivery_again_is_answered_well_and_told_once(senders):
    said = sentry(BODY) | {"request-id": "a1b2"}
    await senders.post("sentry", BODY, said)
    answer = await senders.post("sentry", BODY, said)

    assert (answer.status_code, answer.json()) == (200, {"status": "known"})
    assert (senders.told, senders.counted) == (1, [("sentry", "stored"), ("sentry", "known")])


async def test_the_same_words_under_another_name_are_kept_as_twins(senders):
    for name in ("one", "two"):
        await senders.post("sentry", BODY, sentry(BODY) | {"request-id": name})

    one, two = senders.kept.arrivals.values()
    assert one.key != two.key
    assert one.twin == two.twin


@pytest.mark.parametrize("name", ["", "n" * 121, "caf\xe9", "a\tb"])
async def test_a_delivery_without_a_proper_name_is_named_by_what_it_says(senders, name):
    said = sentry(BODY) | {"request-id": name.encode("latin-1")}
    await senders.post("sentry", BODY, said)
    again = await senders.post("sentry", BODY, said)

    (kept,) = senders.kept.arrivals.values()
    assert kept.key == f"sentry:{kept.twin}"
    assert again.json() == {"status": "known"}


async def test_the_longest_name_is_a_key_that_fits(senders):
    await senders.post("sentry", BODY, sentry(BODY) | {"request-id": "n" * 120})

    assert all(len(key) <= LONGEST_KEY for key in senders.kept.arrivals)


@pytest.mark.parametrize("kind", ["", OURS, "pawdeploy.beat", "k" * 61, "caf\xe9", "a b"])
async def test_no_sender_can_call_a_message_ours_or_anything_odd(senders, kind):
    said = sentry(BODY) | {"sentry-hook-resource": kind.encode("latin-1")}

    assert (await senders.post("sentry", BODY, said)).status_code == 200
    assert [kept.resource for kept in senders.kept.arrivals.values()] == ["unknown"]


RIGHT = sentry(BODY)["sentry-hook-signature"]
FORGED = {
    "none": [],
    "empty": [("sentry-hook-signature", b"")],
    "of another secret": [("sentry-hook-signature", sentry(BODY, "other")["sentry-hook-signature"].encode())],
    "in capitals": [("sentry-hook-signature", RIGHT.upper().encode())],
    "cut": [("sentry-hook-signature", RIGHT[:-1].encode())],
    "longer": [("sentry-hook-signature", f"{RIGHT}0".encode())],
    "no ASCII": [("sentry-hook-signature", b"\xe9\xff")],
    "with a prefix": [("sentry-hook-signature", f"sha256={RIGHT}".encode())],
    "twice": [("sentry-hook-signature", RIGHT.encode())] * 2,
    "one of two": [("sentry-hook-signature", b"0" * 64), ("sentry-hook-signature", RIGHT.encode())],
}


@pytest.mark.parametrize("how", FORGED)
async def test_what_sentry_did_not_sign_is_refused_unread(senders, how):
    answer = await senders.post("sentry", BODY, FORGED[how])

    assert (answer.status_code, answer.json()) == (401, {"error": "invalid signature"})
    assert (senders.kept.arrivals, senders.told) == ({}, 0)
    assert senders.counted == [("sentry", "refused")]


async def test_what_the_others_did_not_sign_is_refused_unread(senders):
    signed = headers(BODY)
    for name, said in (
        ("github", {"x-hub-signature-256": github(BODY)["x-hub-signature-256"].removeprefix("sha256=")}),
        ("github", {"x-hub-signature": github(BODY)["x-hub-signature-256"]}),
        ("github", github(BODY + b" ")),
        ("expo", {"expo-signature": expo(BODY)["expo-signature"].removeprefix("sha1=")}),
        ("expo", {"expo-signature": b"sha1=\xff"}),
        ("expo", {}),
        ("generic", headers(BODY, age=301)),
        ("generic", headers(BODY, age=-301)),
        ("generic", headers(b"{}")),
        ("generic", [*signed.items(), ("webhook-id", "msg_2")]),
        ("generic", [*signed.items(), ("webhook-signature", "v1,AAAA")]),
        ("generic", {}),
    ):
        assert (await senders.post(name, BODY, said)).status_code == 401
    assert senders.kept.arrivals == {}


@pytest.mark.parametrize("guess", ["x", RAILWAY_SECRET[:-1], f"{RAILWAY_SECRET}x", "caf%C3%A9", "%00%ff"])
async def test_a_wrong_address_of_railways_is_like_one_that_does_not_exist(senders, guess):
    wrong = await senders.post(f"railway/{guess}", BODY, {})
    absent = await senders.post("nobody", BODY, {})

    assert (wrong.status_code, wrong.content) == (absent.status_code, absent.content)
    assert wrong.headers.items() == absent.headers.items()
    assert senders.kept.arrivals == {}


@pytest.mark.parametrize("body", [b"", b'{"action":', b"\xff\xfe", b"null", b"[" * 100_000])
async def test_a_signed_body_that_says_nothing_is_stored_all_the_same(senders, body):
    assert (await senders.post("sentry", body, sentry(body))).status_code == 200
    assert [kept.body for kept in senders.kept.arrivals.values()] == [body]


async def test_five_megabytes_are_not_read_whether_announced_or_not(senders):
    huge = b" " * (5 * 1024 * 1024)

    async def in_pieces():
        for at in range(0, len(huge), 65_536):
            yield huge[at : at + 65_536]

    for body in (huge, in_pieces()):
        assert (await senders.post("sentry", body, sentry(huge))).status_code == 413
    assert (senders.kept.arrivals, senders.counted) == ({}, [("sentry", "refused")] * 2)


async def test_the_largest_body_is_read(senders):
    body = b" " * LARGEST_BODY
    assert (await senders.post("sentry", body, sentry(body))).status_code == 200


async def test_a_body_that_does_not_come_is_not_waited_for(senders):
    async def never():
        yield b"{"
        await asyncio.Event().wait()

    senders.use(patience=0.05)
    assert (await senders.post("sentry", never(), sentry(b"{"))).status_code == 408


async def test_a_body_cut_short_by_its_sender_is_no_failure_of_ours(senders):
    spoken = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])
    said: list = []

    async def receive():
        return next(spoken)

    async def send(message):
        said.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/hooks/sentry", "raw_path": b"/hooks/sentry",
        "headers": [], "query_string": b"", "root_path": "", "scheme": "http", "http_version": "1.1",
        "server": ("bot.test", 80),
    }  # fmt: skip
    await senders.app(scope, receive, send)

    assert said[0]["status"] == 400
    assert senders.kept.arrivals == {}


async def test_what_could_not_be_stored_is_to_be_sent_again_and_is_not_quoted_in_the_log(senders):
    senders.kept.trouble = OperationalError("INSERT", {"body": BODY}, Exception(BODY.decode()))
    said = sentry(BODY) | {"request-id": "a1b2"}
    with capture_logs() as logged:
        answer = await senders.post("sentry", BODY, said)

    assert answer.status_code == 503
    assert (senders.told, senders.counted) == (0, [("sentry", "refused")])
    assert [line["trouble"] for line in logged] == ["OperationalError"]
    assert BODY.decode() not in str(logged)
    senders.kept.trouble = None
    assert (await senders.post("sentry", BODY, said)).json() == {"status": "stored"}


async def test_only_post_is_taken(senders):
    for address in ADDRESSES:
        assert (await senders.http.get(f"/hooks/{address}")).status_code == 405


async def test_an_address_exists_only_when_its_secret_is_set():
    for name in SECRETS:
        routes = hooks_doors(
            Kept(), HookSecrets(**{name: SECRETS[name]}), Noon(), lambda: None, lambda *_: None
        )
        assert [route.path.split("/")[2] for route in routes] == [name]
    without = create_web(None, Says(ALL_WELL), Metrics(), hooks=[])
    assert not [one for one in without.routes if isinstance(one, Route) and one.path.startswith("/hooks")]
    transport = httpx.ASGITransport(app=without)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as http:
        for address in ADDRESSES:
            assert (await http.post(f"/hooks/{address}", content=b"{}")).status_code == 404


def test_secrets_do_not_show():
    shown = repr(HookSecrets(**SECRETS))
    assert not [secret for secret in (SENTRY_SECRET, EXPO_SECRET, RAILWAY_SECRET) if secret in shown]

"""Rules of ``bot/webhooks.py``: only what was signed with our secret, over exactly this, and lately."""

import base64
import hmac
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.webhooks import secret_key, sign, signed_at

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
KEY, OTHER = secret_key(SECRET), b"o" * 32
BODY = b'{"sha": "x"}'


def headers(
    body: bytes = BODY, *, key: bytes = KEY, message_id: str = "msg_1", age: float = 0
) -> dict[str, str]:
    timestamp = str(int((NOON - timedelta(seconds=age)).timestamp()))
    signature = base64.b64encode(hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, sha256))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature.decode()}",
    }


def test_the_example_of_the_specification_is_signed() -> None:
    key = secret_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    said = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    then = datetime.fromtimestamp(1614265330, UTC)

    assert signed_at(said, b'{"test": 2432232314}', key, then) == then


@pytest.mark.parametrize("age", [-300, 0, 300])
def test_within_five_minutes_either_way_it_counts(age: float) -> None:
    assert signed_at(headers(age=age), BODY, KEY, NOON) == NOON - timedelta(seconds=age)


@pytest.mark.parametrize("age", [-301, 301, 86_400])
def test_older_or_newer_it_does_not(age: float) -> None:
    assert signed_at(headers(age=age), BODY, KEY, NOON) is None


def test_one_of_several_signatures_is_enough_while_a_secret_is_replaced() -> None:
    new, old = headers(), headers(key=OTHER)
    both = f"{old['webhook-signature']} v1a,AAAA {new['webhook-signature']}"

    assert signed_at(new | {"webhook-signature": both}, BODY, KEY, NOON) == NOON


GOOD = headers()
ODD = {
    "another secret": headers(key=OTHER),
    "another body": headers(b"{}"),
    "another message": GOOD | {"webhook-id": "msg_2"},
    "another moment": GOOD | {"webhook-timestamp": str(int(GOOD["webhook-timestamp"]) + 1)},
    "another version": GOOD | {"webhook-signature": GOOD["webhook-signature"].replace("v1", "v1a")},
    "no version": GOOD | {"webhook-signature": GOOD["webhook-signature"].removeprefix("v1,")},
    "no signature": GOOD | {"webhook-signature": ""},
    "a signature in other letters": GOOD | {"webhook-signature": "v1,\u00e9\u20ac"},
    "no id": headers(message_id=""),
    "an endless id": headers(message_id="m" * 121),
    "an id in other letters": headers(message_id="m\u00e9"),
    "a line break in the id": headers(message_id="m\n"),
    "a time that is no number": GOOD | {"webhook-timestamp": "now"},
    "a time below zero": GOOD | {"webhook-timestamp": "-1"},
    "a time in other digits": GOOD | {"webhook-timestamp": "\u00b2"},
    "an endless time": GOOD | {"webhook-timestamp": "1" * 5000},
    "nothing at all": {},
}


@pytest.mark.parametrize("what", ODD)
def test_what_is_not_signed_so_is_refused_and_never_an_error(what: str) -> None:
    assert signed_at(ODD[what], BODY, KEY, NOON) is None


@given(st.fixed_dictionaries({name: st.text(max_size=40) for name in GOOD}), st.binary(max_size=20))
def test_no_headers_make_it_fall_over(said: dict[str, str], body: bytes) -> None:
    assert signed_at(said, body, KEY, NOON) is None


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_short", "whsec_" + "!" * 40, SECRET.removeprefix("whsec_"), "whsec_\u00e9"],
)
def test_a_secret_that_could_sign_nothing_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="whsec_") as caught:
        secret_key(secret)

    assert not secret.removeprefix("whsec_") or secret.removeprefix("whsec_") not in str(caught.value)


@given(st.binary(max_size=200), st.integers(-12, 14))
def test_what_we_sign_we_take_whatever_zone_the_clock_is_in(body: bytes, hours: int) -> None:
    there = NOON.astimezone(timezone(timedelta(hours=hours)))

    signed = sign("msg_1", body, KEY, there)

    assert signed_at(signed, body, KEY, NOON) == NOON
    assert signed_at(signed, body + b".", KEY, NOON) is None
    assert signed_at(signed, body, OTHER, NOON) is None


def test_the_example_of_the_specification_is_what_we_sign() -> None:
    key = secret_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    then = datetime.fromtimestamp(1614265330, UTC)

    signed = sign("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', key, then)

    assert signed["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("message_id", ["", "a.b", "a b", "ä", "a\n", "x" * 121])
def test_an_id_that_could_be_taken_for_something_else_is_not_signed(message_id: str) -> None:
    with pytest.raises(ValueError, match="no id for a webhook"):
        sign(message_id, BODY, KEY, NOON)

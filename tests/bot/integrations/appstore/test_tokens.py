"""Rules of tokens for App Store Connect, verified with the key that signed them.

https://developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests
"""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec

from bot.integrations.appstore import BadKeyError, Key, Tokens
from tests.bot.integrations._store_keys import P256, RSA, claims, pem

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
AUDIENCE = "appstoreconnect-v1"


def key(text: str | None = None) -> Key:
    return Key(pem(P256) if text is None else text, "2X9R4HXF34", "57246542-96fe-1a63-e053-0824d011072a")


def test_a_token_is_signed_by_the_key_and_says_whose_it_is():
    token = key().sign(NOON)

    assert jwt.get_unverified_header(token) == {"alg": "ES256", "kid": "2X9R4HXF34", "typ": "JWT"}
    said = claims(token, P256.public_key(), "ES256", AUDIENCE)
    assert said["iss"] == "57246542-96fe-1a63-e053-0824d011072a"
    assert set(said) == {"iss", "iat", "exp", "aud"}


def test_a_token_begins_before_now_and_lives_no_longer_than_apple_allows():
    said = claims(key().sign(NOON), P256.public_key(), "ES256", AUDIENCE)

    assert said["iat"] < NOON.timestamp() < said["exp"]
    assert said["exp"] - said["iat"] <= 20 * 60


def test_another_key_does_not_verify_it():
    other = ec.generate_private_key(ec.SECP256R1()).public_key()

    with pytest.raises((jwt.InvalidSignatureError, InvalidSignature)):
        claims(key().sign(NOON), other, "ES256", AUDIENCE)


def test_one_token_serves_for_a_quarter_of_an_hour_and_never_to_its_end():
    time = [NOON]
    tokens = Tokens(key(), lambda: time[0])
    first = tokens.token()
    time[0] += timedelta(minutes=14, seconds=59)
    again = tokens.token()
    time[0] += timedelta(seconds=1)
    later = tokens.token()

    assert again == first != later
    ends = claims(first, P256.public_key(), "ES256", AUDIENCE)["exp"]
    assert ends - time[0].timestamp() >= 60


def test_a_clock_that_was_put_back_makes_a_new_one():
    time = [NOON]
    tokens = Tokens(key(), lambda: time[0])
    first = tokens.token()
    time[0] -= timedelta(hours=1)

    assert tokens.token() != first


def test_a_token_is_forgotten_once_and_a_newer_one_stays():
    time = [NOON]
    tokens = Tokens(key(), lambda: time[0])
    first = tokens.token()
    tokens.forget(first)
    time[0] += timedelta(seconds=1)
    second = tokens.token()
    tokens.forget(first)
    time[0] += timedelta(seconds=1)

    assert second != first
    assert tokens.token() == second


def test_a_key_in_one_line_with_written_ends_of_lines_is_the_same_key():
    token = key(pem(P256).replace("\n", "\\n")).sign(NOON)

    assert claims(token, P256.public_key(), "ES256", AUDIENCE)["aud"] == AUDIENCE


@pytest.mark.parametrize(
    "text",
    [
        "",
        pem(P256)[:-40],
        "nothing",
        pem(RSA),
        pem(ec.generate_private_key(ec.SECP384R1())),
    ],
    ids=["empty", "cut off", "words", "RSA", "another curve"],
)
def test_what_is_no_key_of_apples_is_refused_without_being_quoted(text):
    with pytest.raises(BadKeyError, match=r"is not the text of a \.p8 file") as caught:
        key(text)

    assert "PRIVATE" not in str(caught.value)

"""Rules of tokens for Google Play: what a service account signs, and how long a token serves.

https://developers.google.com/identity/protocols/oauth2/service-account#httprest
"""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import httpx
import jwt
import pytest

from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.googleplay import Account, BadAccountError, Tokens
from tests.bot.integrations._store_keys import EMAIL, P256, RSA, TOKEN_URI, account, claims, key_file, pem

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ASK = "POST /token"


def granted(token, seconds=3599):
    return httpx.Response(200, json={"access_token": token, "expires_in": seconds, "token_type": "Bearer"})


class Hands:
    """A clock that a test moves."""

    now = NOON


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def tokens(connect, at_once, hands):
    http = connect("https://androidpublisher.googleapis.com")
    return Tokens(http, account(), lambda: hands.now, retry=at_once)


def assertion(request) -> str:
    return parse_qs(request.content.decode())["assertion"][0]


async def test_a_token_is_asked_for_where_the_key_file_says_with_a_signed_assertion(tokens, vendor):
    vendor.on(ASK, granted("ya29.first"))

    assert await tokens.token() == "ya29.first"
    (asked,) = vendor.asked
    assert str(asked.url) == TOKEN_URI
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    form = parse_qs(asked.content.decode())
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    assert jwt.get_unverified_header(assertion(asked)) == {"alg": "RS256", "kid": "8a6f", "typ": "JWT"}
    said = claims(assertion(asked), RSA.public_key(), "RS256", TOKEN_URI)
    assert said["iss"] == EMAIL
    assert said["scope"] == "https://www.googleapis.com/auth/androidpublisher"
    assert said["iat"] < NOON.timestamp() < said["exp"] <= said["iat"] + 3600


async def test_the_signed_assertion_is_no_token_and_travels_nowhere_else(tokens, vendor):
    vendor.on(ASK, granted("ya29.first"))
    await tokens.token()

    assert "authorization" not in vendor.asked[0].headers


async def test_one_token_serves_until_shortly_before_its_end(tokens, vendor, hands):
    vendor.on(ASK, granted("ya29.first"), granted("ya29.second"))
    got = [await tokens.token()]
    hands.now += timedelta(seconds=3599 - 121)
    got.append(await tokens.token())
    hands.now += timedelta(seconds=1)
    got.append(await tokens.token())

    assert got == ["ya29.first", "ya29.first", "ya29.second"]


async def test_a_token_is_forgotten_once_and_a_newer_one_stays(tokens, vendor):
    vendor.on(ASK, granted("ya29.first"), granted("ya29.second"), granted("ya29.third"))
    first = await tokens.token()
    tokens.forget(first)
    second = await tokens.token()
    tokens.forget(first)

    assert await tokens.token() == second == "ya29.second"


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_an_account_google_does_not_take_is_a_refused_access(tokens, vendor, status):
    said = {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
    vendor.on(ASK, httpx.Response(status, json=said))

    with pytest.raises(VendorRejected, match=r"asking Google for a token.*Invalid JWT Signature") as caught:
        await tokens.token()
    assert caught.value.status == 401
    assert len(vendor.asked) == 1


async def test_google_down_is_asked_again(tokens, vendor):
    vendor.on(ASK, httpx.Response(503), granted("ya29.first"))

    assert await tokens.token() == "ya29.first"


async def test_an_answer_without_a_token_is_google_not_answering(tokens, vendor):
    vendor.on(ASK, httpx.Response(200, json={"id_token": "eyJ"}))

    with pytest.raises(VendorUnavailable, match="an answer we cannot read"):
        await tokens.token()


@pytest.mark.parametrize(
    "text",
    ["", "{}", "not json", key_file(private_key="nothing"), key_file(private_key=pem(P256)), key_file()[:-9]],
    ids=["empty", "no fields", "words", "no key", "another kind of key", "cut off"],
)
def test_what_is_no_key_file_is_refused_without_being_quoted(text):
    with pytest.raises(BadAccountError, match="is not the text of a service account's JSON key") as caught:
        Account(text)

    assert "PRIVATE" not in str(caught.value)


@pytest.mark.parametrize("address", ["http://oauth2.example.com/token", "ftp://x", "", "//oauth2"])
def test_a_key_file_that_would_send_its_assertion_in_the_clear_is_refused(address):
    with pytest.raises(BadAccountError, match="token_uri"):
        Account(key_file(token_uri=address))


def test_a_key_file_may_point_at_this_machine():
    assert Account(key_file(token_uri="http://127.0.0.1:9/token")).token_uri == "http://127.0.0.1:9/token"

"""The client, with a clock that a test moves."""

import httpx
import pytest

from bot.integrations.googleplay import GooglePlay, Tokens
from tests.bot.integrations._store_keys import account
from tests.bot.integrations.googleplay._answers import (
    DELETE,
    EDIT,
    GONE,
    INSERT,
    NOON,
    URL,
)


class Hands:
    """A clock that a test moves."""

    now = NOON


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def store(connect, vendor, at_once, hands):
    given = [httpx.Response(200, json={"access_token": f"ya29.{n}", "expires_in": 3599}) for n in range(5)]
    vendor.on("POST /token", *given)
    vendor.on(INSERT, EDIT)
    vendor.on(DELETE, GONE)
    http = connect(URL)
    tokens = Tokens(http, account(), lambda: hands.now)
    return GooglePlay(
        http, "app.pawlogic", "production", tokens, lambda: hands.now, look_every=600, retry=at_once
    )

"""The client, with a clock that a test moves."""

import pytest

from bot.integrations.appstore import AppStore, Key, Tokens
from tests.bot.integrations._store_keys import P256, pem
from tests.bot.integrations.appstore._answers import (
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
def store(connect, at_once, hands):
    key = Key(pem(P256), "2X9R4HXF34", "57246542-96fe")
    return AppStore(connect(URL), "6450012345", Tokens(key, lambda: hands.now), retry=at_once)

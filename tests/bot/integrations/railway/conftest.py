"""A client of Railway, and its answers."""

import pytest

from bot.integrations.railway import Railway, auth_headers
from tests.bot.integrations.railway._answers import API


@pytest.fixture
def answers(vendor):
    return lambda *given: vendor.on("POST /graphql/v2", *given)


@pytest.fixture
def railway(connect, at_once):
    return Railway(connect(API, auth_headers("t0ken", "project")), retry=at_once)

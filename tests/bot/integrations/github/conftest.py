"""GitHub's answers, shaped like its OpenAPI description."""

import httpx
import pytest

from bot.integrations.github import auth_headers

API = "https://api.github.com"
TOKEN = "github_pat_made_up"


@pytest.fixture
def http(connect) -> httpx.AsyncClient:
    return connect(API, auth_headers(TOKEN))


@pytest.fixture
def forbidden() -> httpx.Response:
    """What a fine-grained token gets where it may not read."""
    return httpx.Response(
        403,
        json={"message": "Resource not accessible by personal access token", "status": "403"},
        headers={"x-ratelimit-remaining": "4990", "x-accepted-github-permissions": "checks=read"},
    )

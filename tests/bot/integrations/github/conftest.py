"""GitHub's answers, shaped like its OpenAPI description."""

import httpx
import pytest

from bot.integrations.github import WorkflowShipper, auth_headers

API = "https://api.github.com"
SHA = "0123456789abcdef0123456789abcdef01234567"
COMMIT = f"/repos/pawlogic/backend/commits/{SHA}"
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


@pytest.fixture
def tell(vendor):
    """Say what GitHub knows of the commit; what is left out is empty."""

    def answer(body):
        return httpx.Response(200, json=body)

    def say(runs=(), suites=(), statuses=()):
        vendor.on(f"GET {COMMIT}/check-runs", answer({"total_count": len(runs), "check_runs": list(runs)}))
        vendor.on(
            f"GET {COMMIT}/check-suites", answer({"total_count": len(suites), "check_suites": list(suites)})
        )
        combined = {"state": "pending", "sha": SHA, "statuses": list(statuses), "total_count": len(statuses)}
        vendor.on(f"GET {COMMIT}/status", answer(combined))

    return say


@pytest.fixture
def shipper(http, at_once):
    return WorkflowShipper(http, retry=at_once, find_attempts=3, find_wait=0)

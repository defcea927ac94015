"""Rules of deployment records and of the token, against answers shaped like GitHub's."""

import httpx
import pytest

from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.github import GitHub

REPO = "pawlogic/backend"
ROOT = "/repos/pawlogic/backend"
SHA = "0123456789abcdef0123456789abcdef01234567"


def json(body, status=200):
    return httpx.Response(status, json=body)


@pytest.fixture
def github(http, at_once):
    return GitHub(http, retry=at_once)


async def test_a_deployment_is_recorded_without_merging_and_without_asking_statuses(github, vendor):
    vendor.on(f"POST {ROOT}/deployments", json({"id": 42, "payload": {}}, 201))

    made = await github.create_deployment(REPO, SHA, "staging", 12, production=False, description="d" * 200)

    assert made == 42
    assert vendor.sent() == {
        "ref": SHA,
        "environment": "staging",
        "auto_merge": False,
        "required_contexts": [],
        "payload": {"pawdeploy_run": 12},
        "production_environment": False,
        "transient_environment": False,
        "description": "d" * 140,
    }


@pytest.mark.parametrize("status", [202, 409, 422, 403])
async def test_a_deployment_github_did_not_record_is_rejected(github, vendor, status):
    vendor.on(f"POST {ROOT}/deployments", json({"message": "Auto-merged main into main."}, status))

    with pytest.raises(VendorRejected) as caught:
        await github.create_deployment(REPO, SHA, "staging", 12, production=True, description="")
    assert caught.value.status == status


@pytest.mark.parametrize(
    "trouble", [httpx.Response(500), httpx.ReadTimeout("slow"), httpx.Response(201, text="{")]
)
async def test_recording_is_never_repeated(github, vendor, trouble):
    vendor.on(f"POST {ROOT}/deployments", trouble)

    with pytest.raises(VendorUnavailable):
        await github.create_deployment(REPO, SHA, "staging", 12, production=True, description="")
    assert len(vendor.asked) == 1


async def test_our_own_deployment_is_found_by_run_in_payloads_of_any_shape(github, vendor):
    found = [
        {"id": 1, "payload": ""},
        {"id": 2, "payload": "not json"},
        {"id": 3, "payload": ["x"]},
        {"id": 4, "payload": None},
        {"id": 5, "payload": {"pawdeploy_run": 11}},
        {"id": 6, "payload": '{"pawdeploy_run": 12}'},
    ]
    vendor.on(f"GET {ROOT}/deployments", json(found))

    assert await github.find_deployment(REPO, SHA, "staging", 12) == 6
    assert await github.find_deployment(REPO, SHA, "staging", 11) == 5
    assert await github.find_deployment(REPO, SHA, "staging", 1) is None
    assert vendor.paths()[0] == f"GET {ROOT}/deployments?per_page=100&sha={SHA}&environment=staging"


async def test_a_status_leaves_out_empty_addresses(github, vendor):
    vendor.on(f"POST {ROOT}/deployments/42/statuses", json({"id": 1}, 201))

    await github.deployment_status(
        REPO, 42, "success", description="d" * 200, environment_url="https://api.test", log_url=""
    )

    assert vendor.sent() == {
        "state": "success",
        "description": "d" * 140,
        "environment_url": "https://api.test",
    }


# the token


async def test_a_token_names_its_user(github, vendor):
    vendor.on("GET /user", json({"login": "pawbot"}))

    assert await github.whoami() == "pawbot"


async def test_an_installations_token_has_no_user(github, vendor):
    vendor.on("GET /user", json({"message": "Resource not accessible by integration"}, 403))

    assert await github.whoami() == "a GitHub App's installation"


async def test_a_revoked_token_is_rejected(github, vendor):
    vendor.on("GET /user", json({"message": "Bad credentials"}, 401))

    with pytest.raises(VendorRejected, match="Bad credentials"):
        await github.whoami()

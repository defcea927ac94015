"""The simulated App Store Connect: who may ask, what it refuses, and Apple's signed webhook."""

import hmac
import json
from datetime import timedelta
from hashlib import sha256

import httpx
import jwt
import pytest

from bot.engine.mobile import AppPlatform
from sandbox.vendors.appstore_hooks import APPSTORE_WEBHOOK_SECRET
from tests.bot.integrations._store_keys import P256
from tests.contracts._stores_served import IOS, Served, wire

VERSIONS = "v1/apps/6450012345/appStoreVersions"


@pytest.fixture
async def stores():
    async with Served() as served:
        yield served


@pytest.fixture
async def ask(stores):
    async with httpx.AsyncClient(base_url=f"{stores.server.url}/appstore", transport=wire()) as http:

        async def asked(token, path=VERSIONS, method="GET", **more):
            return await http.request(method, path, headers={"authorization": f"Bearer {token}"}, **more)

        yield asked


def token(stores, *, private=None, header=None, alg="ES256", life=1200, **changes):
    """Sign a token as Apple wants it, but for what a test changes."""
    key, now = stores.apple.key, stores.now()
    claims = {
        "iss": key.issuer,
        "iat": now,
        "exp": now + timedelta(seconds=life),
        "aud": "appstoreconnect-v1",
    }
    headers = {"kid": key.id, "typ": "JWT"} | (header or {})
    return jwt.encode(claims | changes, private or key.pem, alg, headers=headers)


async def test_whoever_signs_with_its_key_may_ask(stores, ask):
    answer = await ask(token(stores))

    assert answer.status_code == 200
    assert answer.headers["x-rate-limit"].startswith("user-hour-lim:")


@pytest.mark.parametrize(
    "changes",
    [
        {"private": P256},
        {"header": {"kid": "OTHER"}},
        {"header": {"typ": "at+jwt"}},
        {"life": 1201},
        {"life": -1},
        {"aud": "appstoreconnect-v2"},
        {"iss": "somebody"},
        {"private": "a-shared-secret-of-thirty-two-bytes-or-more", "alg": "HS256"},
    ],
    ids=["another key", "another kid", "another typ", "too long", "over", "audience", "issuer", "algorithm"],
)
async def test_any_other_token_is_refused(stores, ask, changes):
    answer = await ask(token(stores, **changes))

    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "NOT_AUTHORIZED"


@pytest.mark.parametrize("given", ["nonsense", "a.b.c"])
async def test_what_is_no_token_is_refused(ask, given):
    assert (await ask(given)).status_code == 401


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("v1/apps/1/appStoreVersions", 404),
        (f"{VERSIONS}?limit=201", 400),
        (f"{VERSIONS}?limit=none", 400),
        ("v1/reviewSubmissions", 400),
        ("v1/appStoreVersions/none", 404),
        ("v1/appStoreVersions/none/appStoreVersionPhasedRelease", 404),
        ("v1/builds", 404),
    ],
)
async def test_what_is_not_there_or_not_as_it_should_be_is_refused_in_apples_shape(stores, ask, path, status):
    answer = await ask(token(stores), path)

    assert answer.status_code == status
    assert answer.json()["errors"][0]["status"] == str(status)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("filter[appVersionState]=WAITING_FOR_REVIEW", ["1.5.0"]),
        ("filter[appVersionState]=WAITING_FOR_REVIEW,READY_FOR_DISTRIBUTION", ["1.5.0", "1.4.0"]),
        ("filter[platform]=TV_OS", []),
        ("limit=1", ["1.5.0"]),
    ],
)
async def test_versions_are_filtered_as_asked(stores, ask, query, shown):
    stores.submit()
    answer = (await ask(token(stores), f"{VERSIONS}?{query}")).json()

    assert [one["attributes"]["versionString"] for one in answer["data"]] == shown


async def test_only_what_is_included_is_named(stores, ask):
    bare = (await ask(token(stores))).json()
    whole = (await ask(token(stores), f"{VERSIONS}?include=build,appStoreVersionPhasedRelease")).json()

    assert "included" not in bare
    assert "data" not in bare["data"][0]["relationships"]["build"]
    assert {one["type"] for one in whole["included"]} == {"builds", "appStoreVersionPhasedReleases"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{}", 400),
        (b'{"data": {"type": "apps", "id": "1", "attributes": {"phasedReleaseState": "PAUSED"}}}', 409),
    ],
)
async def test_a_change_that_says_something_else_than_its_address_is_refused(stores, ask, body, status):
    phased = stores.apple.versions[0].phased.id
    path = f"v1/appStoreVersionPhasedReleases/{phased}"

    assert (await ask(token(stores), path, "PATCH", content=body)).status_code == status


async def test_every_change_of_state_is_told_signed_with_the_versions_id_alone(stores):
    stores.apple.reached_at(stores.server.url)
    stores.submit()
    await stores.reviewed()
    await stores.apple.hooks.settled()

    told = [json.loads(body)["data"] for _, body in stores.heard]
    version = stores.apple.versions[-1]
    words = [
        (one["attributes"]["oldValue"], one["attributes"]["newValue"])
        for one in told
        if one["relationships"]["instance"]["data"] == {"type": "appStoreVersions", "id": version.id}
    ]
    assert sorted(words) == sorted(
        [
            ("PREPARE_FOR_SUBMISSION", "WAITING_FOR_REVIEW"),
            ("WAITING_FOR_REVIEW", "IN_REVIEW"),
            ("IN_REVIEW", "PROCESSING_FOR_DISTRIBUTION"),
            ("PROCESSING_FOR_DISTRIBUTION", "READY_FOR_DISTRIBUTION"),
        ]
    )
    assert {one["type"] for one in told} == {"appStoreVersionAppVersionStateUpdated"}
    for signature, body in stores.heard:
        digest = hmac.new(APPSTORE_WEBHOOK_SECRET.encode(), body, sha256).hexdigest()
        assert signature == f"hmacsha256={digest}"
    assert set(stores.apple.hooks.answers) == {202}


async def test_a_silent_webhook_tells_nothing(stores):
    stores.apple.reached_at(stores.server.url)
    stores.faults.set("appstore.webhook", "silent")
    stores.submit()
    await stores.reviewed()
    await stores.apple.hooks.settled()

    assert stores.heard == []


async def test_a_version_to_be_released_by_hand_waits_for_that(stores):
    stores.apple.release_type = "MANUAL"
    stores.submit()
    await stores.reviewed()
    waiting = (await stores.newest(IOS)).raw
    stores.apple.release(stores.apple.versions[-1])
    await stores.reviewed()

    assert waiting == "PENDING_DEVELOPER_RELEASE"
    assert (await stores.newest(AppPlatform.IOS)).raw == "READY_FOR_DISTRIBUTION"

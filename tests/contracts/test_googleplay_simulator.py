"""The simulated Google Play: who gets a token, and edits as Google keeps them."""

from datetime import timedelta

import httpx
import jwt
import pytest

from tests.bot.integrations._store_keys import RSA
from tests.contracts._stores_served import ANDROID, Served, wire

APP = "androidpublisher/v3/applications/app.pawlogic"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE = "https://www.googleapis.com/auth/androidpublisher"


@pytest.fixture
async def stores():
    async with Served() as served:
        yield served


@pytest.fixture
async def http(stores):
    async with httpx.AsyncClient(base_url=f"{stores.server.url}/googleplay", transport=wire()) as made:
        yield made


@pytest.fixture
async def play(stores, http):
    """Ask with a token."""
    answer = await http.post("token", data={"grant_type": GRANT, "assertion": assertion(stores)})
    http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
    return http


def assertion(stores, *, private=None, life=3600, **changes):
    """Sign what Google gives a token for, but for what a test changes."""
    now, account = stores.now(), stores.google.account
    claims = {
        "iss": account.email,
        "scope": SCOPE,
        "aud": f"{stores.server.url}/googleplay/token",
        "iat": now,
        "exp": now + timedelta(seconds=life),
    }
    return jwt.encode(claims | changes, private or account._pem, "RS256", headers={"kid": account.key_id})


@pytest.mark.parametrize(
    "changes",
    [
        {"private": RSA},
        {"life": 3601},
        {"life": -1},
        {"aud": "https://oauth2.googleapis.com/token"},
        {"iss": "somebody@pawlogic"},
        {"scope": "https://www.googleapis.com/auth/drive"},
    ],
    ids=["another key", "too long", "over", "audience", "issuer", "scope"],
)
async def test_a_wrong_assertion_gets_no_token(stores, http, changes):
    answer = await http.post("token", data={"grant_type": GRANT, "assertion": assertion(stores, **changes)})

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"
    assert stores.google.account.granted == 0


async def test_another_grant_is_not_known(stores, http):
    answer = await http.post("token", data={"grant_type": "password", "assertion": assertion(stores)})

    assert answer.json()["error"] == "unsupported_grant_type"


@pytest.mark.parametrize("given", ["", "Basic eWE6MjkK", "Bearer ya29.made-up"])
async def test_without_a_token_of_its_own_nothing_is_answered(http, given):
    answer = await http.get(f"{APP}/tracks/production/releases", headers={"authorization": given})

    assert answer.status_code == 401
    assert answer.json()["error"]["status"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("androidpublisher/v3/applications/app.other/tracks/production/releases", 404),
        (f"{APP}/tracks/beta/releases", 404),
        (f"{APP}/edits/1/tracks/production", 400),
    ],
)
async def test_what_is_not_there_is_refused_in_googles_shape(play, path, status):
    answer = await play.get(path)

    assert answer.status_code == status
    assert answer.json()["error"]["code"] == status


async def edit(play):
    return (await play.post(f"{APP}/edits")).json()["id"]


async def test_a_commit_ends_every_other_edit(stores, play):
    mine, other = await edit(play), await edit(play)
    await play.post(f"{APP}/edits/{other}:commit")
    answer = await play.get(f"{APP}/edits/{mine}/tracks/production")

    assert answer.json()["error"]["message"] == "This Edit has been deleted."
    assert stores.google.open_edits == 0


async def test_a_careless_commit_costs_the_review_its_place(stores, play):
    stores.submit()
    mine = await edit(play)
    answer = await play.post(f"{APP}/edits/{mine}:commit")

    assert answer.status_code == 200
    assert stores.google.world.cancelled_reviews == 1


async def test_what_an_edit_changes_is_seen_by_nobody_before_it_is_committed(stores, play):
    stores.submit()
    await stores.reviewed()
    mine = await edit(play)
    path = f"{APP}/edits/{mine}/tracks/production"
    releases = (await play.get(path)).json()["releases"]
    releases[0]["status"] = "halted"
    await play.put(path, json={"releases": releases})
    before = (await stores.newest(ANDROID)).halted
    await play.post(f"{APP}/edits/{mine}:commit?changesInReviewBehavior=ERROR_IF_IN_REVIEW")

    assert (before, (await stores.newest(ANDROID)).halted) == (False, True)


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "inProgress"},
        {"status": "completed", "userFraction": 0.5},
        {"status": "inProgress", "userFraction": 1.0},
        {"status": "paused"},
    ],
    ids=["no share", "a share of all", "all as a share", "another word"],
)
async def test_a_share_goes_with_a_rollout_and_with_nothing_else(play, changed):
    mine = await edit(play)
    body = {"releases": [{"name": "1.4.0", "versionCodes": ["140057"]} | changed]}

    answer = await play.put(f"{APP}/edits/{mine}/tracks/production", json=body)

    assert answer.status_code == 400

"""Rules of ``bot/check_sentry.py``: the token and each watched project are looked at, nothing is written."""

from pathlib import Path

import httpx
import pytest

from tests.bot._check import World


@pytest.fixture
def world() -> World:
    return World()


async def test_sentry_in_the_file_without_a_token_is_found(world: World, tmp_path: Path) -> None:
    (bad,) = [one for one in await world.check(tmp_path, sentry_auth_token=None) if not one.ok]

    assert bad.name == "Sentry token"
    assert bad.said.startswith("SENTRY_AUTH_TOKEN is not set, so no errors are watched")
    assert not any("/api/0/" in asked for asked in world.asked)


# what answers, with what, which finding fails, what it says
WRONG = {
    "a refused Sentry token": (
        "/api/0/organizations/pawlogic/",
        httpx.Response(401, json={"detail": "Invalid token"}),
        "Sentry token",
        "Invalid token; set SENTRY_AUTH_TOKEN to the token of an internal integration",
    ),
    "a project Sentry does not have": (
        "/api/0/projects/pawlogic/backend/",
        httpx.Response(404, json={"detail": "The requested resource does not exist"}),
        "Sentry backend",
        "check sentry_project",
    ),
    "issues the Sentry token cannot read": (
        "/api/0/organizations/pawlogic/issues/",
        httpx.Response(403, json={"detail": "You do not have permission to perform this action."}),
        "Sentry backend",
        "Issue & Event: read",
    ),
}


@pytest.mark.parametrize("what", WRONG)
async def test_what_sentry_refuses_is_said_with_what_to_do(what: str, world: World, tmp_path: Path) -> None:
    path, answer, name, said = WRONG[what]
    world.answers[path] = answer

    bad, *others = [finding for finding in await world.check(tmp_path) if not finding.ok]

    assert bad.name == name
    assert said in bad.said
    assert all(other.name == "Sentry mobile" for other in others)  # an app of the same organization
    assert "\n" not in bad.said


async def test_the_project_of_an_app_is_looked_at_as_well(world: World, tmp_path: Path) -> None:
    findings = {one.name: one for one in await world.check(tmp_path)}

    assert findings["Sentry mobile"].said == "issues and error counts can be read"

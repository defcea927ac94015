import pytest

REPO = "/repos/pawlogic/backend"
PLAIN = {"auto_merge": False, "required_contexts": []}


@pytest.fixture
def record(rest):
    async def create(ref="main", **more):
        return await rest.post(f"{REPO}/deployments", json={"ref": ref, "environment": "staging", **more})

    return create


async def test_a_deployment_is_found_again_by_sha_environment_and_its_payload(record, rest, github):
    made = await record(**PLAIN, payload={"pawdeploy_run": 12})
    await record(**PLAIN, payload={"pawdeploy_run": 13}, environment="production")

    found = await rest.get(f"{REPO}/deployments", params={"sha": github.head(), "environment": "staging"})

    assert made.status_code == 201
    assert [(one["id"], one["payload"]) for one in found.json()] == [
        (made.json()["id"], {"pawdeploy_run": 12})
    ]


async def test_by_default_it_merges_instead_of_deploying(record, github):
    answer = await record("feature/pets", required_contexts=[])

    assert answer.status_code == 202
    assert github.deployments == []


async def test_by_default_a_commit_that_is_not_green_is_refused(record, faults, github):
    faults.set("github.checks", "red")
    refused = await record(auto_merge=False)
    allowed = await record(**PLAIN)

    assert (refused.status_code, allowed.status_code) == (409, 201)
    assert len(github.deployments) == 1


async def test_a_success_makes_earlier_ones_of_the_environment_inactive(record, rest, github):
    for _ in range(2):
        made = (await record(**PLAIN)).json()
        await rest.post(f"{REPO}/deployments/{made['id']}/statuses", json={"state": "success"})

    assert [one.statuses[-1].state for one in github.deployments] == ["inactive", "success"]


@pytest.mark.parametrize("body", [{"state": "done"}, {}, {"state": "success", "description": "x" * 141}])
async def test_a_status_github_does_not_know_or_too_long_is_422(record, rest, body):
    made = (await record(**PLAIN)).json()

    answer = await rest.post(f"{REPO}/deployments/{made['id']}/statuses", json=body)

    assert answer.status_code == 422


async def test_statuses_come_newest_first(record, rest):
    made = (await record(**PLAIN)).json()
    for state in ("in_progress", "success"):
        await rest.post(f"{REPO}/deployments/{made['id']}/statuses", json={"state": state})

    told = (await rest.get(f"{REPO}/deployments/{made['id']}/statuses")).json()

    assert [one["state"] for one in told] == ["success", "in_progress"]

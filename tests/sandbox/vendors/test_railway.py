import pytest

SHA, OLD = "a" * 40, "b" * 40
DEPLOY = """mutation d($sha: String!, $env: String = "env-staging") {
  serviceInstanceDeployV2(serviceId: "service", environmentId: $env, commitSha: $sha) }"""
LOOK = "query l($id: String!) { deployment(id: $id) { status meta } }"
EVENTS = """query e($id: String!) {
  deploymentEvents(id: $id) { edges { node { step payload { error } } } } }"""
LIST = """query l($input: DeploymentListInput!, $first: Int, $after: String) {
  deployments(input: $input, first: $first, after: $after) {
    edges { cursor node { id status } } pageInfo { hasNextPage endCursor } } }"""
CANCEL = "mutation c($id: String!) { deploymentCancel(id: $id) }"
APPROVE = "mutation a($id: String!) { deploymentApprove(id: $id) }"


@pytest.fixture
def start(gql):
    async def deploy(sha=SHA):
        return (await gql(DEPLOY, sha=sha))["data"]["serviceInstanceDeployV2"]

    return deploy


@pytest.fixture
def status(gql):
    async def look(deployment):
        return (await gql(LOOK, id=deployment))["data"]["deployment"]["status"]

    return look


async def test_a_deployment_passes_through_its_statuses_as_time_does(start, status, clock):
    deployment = await start()
    seen = [await status(deployment)]
    for seconds in (0.3, 0.7, 0.6):
        clock.wait(seconds)
        seen.append(await status(deployment))

    assert seen == ["QUEUED", "BUILDING", "DEPLOYING", "SUCCESS"]


async def test_success_removes_the_one_before_and_a_failure_leaves_it_live(
    start, status, clock, faults, railway
):
    railway.arrive("api", "staging", OLD)
    first = await start()
    clock.wait(2)
    faults.set("railway.deployment", "fails")
    second = await start("c" * 40)
    clock.wait(2)

    assert [d.status for d in railway.deployments] == ["REMOVED", "SUCCESS", "FAILED"]
    assert (await status(first), await status(second)) == ("SUCCESS", "FAILED")
    assert railway.live("api", "staging") == SHA
    assert railway.live_before("api", "staging") == OLD


@pytest.mark.parametrize(
    ("fate", "end"),
    [
        ("fails", "FAILED"),
        ("pre-deploy fails", "FAILED"),
        ("crashes", "CRASHED"),
        ("skipped", "SKIPPED"),
        ("removed", "REMOVED"),
        ("needs_approval", "NEEDS_APPROVAL"),
        ("never ends", "BUILDING"),
    ],
)
async def test_the_knob_decides_how_a_deployment_ends(start, status, clock, faults, railway, fate, end):
    railway.arrive("api", "staging", OLD)
    faults.set("railway.deployment", fate)
    deployment = await start()
    clock.wait(3600)

    assert await status(deployment) == end
    assert railway.live("api", "staging") == OLD


async def test_a_failed_pre_deploy_command_is_named_by_the_events(start, gql, clock, faults):
    faults.set("railway.deployment", "pre-deploy fails")
    deployment = await start()
    clock.wait(2)

    edges = (await gql(EVENTS, id=deployment))["data"]["deploymentEvents"]["edges"]

    assert edges[-1]["node"] == {
        "step": "PRE_DEPLOY_COMMAND",
        "payload": {"error": "exit code 1: alembic upgrade head"},
    }


async def test_a_stuck_build_goes_on_from_the_moment_the_knob_is_turned_back(start, status, clock, faults):
    faults.set("railway.deployment", "never ends")
    deployment = await start()
    clock.wait(500)
    faults.set("railway.deployment", "succeeds")
    just_after = await status(deployment)
    clock.wait(1)

    assert (just_after, await status(deployment)) == ("DEPLOYING", "SUCCESS")


async def test_what_waits_for_approval_goes_on_once_approved(start, status, gql, clock, faults):
    faults.set("railway.deployment", "needs_approval")
    deployment = await start()
    clock.wait(1)
    assert await status(deployment) == "NEEDS_APPROVAL"

    await gql(APPROVE, id=deployment)
    clock.wait(2)

    assert await status(deployment) == "SUCCESS"


async def test_speed_fast_takes_a_tenth(start, status, clock, faults):
    faults.set("railway.speed", "fast")
    deployment = await start()
    clock.wait(0.16)

    assert await status(deployment) == "SUCCESS"


async def test_cancelling_ends_in_removed_and_what_has_ended_is_refused(start, status, gql, clock):
    deployment = await start()
    done = await gql(CANCEL, id=deployment)
    again = await gql(CANCEL, id=deployment)

    assert done["data"] == {"deploymentCancel": True}
    assert await status(deployment) == "REMOVED"
    assert "already ended" in again["errors"][0]["message"]


@pytest.mark.parametrize("token", ["", "nonsense", "token-production"])
async def test_a_token_opens_its_own_environment_and_nothing_else(gql, railway, token):
    answer = await gql(DEPLOY, token=token, sha=SHA)

    assert answer["errors"][0]["message"] == "Not Authorized"
    assert railway.deployments == []
    assert railway.starts == 0


async def test_starts_counts_what_was_asked_for_not_what_was_seeded(start, railway):
    railway.arrive("api", "staging", OLD)
    await start()
    await start()

    assert railway.starts == 2
    assert [d.sha for d in railway.started("api", "staging")] == [SHA, SHA]


async def test_the_list_is_newest_first_filtered_and_paged(start, gql, clock, railway):
    railway.arrive("api", "staging", OLD)
    clock.wait(1)
    await start()
    clock.wait(2)
    last = await start()
    where = {"projectId": "project", "environmentId": "env-staging", "serviceId": "service"}

    page = (await gql(LIST, input=where, first=2))["data"]["deployments"]
    rest = (await gql(LIST, input=where, first=2, after=page["pageInfo"]["endCursor"]))["data"]["deployments"]
    good = (await gql(LIST, input={**where, "status": {"in": ["SUCCESS"]}}))["data"]["deployments"]

    assert [edge["node"]["status"] for edge in page["edges"]] == ["QUEUED", "SUCCESS"]
    assert page["edges"][0]["node"]["id"] == last
    assert page["pageInfo"]["hasNextPage"] is True
    assert [edge["node"]["status"] for edge in rest["edges"]] == ["REMOVED"]
    assert len(good["edges"]) == 1


async def test_what_came_by_railway_up_has_no_commit_in_its_meta(gql, railway):
    deployment = railway.arrive("api", "staging", SHA, uploaded=True)

    meta = (await gql(LOOK, id=deployment.id))["data"]["deployment"]["meta"]

    assert "commitHash" not in meta
    assert railway.live("api", "staging") == SHA


async def test_a_document_the_schema_does_not_know_is_refused(gql):
    # An example of the vendor's own docs: the mutation returns a Boolean.
    answer = await gql('mutation { deploymentRollback(id: "x") { id } }')

    assert "must not have a selection" in answer["errors"][0]["message"]


async def test_an_incident_shows_in_the_platform_status(gql, faults):
    faults.set("railway.platform", "incident")

    answer = await gql("{ platformStatus { isStable incident { message status } } }")
    told = answer["data"]["platformStatus"]

    assert told["isStable"] is False
    assert told["incident"]["status"] == "INVESTIGATING"

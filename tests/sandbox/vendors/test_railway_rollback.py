"""Rules of the simulated Railway's rollbacks, kept images and automatic deploys."""

import pytest

SHA, OLD = "a" * 40, "b" * 40
BACK = "mutation r($id: String!) { deploymentRollback(id: $id) }"
KEPT = "query k($id: String!) { deployment(id: $id) { canRollback } }"
AUTO = """query a { serviceInstanceAutoDeployStatus(
  projectId: "project", environmentId: "env-staging", serviceId: "service") { enabled canEnable } }"""
SWITCH = """mutation s($on: Boolean!) { serviceInstanceAutoDeployUpdate(input: {
  projectId: "project", environmentId: "env-staging", serviceId: "service", enabled: $on}) { enabled } }"""


@pytest.fixture
def old(railway, clock):
    first = railway.arrive("api", "staging", OLD)
    clock.wait(60)
    railway.arrive("api", "staging", SHA)
    return first


async def test_a_rollback_is_a_new_deployment_of_the_old_commit_without_a_build(gql, railway, clock, old):
    answer = await gql(BACK, id=old.id)

    (made,) = railway.rolled_back("api", "staging")
    assert answer == {"data": {"deploymentRollback": True}}
    assert (made.sha, made.status, made.id != old.id) == (OLD, "QUEUED", True)
    assert railway.live("api", "staging") == SHA
    clock.wait(0.5)
    assert railway.live("api", "staging") == OLD
    assert railway.live_before("api", "staging") == SHA
    assert [event.step for event in made.events] == ["CREATE_CONTAINER", "HEALTHCHECK"]
    assert railway.starts == 0


@pytest.mark.parametrize(("fate", "end"), [("fails", "FAILED"), ("never ends", "DEPLOYING")])
async def test_a_rollback_that_does_not_work_leaves_what_was_live(
    gql, railway, faults, clock, old, fate, end
):
    faults.set("railway.rollback", fate)
    await gql(BACK, id=old.id)
    clock.wait(60)

    (made,) = railway.rolled_back("api", "staging")
    assert (made.status, railway.live("api", "staging")) == (end, SHA)


async def test_a_stuck_rollback_goes_on_when_the_knob_is_turned_back(gql, railway, faults, clock, old):
    faults.set("railway.rollback", "never ends")
    await gql(BACK, id=old.id)
    clock.wait(60)
    assert railway.live("api", "staging") == SHA
    faults.set("railway.rollback", "works")

    assert railway.live("api", "staging") == OLD


async def test_a_lost_answer_is_a_rollback_all_the_same(gql, railway, faults, clock, old):
    faults.set("railway.rollback", "lost answer")

    answer = await gql(BACK, id=old.id)
    clock.wait(1)

    assert answer["errors"][0]["message"] == "Problem processing request"
    assert railway.live("api", "staging") == OLD


async def test_the_deployments_knob_leaves_rollbacks_alone(gql, railway, faults, clock, old):
    faults.set("railway.deployment", "fails")
    await gql(BACK, id=old.id)
    clock.wait(1)

    assert railway.live("api", "staging") == OLD


@pytest.mark.parametrize("how", ["forgotten", "gone"])
async def test_an_image_that_is_gone_cannot_be_rolled_back_to(gql, railway, faults, old, how):
    before = await gql(KEPT, id=old.id)
    if how == "forgotten":
        railway.forget_image(old.id)
    else:
        faults.set("railway.image", "gone")

    after, answer = await gql(KEPT, id=old.id), await gql(BACK, id=old.id)

    assert before["data"]["deployment"]["canRollback"] is True
    assert after["data"]["deployment"]["canRollback"] is False
    assert "no longer kept" in answer["errors"][0]["message"]
    assert railway.rolled_back("api", "staging") == []


async def test_an_image_nobody_has_cannot_be_forgotten(railway):
    with pytest.raises(LookupError):
        railway.forget_image("no-such-deployment")


async def test_another_environments_token_rolls_nothing_back(gql, railway, old):
    answer = await gql(BACK, token="token-production", id=old.id)

    assert answer["errors"][0]["message"] == "Not Authorized"
    assert railway.rolled_back("api", "staging") == []


async def test_automatic_deploys_are_off_until_switched_on(gql, railway):
    assert (await gql(AUTO))["data"]["serviceInstanceAutoDeployStatus"] == {
        "enabled": False,
        "canEnable": True,
    }
    assert (await gql(SWITCH, on=True))["data"]["serviceInstanceAutoDeployUpdate"] == {"enabled": True}
    assert (await gql(AUTO))["data"]["serviceInstanceAutoDeployStatus"]["enabled"] is True
    assert railway.auto_deploys == {("api", "staging"): True}


async def test_another_environments_token_switches_nothing(gql, railway):
    answer = await gql(SWITCH, token="token-production", on=True)

    assert answer["errors"][0]["message"] == "Not Authorized"
    assert railway.auto_deploys == {}


async def test_a_push_to_main_deploys_by_itself_only_where_that_is_on(railway, github, clock):
    github.on_push = railway.pushed
    railway.auto_deploys["api", "staging"] = True

    sha = github.push("main", "Ship me")
    github.push("feature/pets", "Not me")
    clock.wait(3)

    assert railway.live("api", "staging") == sha
    assert railway.live("api", "production") == ""
    assert railway.started("api", "staging") == []  # nobody asked for it

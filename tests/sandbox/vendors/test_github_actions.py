import pytest

REPO = "/repos/pawlogic/backend"
WORKFLOW = f"{REPO}/actions/workflows/backend-deploy.yml"
MIGRATE = f"{REPO}/actions/workflows/migrate.yml"
NEW, OLD = {"X-GitHub-Api-Version": "2026-03-10"}, {"X-GitHub-Api-Version": "2022-11-28"}


@pytest.fixture
def dispatch(rest, github):
    async def send(headers=NEW, ref="main", workflow=WORKFLOW, **more):
        inputs = {
            "sha": github.head(),
            "environment": "staging",
            "service": "api",
            "pawdeploy_run": "12",
        }
        body = {"ref": ref, "inputs": inputs, **more}
        return await rest.post(f"{workflow}/dispatches", json=body, headers=headers)

    return send


async def test_a_dispatch_names_its_run_when_version_or_body_asks(dispatch, github):
    new = await dispatch()
    asked = await dispatch(OLD, return_run_details=True)
    silent = await dispatch(OLD)

    assert [answer.status_code for answer in (new, asked, silent)] == [200, 200, 204]
    assert [new.json()["workflow_run_id"], asked.json()["workflow_run_id"]] == [
        run.id for run in github.runs[:2]
    ]


async def test_a_dispatch_may_be_made_to_name_nothing(dispatch, github):
    github.state.dispatch_tells_run = False

    assert (await dispatch()).status_code == 204
    assert len(github.runs) == 1


@pytest.mark.parametrize("more", [{"ref": "gone"}, {"inputs": {"nonsense": "1"}}])
async def test_a_dispatch_on_an_unknown_ref_or_with_unknown_inputs_is_422(dispatch, github, more):
    assert (await dispatch(**more)).status_code == 422
    assert github.runs == []


async def test_a_migration_taken_back_is_named_and_decided_by_the_knob_of_workflows(
    dispatch, github, faults, clock
):
    given = {"sha": github.head(), "environment": "staging", "service": "api", "pawdeploy_run": "12"}
    faults.set("github.migration", "fails")
    await dispatch(workflow=MIGRATE, inputs=given | {"action": "downgrade"})
    await dispatch(workflow=MIGRATE, inputs=given | {"action": "upgrade"})
    clock.wait(60)
    back, forth = github.runs

    assert (back.title.split()[0], back.conclusion) == ("Downgrade", "success")
    assert (forth.title.split()[0], forth.conclusion) == ("Migrate", "failure")
    assert back.inputs["action"] == "downgrade"


async def test_a_deploy_declares_no_action(dispatch, github):
    given = {"sha": github.head(), "environment": "staging", "service": "api", "pawdeploy_run": "12"}

    assert (await dispatch(inputs=given | {"action": "update"})).status_code == 422


async def test_an_unknown_workflow_is_404(rest):
    answer = await rest.post(f"{REPO}/actions/workflows/nope.yml/dispatches", json={"ref": "main"})

    assert answer.status_code == 404


async def test_a_run_that_succeeds_has_delivered_the_commit(dispatch, rest, clock, railway, github):
    run = (await dispatch()).json()["workflow_run_id"]
    states = []
    for seconds in (0, 0.3, 1.2):
        clock.wait(seconds)
        told = (await rest.get(f"{REPO}/actions/runs/{run}")).json()
        states.append((told["status"], told["conclusion"]))

    assert states == [("queued", None), ("in_progress", None), ("completed", "success")]
    assert railway.live("api", "staging") == github.head()
    assert railway.starts == 0


async def test_a_run_that_fails_delivers_nothing_and_its_log_says_why(dispatch, rest, clock, faults, railway):
    faults.set("github.workflow", "fails")
    run = (await dispatch()).json()["workflow_run_id"]
    clock.wait(2)

    told = (await rest.get(f"{REPO}/actions/runs/{run}")).json()
    job = (await rest.get(f"{REPO}/actions/runs/{run}/jobs")).json()["jobs"][0]
    moved = await rest.get(f"{REPO}/actions/jobs/{job['id']}/logs")
    log = await rest.get(moved.headers["location"], headers={"Authorization": ""})

    assert told["conclusion"] == job["conclusion"] == "failure"
    assert job["steps"][-1]["conclusion"] == "failure"
    assert moved.status_code == 302
    assert "exit code 1" in log.text
    assert railway.live("api", "staging") == ""


async def test_runs_are_found_by_event_and_the_run_number_in_their_title(dispatch, rest):
    await dispatch()

    told = (await rest.get(f"{WORKFLOW}/runs", params={"event": "workflow_dispatch"})).json()

    assert told["total_count"] == 1
    assert told["workflow_runs"][0]["display_title"].endswith("(pawdeploy run 12)")


async def test_a_run_can_be_cancelled_until_it_has_ended(dispatch, rest, clock):
    run = (await dispatch()).json()["workflow_run_id"]

    first = await rest.post(f"{REPO}/actions/runs/{run}/cancel")
    second = await rest.post(f"{REPO}/actions/runs/{run}/cancel")

    assert (first.status_code, second.status_code) == (202, 409)
    assert (await rest.get(f"{REPO}/actions/runs/{run}")).json()["conclusion"] == "cancelled"


async def test_a_run_that_never_ends_goes_on_once_the_knob_is_turned_back(dispatch, rest, clock, faults):
    faults.set("github.workflow", "never ends")
    run = (await dispatch()).json()["workflow_run_id"]
    clock.wait(900)
    stuck = (await rest.get(f"{REPO}/actions/runs/{run}")).json()["status"]
    faults.set("github.workflow", "succeeds")

    assert stuck == "in_progress"
    assert (await rest.get(f"{REPO}/actions/runs/{run}")).json()["status"] == "completed"


async def test_a_migration_delivers_nothing_and_is_listed_by_itself(dispatch, rest, clock, railway):
    await dispatch()
    run = (await dispatch(workflow=MIGRATE)).json()["workflow_run_id"]
    clock.wait(60)
    listed = (await rest.get(f"{MIGRATE}/runs")).json()["workflow_runs"]
    jobs = (await rest.get(f"{REPO}/actions/runs/{run}/jobs")).json()["jobs"]

    assert [one["id"] for one in listed] == [run]
    assert listed[0]["name"].startswith("Migrate ")
    assert jobs[0]["name"] == "migrate"
    assert len(railway.deployments) == 1  # the other one's


@pytest.mark.parametrize(
    ("fate", "end"),
    [
        ("succeeds", ("completed", "success")),
        ("fails", ("completed", "failure")),
        ("never ends", ("in_progress", None)),
    ],
)
async def test_a_migration_ends_as_its_own_knob_says(dispatch, github, faults, clock, railway, fate, end):
    faults.set("github.migration", fate)
    await dispatch(workflow=MIGRATE)
    await dispatch()
    clock.wait(60)
    migration, deploy = github.runs

    assert (migration.status, migration.conclusion) == end
    assert (deploy.status, deploy.conclusion) == ("completed", "success")
    assert len(railway.deployments) == 1


async def test_a_failing_deploy_leaves_migrations_alone(dispatch, github, faults, clock):
    faults.set("github.workflow", "fails")
    await dispatch(workflow=MIGRATE)
    clock.wait(60)

    assert github.runs[0].conclusion == "success"

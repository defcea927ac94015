"""Rules of shipping with Railway, against answers shaped like its schema."""

from datetime import UTC, datetime

import httpx
import pytest

from bot.engine.shipping import Phase
from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.railway import auth_headers
from tests.bot.integrations.railway._answers import SHA, data, error, listing, node

PAGE = "https://railway.com/project/p-1/service/s-1?environmentId=e-1&id="


def test_a_project_token_and_a_workspace_token_travel_in_their_own_headers():
    assert auth_headers("t", "project") == {"Project-Access-Token": "t"}
    assert auth_headers("t", "workspace") == {"Authorization": "Bearer t"}


# before


async def test_a_stable_platform_has_nothing_to_say(railway, answers):
    answers(data(platformStatus={"isStable": True, "incident": None, "maintenance": None}))

    platform = await railway.platform()

    assert (platform.stable, platform.note) == (True, "")


async def test_an_incident_is_named_with_its_page(railway, answers):
    incident = {"message": "Builds delayed", "status": "INVESTIGATING", "url": "https://status.test/1"}
    over = {"message": "Upgrade", "status": "COMPLETED", "url": "https://status.test/2"}
    answers(data(platformStatus={"isStable": False, "incident": incident, "maintenance": over}))

    platform = await railway.platform()

    assert not platform.stable
    assert platform.note == "Builds delayed (investigating) https://status.test/1"


async def test_deployments_come_newest_first_with_commit_page_and_time(railway, answers, vendor, target):
    answers(listing(node("old", created="2026-11-23T09:00:00Z"), node("new", "QUEUED")))

    first, second = await railway.deployments(target)

    assert [first.id, second.id] == ["new", "old"]
    assert (first.sha, first.page) == (SHA, PAGE + "new")
    assert first.since == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert vendor.sent()["variables"] == {
        "input": {"projectId": "p-1", "environmentId": "e-1", "serviceId": "s-1"},
        "first": 20,
    }


@pytest.mark.parametrize(
    "meta", [None, {}, {"commitHash": None}, {"commitHash": 7}, {"commitHash": "main"}, [], "x"]
)
async def test_a_deployment_whose_commit_is_not_told_has_none(railway, answers, target, meta):
    answers(listing({**node(), "meta": meta}))

    (one,) = await railway.deployments(target)

    assert one.sha == ""


async def test_live_is_the_newest_that_succeeded_since_it_did(railway, answers, vendor, target):
    answers(
        listing(
            node("older", created="2026-11-23T08:00:00Z"),
            node("newer", statusUpdatedAt="2026-11-23T10:04:00Z"),
        )
    )

    live = await railway.live(target)

    assert live is not None
    assert (live.id, live.since) == ("newer", datetime(2026, 11, 23, 10, 4, tzinfo=UTC))
    assert vendor.sent()["variables"]["input"]["status"] == {"in": ["SUCCESS", "SLEEPING"]}


async def test_nothing_live_is_none(railway, answers, target):
    answers(listing())

    assert await railway.live(target) is None


# starting


async def test_starting_names_service_environment_and_full_commit(railway, answers, vendor, target):
    answers(data(serviceInstanceDeployV2="d-9"))

    shipment = await railway.start(target, SHA, run=12)

    assert (shipment.id, shipment.sha, shipment.page) == ("d-9", SHA, PAGE + "d-9")
    assert vendor.sent()["variables"] == {"serviceId": "s-1", "environmentId": "e-1", "commitSha": SHA}
    assert vendor.asked[0].headers["project-access-token"] == "t0ken"


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.Response(500),
        httpx.Response(429, headers={"retry-after": "1"}),
        httpx.ReadTimeout("slow"),
        httpx.ReadError("reset"),
        httpx.Response(200, text="{"),
        httpx.Response(200, json={"data": {"serviceInstanceDeployV2": None}}),
        httpx.Response(200, json={"errors": [{"message": "Problem processing request"}]}),
    ],
)
async def test_a_start_with_an_unknown_effect_is_unavailable_and_never_repeated(
    railway, answers, vendor, target, trouble
):
    answers(trouble)

    with pytest.raises(VendorUnavailable, match="starting a deployment"):
        await railway.start(target, SHA, run=12)
    assert len(vendor.asked) == 1


@pytest.mark.parametrize(
    "refusal", [httpx.Response(401), httpx.Response(403), httpx.Response(404), error("Not Authorized")]
)
async def test_a_refused_start_is_rejected(railway, answers, target, refusal):
    answers(refusal)

    with pytest.raises(VendorRejected):
        await railway.start(target, SHA, run=12)


# following


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ("QUEUED", Phase.QUEUED),
        ("WAITING", Phase.QUEUED),
        ("INITIALIZING", Phase.QUEUED),
        ("BUILDING", Phase.BUILDING),
        ("DEPLOYING", Phase.DEPLOYING),
        ("SUCCESS", Phase.LIVE),
        ("SLEEPING", Phase.LIVE),
        ("SKIPPED", Phase.SKIPPED),
        ("REMOVED", Phase.REMOVED),
        ("NEEDS_APPROVAL", Phase.NEEDS_APPROVAL),
        ("REMOVING", Phase.UNKNOWN),
        ("TELEPORTING", Phase.UNKNOWN),
    ],
)
async def test_a_status_is_said_in_our_words_and_kept_raw(railway, answers, target, status, phase):
    answers(data(deployment=node(status=status)))

    progress = await railway.look(target, "d-1")

    assert (progress.phase, progress.raw, progress.page) == (phase, status, PAGE + "d-1")


@pytest.mark.parametrize(("status", "phase"), [("FAILED", Phase.FAILED), ("CRASHED", Phase.CRASHED)])
async def test_a_failure_names_the_part_that_failed(railway, answers, target, status, phase):
    def event(step, at, payload):
        return {"node": {"step": step, "createdAt": at, "completedAt": None, "payload": payload}}

    events = [
        event("BUILD_IMAGE", "2026-11-23T10:00:00Z", {"error": None}),
        event("PRE_DEPLOY_COMMAND", "2026-11-23T10:01:00Z", {"error": "exit code 1"}),
        event("DRAIN_INSTANCES", "2026-11-23T10:02:00Z", None),
    ]
    answers(data(deployment=node(status=status)), data(deploymentEvents={"edges": events}))

    progress = await railway.look(target, "d-1")

    assert (progress.phase, progress.failing) == (phase, "PRE_DEPLOY_COMMAND: exit code 1")


@pytest.mark.parametrize("events", [error("Not Authorized"), data(deploymentEvents={"edges": []})])
async def test_a_failure_stands_even_when_nobody_says_which_part(railway, answers, target, events):
    answers(data(deployment=node(status="FAILED")), events)

    progress = await railway.look(target, "d-1")

    assert (progress.phase, progress.failing) == (Phase.FAILED, "")


async def test_a_look_is_repeated_through_passing_trouble(railway, answers, vendor, target):
    answers(httpx.Response(503), error("Problem processing request"), data(deployment=node()))

    assert (await railway.look(target, "d-1")).phase is Phase.LIVE
    assert len(vendor.asked) == 3


@pytest.mark.parametrize("broken", [None, {}, {"id": "d-1"}, {**node(), "createdAt": "yesterday"}, []])
async def test_an_answer_of_another_shape_is_unavailable(railway, answers, target, broken):
    answers(data(deployment=broken))

    with pytest.raises(VendorUnavailable, match="an answer we cannot read"):
        await railway.look(target, "d-1")

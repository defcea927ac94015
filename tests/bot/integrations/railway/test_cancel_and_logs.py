"""Rules of cancelling, logs and tokens at Railway, against answers shaped like its schema."""

import pytest

from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.railway import Railway, auth_headers
from tests.bot.integrations.railway._answers import API, data, error, listing, node


async def test_cancelling_names_the_deployment(railway, answers, vendor, target):
    answers(data(deploymentCancel=True))

    await railway.cancel(target, "d-1")

    assert vendor.sent()["variables"] == {"id": "d-1"}


@pytest.mark.parametrize("refusal", [error("Deployment cannot be cancelled"), data(deploymentCancel=False)])
@pytest.mark.parametrize("status", ["SUCCESS", "FAILED", "CRASHED", "SKIPPED", "REMOVED"])
async def test_cancelling_what_has_ended_is_fine(railway, answers, target, status, refusal):
    answers(refusal, data(deployment=node(status=status)))

    await railway.cancel(target, "d-1")


@pytest.mark.parametrize("refusal", [error("Deployment cannot be cancelled"), data(deploymentCancel=False)])
async def test_a_cancel_refused_while_it_goes_on_is_said(railway, answers, target, refusal):
    answers(refusal, data(deployment=node(status="DEPLOYING")))

    with pytest.raises(VendorRejected, match="cancelling a deployment"):
        await railway.cancel(target, "d-1")


async def test_the_last_lines_are_plain_ordered_and_few(railway, answers, target):
    lines = [
        {"timestamp": f"2026-11-23T10:00:{second:02}Z", "message": f"\x1b[31mline {second}\x1b[0m\n"}
        for second in reversed(range(30))
    ]
    answers(data(deploymentLogs=[*lines, {"timestamp": "2026-11-23T10:01:00Z", "message": " \n"}]))

    assert await railway.last_lines(target, "d-1", limit=3) == ("line 27", "line 28", "line 29")


async def test_the_build_speaks_when_the_service_never_ran(railway, answers, vendor, target):
    build = [{"timestamp": "2026-11-23T10:00:00Z", "message": "Step 1\nerror: no Dockerfile"}]
    answers(data(deploymentLogs=[]), data(buildLogs=build))

    assert await railway.last_lines(target, "d-1") == ("Step 1", "error: no Dockerfile")
    assert vendor.sent()["variables"] == {"id": "d-1", "limit": 15}


async def test_a_log_of_another_shape_is_unavailable(railway, answers, target):
    answers(data(deploymentLogs=None))

    with pytest.raises(VendorUnavailable, match="a log we cannot read"):
        await railway.last_lines(target, "d-1")


# the token


async def test_a_project_token_says_what_it_opens(railway, answers):
    answers(data(projectToken={"project": {"name": "PawLogic"}, "environment": {"name": "staging"}}))

    assert await railway.whoami() == "project token of PawLogic, environment staging"


async def test_a_workspace_token_says_what_it_opens(connect, answers, at_once):
    answers(data(apiToken={"workspaces": [{"name": "PawLogic"}]}))
    railway = Railway(connect(API, auth_headers("t", "workspace")), retry=at_once)

    assert await railway.whoami() == "workspace token of PawLogic"


async def test_pages_are_where_a_test_double_serves_them(connect, answers, target, vendor):
    vendor.on("POST /railway/graphql/v2", listing(node()))
    (one,) = await Railway(connect("http://127.0.0.1:8787/railway/graphql/v2")).deployments(target)

    assert one.page.startswith("http://127.0.0.1:8787/railway/project/p-1/service/s-1?")


async def test_a_log_line_is_handed_on_without_secrets_and_not_without_end(railway, answers, target):
    said = "could not connect to postgresql://app:hush-hush@db.internal/pets"
    lines = [{"timestamp": "1", "message": said}, {"timestamp": "2", "message": "x" * 100_000}]
    answers(data(deploymentLogs=lines))

    first, second = await railway.last_lines(target, "d-1")
    assert first == "could not connect to postgresql://[hidden]@db.internal/pets"
    assert len(second) == 1000

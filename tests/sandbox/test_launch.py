import asyncio
import json
import os
import signal
import sys
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.errors import StartupError
from bot.integrations._http import build_http
from bot.integrations.orchestrator import Orchestrator
from sandbox.bot_process import ROOT
from sandbox.launch import Sandbox
from sandbox.vendors.places import token_for


@pytest.fixture
async def box(tmp_path):
    async with Sandbox(state=tmp_path, bot=False) as box:
        yield box


@pytest.fixture
async def web(box):
    async with httpx.AsyncClient(base_url=box.url) as http:
        yield http


async def test_staging_is_ahead_of_production_and_main_ahead_of_staging(box):
    history = [commit.sha for commit in box.github.repo.log(box.github.repo.resolve("main"))]

    staging = history.index(box.railway.live("api", "staging"))
    production = history.index(box.railway.live("api", "production"))

    assert 0 < staging < production


async def test_what_is_served_is_what_is_live(box, web):
    for environment in ("staging", "production"):
        told = (await web.get(f"/backend/api/{environment}/health")).json()
        assert told["commit"] == box.railway.live("api", environment)


async def test_the_orchestrator_takes_what_is_signed_as_the_bot_is_told(tmp_path):
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    async with Sandbox(state=tmp_path, bot=False, now=lambda: long_ago) as box:
        told = box.process._environment
        async with build_http(told["ORCHESTRATOR_URL"]) as http:
            orchestrator = Orchestrator(http, told["ORCHESTRATOR_SECRET"])
            await orchestrator.send("inc-3", "incident.resolved", {"number": 3})
        async with httpx.AsyncClient(base_url=box.url) as web:
            assert "incident.resolved" in (await web.get("/orchestrator")).text

    assert [one.data for one in box.orchestrator.reports] == [{"number": 3}]


async def test_every_link_of_an_answer_leads_back_into_the_sandbox(box, web):
    token = {"Authorization": "Bearer sandbox-github-token"}
    commit = (await web.get("/github/repos/pawlogic/backend/commits/main", headers=token)).json()
    deployment = box.railway.deployments[-1]

    pages = [commit["html_url"], f"{box.url}/railway/deployment/{deployment.id}"]

    assert all(page.startswith(box.url) for page in pages)
    assert [(await web.get(page)).status_code for page in pages] == [200, 200]


async def test_a_deployment_that_waits_is_approved_on_its_page(tmp_path):
    at = datetime(2026, 11, 23, tzinfo=UTC)
    async with Sandbox(state=tmp_path, bot=False, now=lambda: at) as box:
        box.faults.set("railway.deployment", "needs_approval")
        place = box.railway.place("api", "staging")
        body = {
            "query": "mutation d($s: String!, $e: String!, $c: String!)"
            " { serviceInstanceDeployV2(serviceId: $s, environmentId: $e, commitSha: $c) }",
            "variables": {"s": place.service_id, "e": place.environment_id, "c": box.github.head()},
        }
        async with httpx.AsyncClient(base_url=box.url) as web:
            headers = {"Project-Access-Token": place.token}
            made = (await web.post("/railway/graphql/v2", json=body, headers=headers)).json()
            page = f"/railway/deployment/{made['data']['serviceInstanceDeployV2']}"
            at += timedelta(seconds=1)
            before = (await web.get(page)).text
            answer = await web.post(f"{page}/approve")
            after = (await web.get(answer.headers["location"])).text

    assert f'action="{box.url}{page}/approve"' in before
    assert answer.status_code == 303
    assert ("NEEDS_APPROVAL" in before, "NEEDS_APPROVAL" in after) == (True, False)


async def test_knobs_are_listed_and_turned_over_http(box, web):
    turned = await web.post("/_faults", json={"name": "backend.health", "value": "bad"})
    listed = {knob["name"]: knob["value"] for knob in (await web.get("/_faults")).json()}

    assert turned.json()["ok"] is True
    assert listed["backend.health"] == "bad"
    assert (await web.get("/backend/api/staging/health")).status_code == 503


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"name": "backend.health", "value": "odd"}, "invalid_value"),
        ({"name": "backend.mood", "value": "bad"}, "unknown_fault"),
        ({"name": "backend.health"}, "unknown_fault"),
        ([], "invalid_value"),
    ],
)
async def test_a_turn_that_makes_no_sense_is_refused(web, body, error):
    answer = await web.post("/_faults", json=body)

    assert (answer.status_code, answer.json()["error"]) == (400, error)


async def test_what_services_stand_on_is_there_and_heartbeats_are_counted(box, web):
    token = {"Authorization": f"Bearer {token_for('SUPABASE_TOKEN')}"}
    supabase = await web.get("/supabase/v1/projects/x/health?services=db", headers=token)
    pings = [await web.get("/upstash/ping", headers=token), await web.get("/statuspage/api/v2/status.json")]
    await web.post("/heartbeat")

    assert [answer.status_code for answer in (supabase, *pings)] == [200] * 3
    assert box.dependencies.heartbeats == 1


async def test_sentry_tells_the_bot_and_its_links_lead_back(box, web):
    box.sentry.hooks.waiting = []
    issue = await box.sentry.new_issue()
    created, _ = box.sentry.hooks.waiting
    told = json.loads(created.body)["data"]["issue"]

    assert box.sentry.hooks.target == f"{box.process.url}/hooks/sentry"
    assert issue.first_release == box.railway.live("api", "production")
    assert (await web.get(told["web_url"])).status_code == 200


async def test_a_dropped_connection_is_dropped_without_an_answer(box, web):
    box.faults.set("github.answers", "reset")

    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await web.get("/github/user")


async def test_two_sandboxes_cannot_share_a_port_and_the_second_says_what_to_do(box):
    with pytest.raises(StartupError, match=f"port {box.port} is taken; try: pawdeploy sandbox --port 0"):
        async with Sandbox(box.port, bot=False):
            pass


async def test_the_bot_is_killed_started_again_and_goes_on_where_it_was(tmp_path):
    async with Sandbox(state=tmp_path) as box:
        first = box.process.pid

        await box.kill_bot()
        gone = (box.bot_running, box.state, box.faults.get("bot"))
        await box.start_bot()
        await box.wait_ready()

        assert gone == (False, "killed", "killed")
        assert (box.bot_running, box.state, box.faults.get("bot")) == (True, "running", "running")
        assert box.process.pid != first
    assert not box.bot_running


async def test_the_page_stops_and_restarts_the_bot_and_refuses_other_words(tmp_path):
    async with Sandbox(state=tmp_path) as box, httpx.AsyncClient(base_url=box.url, timeout=20) as web:
        stopped = (await web.post("/_page/bot", json={"do": "stop"})).json()
        restarted = (await web.post("/_page/bot", json={"do": "restart"})).json()
        odd = await web.post("/_page/bot", json={"do": "dance"})

    assert (stopped["state"], restarted["state"], odd.status_code) == ("stopped", "running", 400)


async def test_a_bot_that_cannot_start_is_shown_with_its_last_words(tmp_path):
    def break_it(document):
        document["channels"]["deploys"] = "nowhere"

    with pytest.raises(StartupError, match="deploys"):
        async with Sandbox(state=tmp_path, edit=break_it):
            pass


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_the_address_is_printed_and_one_signal_ends_the_whole_group(tmp_path, how):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "sandbox", "--port", "0", "--state", str(tmp_path),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        said = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
        address = said.removeprefix("pawdeploy sandbox: ").strip()
        async with httpx.AsyncClient() as web:
            page = await web.get(address)
        if how is signal.SIGINT:
            os.killpg(process.pid, how)  # Ctrl-C reaches everybody at the terminal, the bot too
        else:
            process.send_signal(how)
        rest, trouble = (text.decode() for text in await asyncio.wait_for(process.communicate(), 30))
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)

    assert page.status_code == 200
    assert rest.endswith("pawdeploy sandbox: ended\n")
    assert (process.returncode, trouble) == (0, "")
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)  # nobody of the group is left

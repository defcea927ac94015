"""What GitHub, Expo, Railway and others tell: a card opens, and the same card closes."""

import pytest
import pytest_asyncio

from handlers.render import alert_card as press
from sandbox.vendors import hooks_out
from tests.flows.alerting import alerting
from tests.flows.driver import BEN, CLEO

pytestmark = pytest.mark.asyncio(loop_scope="module")
PLACE = ("api", "staging")
DEAD = ("FAILED", "CRASHED")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with alerting(tmp_path_factory.mktemp("told")) as made:
        yield made


def _workflow(conclusion, *, branch="main", run=1):
    return hooks_out.github(
        "workflow_run",
        {
            "action": "completed",
            "repository": {"full_name": "pawlogic/backend"},
            "workflow_run": {
                "id": run,
                "name": "CI",
                "path": ".github/workflows/ci.yml",
                "head_branch": branch,
                "head_sha": "a" * 40,
                "conclusion": conclusion,
                "display_title": "Count the cats",
                "html_url": f"https://github.com/pawlogic/backend/actions/runs/{run}",
            },
        },
    )


def _build(status, **more):
    page = "https://expo.dev/accounts/pawlogic/projects/pawlogic/builds/1"
    return hooks_out.expo(
        {
            "id": status,
            "platform": "ios",
            "status": status,
            "projectName": "pawlogic",
            "buildDetailsPageUrl": page,
            "metadata": {"buildProfile": "production", "appVersion": "2.1.0"},
            **more,
        }
    )


def _told(kind, **data):
    return hooks_out.generic({"type": f"alert.{kind}", "data": {"key": "queue/mail", **data}})


async def test_a_workflow_that_fails_on_the_default_branch_is_a_card_until_it_passes(desk):
    assert await desk.post(_workflow("failure", run=1, branch="feature")) == 200
    assert await desk.post(_workflow("failure", run=2)) == 200
    card = await desk.alert("CI fails on main")
    assert "failure: Count the cats" in card.everything
    assert "feature" not in card.everything

    assert await desk.post(_workflow("success", run=3)) == 200

    await desk.shows(card, "Resolved: ")
    assert await desk.post(_workflow("failure", run=4)) == 200
    await desk.shows(card, "came back once")
    await desk.replied(card, "Came back:")
    assert len(desk.alerts("CI fails on main")) == 1


async def test_a_build_of_the_app_that_errs_is_a_card_until_one_finishes(desk):
    assert await desk.post(_build("errored", error={"message": "No profile fits"})) == 200
    card = await desk.alert("iOS build of pawlogic fails (production)")
    assert "No profile fits" in card.everything

    assert await desk.post(_build("finished")) == 200

    await desk.shows(card, "Resolved: ")


async def test_what_our_own_tools_send_is_a_card_whose_buttons_act_here_alone(desk):
    title = {"title": "Mails <!channel> pile up", "severity": "critical", "service": "api"}
    assert await desk.post(_told("triggered", **title, environment="production")) == 200
    card = await desk.alert("Mails &lt;!channel&gt; pile up", "api in production", "critical")
    assert "<!subteam^S0APPROVER1>" in card.text
    asked = len(desk.box.sentry.requests)

    await desk.fill(card, press.ASSIGN, who=CLEO)
    await desk.shows(card, f"Assigned to <@{CLEO}>")
    await desk.fill(card, press.RESOLVE, how="now")
    await desk.shows(card, f"Resolved by <@{BEN}>")
    await desk.click(card, press.REOPEN, user=CLEO)
    await desk.shows(card, "came back once", "Acknowledge")
    await desk.replied(card, "Came back:", f"by <@{CLEO}>")
    assert await desk.post(_told("resolved")) == 200

    await desk.shows(card, "Resolved by itself")
    assert [one for one in desk.box.sentry.requests[asked:] if one.startswith("PUT")] == []


async def test_an_archive_of_ours_ends_by_itself(desk):
    assert await desk.post(_told("triggered", key="disk", title="Disk fills up")) == 200
    card = await desk.alert("Disk fills up")
    await desk.fill(card, press.ARCHIVE, how="3600")
    await desk.shows(card, f"Archived by <@{BEN}>", "until <!date")

    desk.write("UPDATE alerts SET archived_until = ? WHERE title = 'Disk fills up'", desk.ago(1))

    await desk.shows(card, "came back once")


async def _died(desk, how):
    """Have a push deploy itself to staging and end badly; return the deployment."""
    desk.box.faults.set("railway.deployment", how)
    desk.box.railway.auto_deploys[PLACE] = True
    sha = desk.commit()

    def dead():
        return [one for one in desk.box.railway.deployments if one.sha == sha and one.status in DEAD]

    await desk.polled(dead)
    desk.box.railway.auto_deploys[PLACE] = False  # the next push is no deployment of its own
    return dead()[0]


async def test_railway_is_believed_once_railway_itself_says_so(desk):
    railway = desk.box.railway
    well = railway.arrive(*PLACE, desk.commit())
    lie = hooks_out.railway(hooks_out.deployment_event(well, "Deployment.crashed"))
    assert await desk.post(lie) == 200
    await desk.counts("railway", "ignored", 1)
    failed = await _died(desk, "fails")

    told = hooks_out.railway(hooks_out.deployment_event(failed, "Deployment.failed"))
    assert await desk.post(told) == 200

    card = await desk.alert("api fails to deploy in staging")
    desk.box.faults.set("railway.deployment", "succeeds")
    mended = railway.arrive(*PLACE, desk.commit())
    good = hooks_out.railway(hooks_out.deployment_event(mended, "Deployment.deployed"))
    assert await desk.post(good) == 200
    await desk.shows(card, "Resolved: ")
    assert len(desk.alerts("in staging")) == 1


async def test_railway_away_a_message_waits_and_lets_others_by(desk):
    crashed = await _died(desk, "crashes")
    desk.box.faults.set("railway.answers", "503")

    told = hooks_out.railway(hooks_out.deployment_event(crashed, "Deployment.crashed"))
    assert await desk.post(told) == 200
    assert await desk.post(_told("triggered", key="other", title="Not held up")) == 200

    await desk.alert("Not held up")
    desk.box.faults.set("railway.answers", "normal")
    await desk.shows(await desk.alert("in staging"), "api crashes in staging", "came back once")

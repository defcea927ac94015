"""No door leads past consent: not the form, not Retry, not a project file that asks for it only later."""

import pytest
import pytest_asyncio
import tomlkit

from bot.engine.reasons import Reason
from bot.engine.states import RunState
from tests.flows.driver import ANN, BEN, GENERAL
from tests.flows.gated import gated, only

pytestmark = pytest.mark.asyncio(loop_scope="module")

APPROVAL = {"roles": ["approver"], "quorum": 1, "expires": 60, "remind": 1}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with gated(tmp_path_factory.mktemp("consent"), only("approval")) as made:
        yield made


@pytest.fixture
def desk(shared):
    shared.box.faults.reset()
    shared.box.faults.set("railway.speed", "fast")
    return shared


async def restarted(desk, change) -> None:
    """Restart the bot with a changed project file."""
    document = tomlkit.parse(desk.box.config.read_text("utf-8"))
    change(document["services"][0]["environments"]["production"])
    await desk.box.kill_bot()
    desk.box.config.write_text(tomlkit.dumps(document), "utf-8")
    await desk.box.start_bot()
    await desk.box.wait_ready()


async def test_the_form_asks_people_as_the_command_does(desk):
    sha, cards = desk.commit(), len(desk.cards())
    await desk.ws.say(ANN, GENERAL, "/pawdeploy")
    form = await desk.ws.until(lambda: desk.ws.view(ANN))
    assert (await desk.ws.submit(ANN, form.id, {"environment": "production", "ref": "main"})).ok
    card = (await desk.ws.until(lambda: desk.cards()[cards:]))[0]
    await desk.shows(card, "0 of 1", sha[:7])
    await desk.cancel(card)
    assert desk.shipped(sha) == 0


async def test_retry_of_a_refused_run_still_needs_everybody(desk):
    sha = desk.commit(checks="red")
    card = await desk.deploy("production main")
    await desk.refused(card, "CI is red")
    desk.box.github.set_checks(sha, "green")
    await desk.press(card, "run_retry")
    await desk.shows(card, "0 of 1", "attempt 2")
    assert desk.shipped(sha) == 0
    await desk.approved(card, by=BEN)
    await desk.shows(card, ":large_green_circle: *Deployed", sha[:7])
    assert desk.shipped(sha) == 1


async def test_a_run_asked_for_before_the_project_file_wanted_approvals_ships_nothing(desk):
    await restarted(desk, lambda production: production.pop("approval"))
    sha = desk.commit(checks="pending")
    card = await desk.deploy("production main")
    await desk.shows(card, "waiting for")
    await restarted(desk, lambda production: production.update(approval=APPROVAL))
    desk.box.github.set_checks(sha, "green")

    await desk.refused(card, "needs approvals by now, and nobody was asked")

    assert desk.state_of(card) == (RunState.REFUSED, Reason.CONSENT_VOID)
    assert desk.shipped(sha) == 0
    assert "run_retry" not in desk.buttons(card)


async def test_a_soak_the_project_file_came_to_ask_for_is_asked_of_a_run_already_approved(desk):
    sha = desk.commit()
    card = await desk.asked("production main")
    soak = {"environment": "staging", "seconds": 86400, "override_roles": ["lead"]}
    await restarted(desk, lambda production: production.update(soak=soak))

    await desk.shows(card, "pawdeploy.toml changed since people were asked", "0 of 1")
    await desk.approved(card, by=BEN)

    await desk.refused(card, "of 24 h 00 min in staging")
    assert desk.state_of(card) == (RunState.REFUSED, Reason.NOT_SOAKED)
    assert desk.shipped(sha) == 0

"""An alert after a deploy names the deploy, and goes back from it by the same door as always."""

import pytest
import pytest_asyncio

from handlers.render._buttons import ROLL_BACK
from tests.flows.alerting import alerting
from tests.flows.driver import ANN, BEN, CLEO
from tests.flows.returning import live, run_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with alerting(tmp_path_factory.mktemp("rollback")) as made:
        yield made


async def _shipped(desk, title):
    """Ship a commit to production; return its SHA and the number of its run."""
    sha = await desk.soaked(title)
    card = await desk.asking()
    await desk.agree(card)
    await desk.shows(card, "*Deployed", "Live at", sha[:7])
    return sha, run_of(desk, card)


async def test_an_issue_of_a_new_release_names_the_deploy_and_goes_back_from_it_with_consent(desk):
    before, _ = await _shipped(desk, "List pets")
    sha, run = await _shipped(desk, "Weigh pets")
    assert live(desk) == sha

    _, card = await desk.issue("KeyError: 'weight'", release=sha)
    text = await desk.shows(card, f"Introduced by deploy #{run}", f"Roll back #{run}…")
    assert "first seen in that release" in text
    assert "Weigh pets by Ann Requin" in text

    asks = await desk.form(card, ROLL_BACK, user=ANN)
    assert before[:7] in asks
    told = {one.ts for one in desk.cards()}
    await desk.submit(user=ANN)
    (back,) = await desk.ws.until(lambda: [one for one in desk.cards() if one.ts not in told], 10)
    await desk.shows(back, "0 of 2")
    assert live(desk) == sha
    await desk.press(back, "vote_approve", user=BEN)
    await desk.press(back, "vote_approve", user=CLEO)
    await desk.shows(back, "Rolled production back to", before[:7])
    assert live(desk) == before

    await desk.ws.until(lambda: ROLL_BACK not in desk.buttons(card), 10)
    await desk.shows(card, f"Introduced by deploy #{run}", "Something newer has shipped since")
    assert desk.box.railway.requests.count("deploymentRollback") == 1


async def test_a_first_seen_right_after_a_deploy_is_a_suspicion_and_said_so(desk):
    sha = desk.commit("Walk pets")
    card = await desk.deploy("staging")
    await desk.shows(card, "*Deployed", sha[:7])
    run = run_of(desk, card)

    _, alert = await desk.issue("No release is known", "staging", release="")

    await desk.shows(alert, f"Probably introduced by deploy #{run}", "first seen right after it")


async def test_a_release_nobody_shipped_is_put_down_to_no_deploy(desk):
    _, card = await desk.issue("Of another release", "staging", release="0" * 40)

    query = "SELECT introduced_how FROM alerts WHERE title = 'Of another release'"
    await desk.polled(lambda: desk.rows(query) == [("none",)])
    assert "ntroduced by" not in card.everything
    assert ROLL_BACK not in desk.buttons(card)

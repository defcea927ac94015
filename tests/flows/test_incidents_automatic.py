"""What opens by itself, once: a critical alert of health, a migration that failed in production."""

import pytest
import pytest_asyncio

from tests.flows.driver import ANN, BEN, CLEO, PATIENCE
from tests.flows.incidents import incidents, press
from tests.flows.test_migrations_gate import ADDS

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    state = tmp_path_factory.mktemp("incidents-automatic")
    async with incidents(state, incidents={"automatic": True}) as made:
        yield made


async def test_a_critical_alert_of_health_opens_one_and_every_other_joins_it(desk):
    before = desk.there()
    desk.box.faults.set("backend.health", "bad")
    card = await desk.new_card(before)
    number = desk.number(card)
    text = await desk.shows(card, "SEV1", "API down", "api in production", "opened by itself", "still fires")
    assert "<!subteam^S0APPROVER1>" in text
    (opened,) = desk.entries(card, "opened")
    assert opened.by == ""
    alert = await desk.alert("api in production does not answer well")
    await desk.shows(alert, f"ncident {number}")

    desk.box.faults.set("backend.health", "good")
    await desk.ws.until(lambda: "still fires" not in card.everything, PATIENCE)
    states = [one.words for one in desk.entries(card, "alert")]
    assert any("fires" in words for words in states), states
    assert any("resolved" in words for words in states), states
    desk.box.faults.set("backend.health", "bad")
    await desk.shows(card, "still fires")  # the same alert again: the same incident
    assert desk.rows("SELECT count(*) FROM incidents WHERE playbook = 'api-down'") == [(1,)]
    await desk.resolved(card)
    await desk.ws.until(lambda: press.INCIDENT_REOPEN in desk.buttons(card), PATIENCE)
    desk.box.faults.set("backend.health", "good")
    await desk.shows(alert, "Resolved: ")


async def test_an_alert_is_added_to_the_one_of_its_kind_that_is_open(desk):
    card = await desk.opened("api-down Ann saw it first")
    before = desk.there()
    desk.box.faults.set("backend.health", "bad")

    await desk.shows(card, "api in production does not answer well", "still fires")

    new = [one for one in desk.ws.messages(card.channel) if one.ts not in before]
    assert [one.everything for one in new if press.INCIDENT_RESOLVE in desk.buttons(one)] == []
    assert any("belongs to it" in one.words for one in desk.entries(card, "alert"))
    desk.box.faults.set("backend.health", "good")


async def test_a_migration_that_fails_in_production_is_worked_on_to_the_end(desk):
    before = desk.there()
    desk.box.faults.set("railway.deployment", "pre-deploy fails")
    bad = await desk.soaked("Name breeds", files={"alembic/versions/9d2e_breeds.py": ADDS})
    failed = await desk.asking()
    await desk.agree(failed)
    card = await desk.new_card(before)
    text = await desk.shows(card, "Database migration failure", "migration failed", "opened by itself")
    assert "Do not retry the migration" in text.split("Take command")[0]
    assert "run_retry" not in desk.buttons(failed)
    desk.box.faults.set("railway.deployment", "succeeds")
    await desk.marked(card, log="done", still_serves="done")
    await desk.ws.press(ANN, card.channel, card.ts, press.INCIDENT_COMMAND)
    await desk.pressed(card, press.INCIDENT_ACT, "lock", user=ANN)
    await desk.marked(card, lock="done")
    assert "Findings suggest *It ran halfway*" in await desk.drawn(card)

    await desk.chosen(card, "applied", "halfway", user=ANN)
    await desk.marked(card, revision="todo")
    await desk.drawn(card)
    await desk.ticked(card, "revision", user=BEN)
    await desk.pressed(card, press.INCIDENT_ACT, "downgrade", user=ANN)
    run = await desk.run_card(card, "downgrade")
    await desk.shows(run, "0 of 2", "Take the last migration back")
    await desk.shows(card, "waits for approval")
    assert downgrades(desk) == []
    for user in (BEN, CLEO):
        await desk.press(run, "vote_approve", user=user)
    await desk.marked(card, downgrade="done", verified="todo")
    assert len(downgrades(desk)) == 1
    await desk.drawn(card)
    await desk.ticked(card, "verified", user=BEN)
    await desk.ticked(card, "mend", user=CLEO)
    await desk.marked(card, mend="done", staging="todo")
    mended = desk.commit("Name breeds, all of them", files={"alembic/versions/9d2e_breeds.py": ADDS + "\n"})
    await desk.drawn(card)
    await desk.pressed(card, press.INCIDENT_ACT, "staging", user=ANN)
    await desk.marked(card, staging="done", staging_well="done")
    assert desk.shipped(mended) == 1

    desk.soaks(mended)
    await desk.drawn(card)
    await desk.pressed(card, press.INCIDENT_ACT, "production", user=ANN)
    again = await desk.run_card(card, "production")
    await desk.shows(again, "0 of 2", mended[:7])
    for user in (BEN, CLEO):
        await desk.press(again, "vote_approve", user=user)
    await desk.marked(card, production="done", production_well="done", unlock="todo")
    assert desk.box.railway.live("api", "production") == mended != bad
    await desk.say("/pawdeploy unlock production", user=ANN)
    await desk.drawn(card)
    await desk.ticked(card, "unlock", user=ANN)

    asks = await desk.form(card, press.INCIDENT_TELL, user=ANN)
    assert "the owners of the database" in asks
    assert "the orchestrator" in asks
    await desk.submit(user=ANN)
    await desk.marked(card, owners="done")
    told = await desk.replied(card, "the owners of the database", "<!subteam^S0APPROVER1>")
    assert "It ran halfway" in told.everything
    report = desk.box.orchestrator.report("incident.told")
    assert report is not None
    assert report.times == 1
    assert "It ran halfway" in report.data["message"]
    assert desk.box.orchestrator.refused == 0

    await desk.resolved(card, user=ANN, follow_ups="Test migrations on a copy\n- Write it down")
    await desk.polled(lambda: desk.report(card))
    for words in ("Test migrations on a copy", "Take the last migration back", "Ann Requin", "Cleo Marsh"):
        assert words in desk.report(card), desk.report(card)
    ats = [one.at for one in desk.entries(card)]
    assert ats == sorted(ats)


def downgrades(desk):
    """Return the workflow runs that take a migration back."""
    return [one for one in desk.box.github.runs if one.inputs.get("action") == "downgrade"]

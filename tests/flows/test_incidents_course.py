"""An outage worked through on its card: looks find, people decide, what they start asks for consent."""

import pytest
import pytest_asyncio

from tests.flows.driver import ANN, BEN, CLEO, DEPLOYS, OTTO, PATIENCE
from tests.flows.incidents import incidents, press
from tests.flows.repeating import again, taped
from tests.flows.returning import live, shipped

pytestmark = pytest.mark.asyncio(loop_scope="module")

WATCH = """
title: Watch
when: A look on a short timer is wanted.
severity: sev3
steps:
  - {kind: look, id: health, text: Is it well now, probe: {kind: health}, until: ok, every: 10s}
  - {kind: do, id: guarded, text: Only approvers may., who: [approver]}
  - kind: act
    id: staging
    text: Try it in staging.
    button: Deploy to staging
    start: {kind: deploy, environment: staging}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("playbooks")
    (folder / "watch.yaml").write_text(WATCH, "utf-8")
    state = tmp_path_factory.mktemp("incidents-course")
    async with incidents(state, incidents={"playbooks": str(folder)}) as made:
        yield made


@pytest.mark.parametrize(
    ("knob", "value", "step", "words", "answer"),
    [
        ("supabase.health", "unhealthy", "supabase", "Supabase is not well", "Database"),
        ("upstash.ping", "error", "redis", "Upstash is not well", "Redis"),
        ("railway.instances", "crashed", "railway", "No instance is active", "Our own code"),
        ("backend.component", "redis", "components", "Redis: timed out", "Redis"),
    ],
)
async def test_what_looks_find_is_on_the_card_and_in_the_thread_and_suggests_the_answer(
    desk, knob, value, step, words, answer
):
    desk.box.faults.set(knob, value)
    card = await desk.opened(f"api-down {knob} is {value}")

    await desk.marked(card, railway="done", components="done", supabase="done", redis="done", errors="done")
    text = await desk.drawn(card)
    assert words in text
    assert f"Findings suggest *{answer}*" in text
    await desk.replied(card, words)
    assert "Nobody yet: commander" in text
    desk.box.faults.reset()
    await desk.pressed(card, press.INCIDENT_LOOK, step, user=BEN)
    await desk.ws.until(lambda: f"Findings suggest *{answer}*" not in card.everything, PATIENCE)
    await desk.resolved(card)


async def test_a_look_is_taken_again_on_its_timer_and_what_is_as_it_was_is_not_told_twice(desk):
    desk.box.faults.set("backend.component", "redis")
    card = await desk.opened("watch watch it")
    await desk.replied(card, "Redis: timed out")
    assert desk.rows("SELECT mark FROM incident_steps WHERE key = 'health'") == [("todo",)]
    desk.box.faults.set("backend.component", "none")

    await desk.marked(card, health="done")  # ten seconds later, by itself

    await desk.shows(card, ":large_green_circle: Is it well now")
    found = [one.words for one in desk.entries(card, "evidence")]
    assert len(found) == 2
    assert "Redis: timed out" in found[0]
    assert [one.by for one in desk.entries(card, "evidence")] == ["", ""]
    await desk.pressed(card, press.INCIDENT_LOOK, "health", user=BEN)  # the same, but somebody asked
    await desk.polled(lambda: len(desk.entries(card, "evidence")) == 3)
    assert desk.entries(card, "evidence")[2].by == BEN


async def test_a_step_names_who_may_and_others_are_told_who_can(desk):
    card = await desk.opened("watch watch who may")
    refused = await desk.whispered(desk.ticked(card, "guarded", user=ANN), ANN)
    assert "You can't work on this step" in refused
    assert "<!subteam^S0APPROVER1>" in refused
    assert "Nothing was changed" in refused
    await desk.ticked(card, "guarded", user=BEN)
    await desk.marked(card, guarded="done")
    await desk.shows(card, "by <@U0BENAPP001>")


async def test_what_comes_again_does_not_undo_what_was_done_since(desk):
    card = await desk.opened("watch watch twice the same")
    await desk.ticked(card, "guarded", user=BEN)
    await desk.marked(card, guarded="done")
    with taped(desk) as tape:
        await desk.changed(card, "guarded", "take_back", user=CLEO, text="It was too early")
    await desk.drawn(card)
    await desk.ticked(card, "guarded", user=BEN)
    await desk.marked(card, guarded="done")

    await again(desk, tape[-1])

    assert dict(desk.rows("SELECT key, mark FROM incident_steps"))["guarded"] == "done"
    assert [one.by for one in desk.entries(card, "untick")] == [CLEO]


async def test_an_outage_ends_by_going_back_with_the_consent_of_two(desk):
    before = await shipped(desk, "List pets")
    good = live(desk)
    assert good[:7] in before.everything
    await shipped(desk, "Weigh pets")
    bad = live(desk)
    desk.box.faults.set("railway.instances", "crashed")
    card = await desk.opened("api-down nobody can log in")
    await desk.ws.press(ANN, card.channel, card.ts, press.INCIDENT_COMMAND)
    await desk.shows(card, "Commander: <@U0ANNREQ001>")
    await desk.marked(card, shipped="done", railway="done")
    await desk.chosen(card, "which", "code", user=BEN)
    await desk.shows(card, "Decided: *Our own code*", "Go back to the last good run", "by <@U0BENAPP001>")

    refused = await desk.whispered(desk.pressed(card, press.INCIDENT_ACT, "rollback", user=OTTO), OTTO)
    assert "can't" in refused
    await desk.pressed(card, press.INCIDENT_ACT, "lock", user=ANN)
    await desk.marked(card, lock="done")
    assert "incident" in await desk.say("/pawdeploy locks", user=BEN)

    await desk.pressed(card, press.INCIDENT_ACT, "rollback", user=ANN)
    run = await desk.run_card(card, "rollback")
    await desk.shows(run, "0 of 2", good[:7])
    await desk.shows(card, "waits for approval")
    own = await desk.whispered(desk.press(run, "vote_approve", user=ANN), ANN)
    assert "somebody else has to agree" in own
    assert live(desk) == bad
    still = await desk.resolved(card)
    assert "cannot be resolved yet: run" in still

    desk.box.faults.set("railway.instances", "running")
    await desk.press(run, "vote_approve", user=BEN)
    await desk.press(run, "vote_approve", user=CLEO)
    await desk.shows(run, "Rolled production back to", good[:7])
    await desk.marked(card, rollback="done", rolled_back="done")
    await desk.pressed(card, press.INCIDENT_LOOK, "well-again", user=CLEO)  # its timer would do it later
    await desk.marked(card, well_again="done", errors_usual="done")
    text = await desk.drawn(card)
    assert "succeeded" in text
    assert "is the service up on the earlier commit" in text.lower()
    assert live(desk) == good
    assert desk.box.railway.requests.count("deploymentRollback") == 1
    assert len([one for one in desk.ws.messages(DEPLOYS) if "Rolled production back" in one.everything]) == 1
    story = [one.words for one in desk.entries(card, "run")]
    assert any(words.endswith("asks for approval") for words in story), story
    assert any(words.endswith("succeeded") for words in story), story
    await desk.resolved(card)
    await desk.ws.until(lambda: "Resolved after" in card.everything, PATIENCE)


async def test_staging_is_deployed_to_by_the_card_and_the_step_follows_the_run(desk):
    sha = desk.commit("Mend it")
    card = await desk.opened("watch watch staging")
    await desk.pressed(card, press.INCIDENT_ACT, "staging", user=ANN)

    run = await desk.run_card(card, "staging")
    await desk.shows(run, "Deployed", sha[:7])
    await desk.marked(card, staging="done")
    assert desk.shipped(sha) == 1


async def test_what_failed_can_be_started_again_as_a_run_of_its_own(desk):
    desk.commit("Crash at start")
    desk.box.faults.set("railway.deployment", "crashes")
    card = await desk.opened("watch watch it fail")
    await desk.pressed(card, press.INCIDENT_ACT, "staging", user=ANN)
    first = await desk.run_card(card, "staging")
    await desk.marked(card, staging="failed")
    await desk.shows(card, "failed")
    await desk.ws.until(lambda: press.INCIDENT_ACT in desk.offers(card, "staging"), PATIENCE)

    desk.box.faults.set("railway.deployment", "succeeds")
    await desk.pressed(card, press.INCIDENT_ACT, "staging", user=ANN)
    await desk.marked(card, staging="done")
    second = await desk.run_card(card, "staging")
    assert second.ts != first.ts

"""The main job: a command becomes a verified deployment, and one card tells the truth throughout."""

import pytest

from tests.flows.driver import BEN, OTTO

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_command_ends_with_a_green_card_naming_commit_url_and_every_steps_time(desk):
    sha = desk.commit("Feed pets on time")

    card = await desk.deploy("staging")
    text = await desk.shows(card, "Deployed", sha[:7])

    assert "Feed pets on time" in text
    assert desk.box.railway.public_urls  # the environment's address is on the card, as text or button
    assert any("/backend/api/staging" in str(block) for block in card.blocks)
    for step in (
        "Commit",
        "Checks",
        "Line",
        "GitHub record",
        "Ship",
        "Build and start",
        "Health",
        "Smoke tests",
    ):
        assert step in text
    assert text.count(" s") >= 7
    assert desk.shipped(sha) == 1


async def test_the_whole_run_is_one_message_edited_in_place(desk):
    sha = desk.commit()
    before = len(desk.cards())

    card = await desk.deploy()
    await desk.shows(card, "Deployed", sha[:7])

    assert len(desk.cards()) == before + 1
    assert len(card.versions) > 2


async def test_github_knows_the_deployment_and_how_it_ended(desk):
    sha = desk.commit()

    await desk.shows(await desk.deploy(), "Deployed", sha[:7])

    records = [record for record in desk.box.github.deployments if record.commit.sha == sha]
    assert len(records) == 1

    def ended():
        return [status.state for status in records[0].statuses][-1:] == ["success"]

    await desk.polled(ended)


async def test_what_is_live_already_is_refused_until_again_is_said(desk):
    sha = desk.commit()
    await desk.shows(await desk.deploy(), "Deployed", sha[:7])

    refused = await desk.deploy()
    text = await desk.shows(refused, "--again")
    assert "already" in text
    assert desk.shipped(sha) == 1

    await desk.shows(await desk.deploy("staging --again"), "Deployed", sha[:7])
    assert desk.shipped(sha) == 2


async def test_the_second_of_two_waits_in_line_and_is_told_for_whom(desk):
    desk.box.faults.set("railway.speed", "normal")
    first_sha = desk.commit()
    first = await desk.deploy()
    await desk.shows(first, first_sha[:7])
    second_sha = desk.commit()
    second = await desk.deploy(user=BEN)

    waiting = await desk.shows(second, "U0ANNREQ001")
    assert "Waiting" in waiting
    await desk.shows(first, "Deployed", first_sha[:7])
    await desk.shows(second, "Deployed", second_sha[:7])

    began = {row.sha: row.created_at for row in desk.box.railway.deployments if row.asked}
    assert began[first_sha] < began[second_sha]


async def test_a_stranger_is_told_who_can_and_nothing_starts(desk):
    runs = desk.rows("SELECT count(*) FROM runs")

    said = await desk.say("/pawdeploy staging", user=OTTO)

    assert "S0BACKEND01" in said
    assert desk.rows("SELECT count(*) FROM runs") == runs
    await desk.polled(
        lambda: (
            desk.rows("SELECT reason FROM audit WHERE action = 'refused' AND actor = ?", OTTO)
            == [("not_allowed",)]
        )
    )


async def test_an_unknown_ref_is_refused_with_the_nearest_one(desk):
    card = await desk.deploy("staging mian")

    text = await desk.shows(card, "mian")
    text = await desk.shows(card, "Did you mean main")
    assert "Nothing was shipped" in text


async def test_a_dry_run_shows_every_gate_and_changes_nothing(desk):
    sha = desk.commit(files=("alembic/versions/0042_more_pets.py",))
    cards, runs = len(desk.cards()), desk.rows("SELECT count(*) FROM runs")

    said = await desk.say("/pawdeploy staging --dry-run")

    assert sha[:7] in said
    assert "green" in said
    assert "0042_more_pets" in said
    assert len(desk.cards()) == cards
    assert desk.rows("SELECT count(*) FROM runs") == runs
    assert desk.shipped(sha) == 0


async def test_status_history_and_diff_tell_what_is(desk):
    sha = desk.commit("Newest change")
    await desk.shows(await desk.deploy(), "Deployed", sha[:7])
    newer = desk.commit("Not shipped yet")

    assert sha[:7] in await desk.say("/pawdeploy status")
    assert sha[:7] in await desk.say("/pawdeploy history staging")
    diff = await desk.say("/pawdeploy diff staging")
    assert newer[:7] in diff
    assert "Not shipped yet" in diff


async def test_a_delivery_repeated_by_slack_makes_one_run(desk):
    desk.box.faults.set("slack.delivery", "duplicate")
    sha = desk.commit()

    await desk.shows(await desk.deploy(), "Deployed", sha[:7])

    assert desk.rows("SELECT count(*) FROM runs WHERE sha = ?", sha) == [(1,)]


async def test_slack_being_away_delays_the_card_and_changes_no_outcome(desk):
    desk.box.faults.set("railway.speed", "normal")
    sha = desk.commit()
    card = await desk.deploy()
    await desk.shows(card, "Deploying", sha[:7])
    desk.box.faults.set("slack.answers", "down")

    await desk.polled(lambda: desk.rows("SELECT state FROM runs WHERE sha = ?", sha) == [("succeeded",)])
    assert "Deployed" not in card.text
    desk.box.faults.set("slack.answers", "normal")

    await desk.shows(card, "Deployed", sha[:7])


async def test_the_audit_chain_is_complete(desk):
    entries = desk.rows("SELECT seq FROM audit ORDER BY seq")

    assert [seq for (seq,) in entries] == list(range(1, len(entries) + 1))
    ended = desk.rows("SELECT count(*) FROM runs WHERE state = 'succeeded'")
    assert desk.rows("SELECT count(*) FROM audit WHERE action = 'run.succeeded'") == ended

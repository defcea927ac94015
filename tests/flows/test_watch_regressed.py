"""What a watch takes back: at once, without asking, once, and it stays back."""

import pytest
import pytest_asyncio

from tests.flows.returning import (
    GO_BACK,
    LAST_SMOKE,
    PLACE,
    RELEASES,
    agreed,
    card_of,
    ended,
    fresh,
    live,
    locks,
    replied,
    run_of,
    steps,
    watched,
    ways_back,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared(tmp_path_factory):
    async with watched(tmp_path_factory.mktemp("regressed")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared):
    return await fresh(shared)


async def _taken_back(desk, card, before):
    """Wait until ``card`` says what runs now; return the number and the card of the one way back."""
    text = await desk.shows(card, "Taken back", before[:7])
    run = run_of(desk, card)
    (back,) = ways_back(desk, run)
    first = text.splitlines()[0]
    assert f"(run {back})" in first
    assert f"production runs {before[:7]} again" in first
    assert ended(desk, run) == ("failed", "regressed")
    assert ended(desk, back) == ("succeeded", "rolled_back")
    assert live(desk) == before
    assert [by for by, _, _ in locks(desk)] == ["pawdeploy"]
    assert len(desk.box.railway.rolled_back(*PLACE)) == len(_rolled_back_runs(desk))
    return back, await card_of(desk, back)


def _rolled_back_runs(desk):
    return desk.rows("SELECT id FROM runs WHERE kind = 'rollback' AND state = 'succeeded'")


async def test_a_spike_of_errors_is_taken_back_at_once_locked_explained_and_drawn(desk):
    before = live(desk)
    await desk.soaked("Sort pets by name")
    desk.box.railway.auto_deploys[PLACE] = True
    desk.box.faults.set("sentry.errors", "spike after deploy")
    card = await agreed(desk)

    back, own = await _taken_back(desk, card, before)

    run = run_of(desk, card)
    assert desk.box.railway.rolled_back(*PLACE)[-1].sha == before
    assert not steps(desk, back) & {"consent", "soak", "watch"}
    assert not desk.rows("SELECT 1 FROM voices WHERE run_id = ?", back)
    assert not desk.box.railway.auto_deploys[PLACE]
    text = await desk.shows(own, "Rolled production back to", before[:7], f"because run {run} hurt")
    assert "locked; the platform's auto-deploy was switched off" in text
    ((by, why, off),) = locks(desk)
    assert (by, bool(off)) == ("pawdeploy", True)
    assert f"run {run} was taken back" in why
    picture = await replied(desk, card, "Regressed")
    (file,) = picture.files
    assert file["mimetype"] == "image/png"
    assert "errors/min" in file["alt_txt"]
    query = "SELECT count(*) FROM posts WHERE run_id = ? AND kind = 'line' AND ts != ''"
    for number in (run, back):  # one line for the deploy, one for the way back
        await desk.polled(lambda number=number: desk.rows(query, number) == [(1,)])
    assert any("Rolled production back" in one.everything for one in desk.ws.messages(RELEASES))


async def test_a_new_unhandled_issue_is_taken_back_by_its_name(desk):
    before = live(desk)
    await desk.soaked("Ask for the breed")
    desk.box.sentry.world.issue_pace = 20
    desk.box.sentry.world.per_minute["backend", "production"] = 60
    desk.box.faults.set("sentry.errors", "new issue after deploy")

    card = await agreed(desk)

    await _taken_back(desk, card, before)
    assert "KeyError" in card.everything


async def test_health_going_bad_during_the_watch_is_taken_back_and_needs_no_sentry(desk):
    before, sha = live(desk), await desk.soaked("Cache the owners")

    async def sicken():
        desk.box.backend.sick.add(sha)
        desk.box.faults.set("sentry.answers", "503")

    desk.box.script.at(LAST_SMOKE, sicken)  # only the watch's own looks come after it
    card = await agreed(desk)

    await _taken_back(desk, card, before)
    assert "Health failed 3 times in a row" in card.everything


async def test_a_kill_right_after_the_deciding_look_takes_back_once(desk):
    before = live(desk)
    await desk.soaked()
    desk.box.faults.set("sentry.errors", "spike after deploy")
    card = await agreed(desk)
    run = run_of(desk, card)
    await desk.polled(lambda: desk.rows("SELECT 1 FROM runs WHERE id = ? AND watch != ''", run))

    await desk.box.kill_bot()
    await desk.box.start_bot()

    await _taken_back(desk, card, before)
    assert desk.rows("SELECT count(*) FROM posts WHERE run_id = ? AND kind = 'picture'", run) == [(1,)]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_kill_while_the_platform_is_asked_to_go_back_asks_once(desk, when):
    before = live(desk)
    await desk.soaked()
    desk.box.faults.set("sentry.errors", "spike after deploy")
    card = await agreed(desk)
    desk.box.switch.arm(GO_BACK, when=when)
    await desk.polled(lambda: desk.box.switch.fired)
    await desk.box.kill_bot()
    await desk.box.start_bot()

    await _taken_back(desk, card, before)

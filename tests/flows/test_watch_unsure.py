"""A watch that could not tell never says ok: it says what was missing, and a person decides."""

import pytest
import pytest_asyncio

from tests.flows.driver import ANN, BEN, OTTO
from tests.flows.returning import (
    LAST_SMOKE,
    agreed,
    ended,
    fresh,
    live,
    locks,
    replied,
    run_of,
    shipped,
    watched,
)
from tests.flows.script import turning

pytestmark = pytest.mark.asyncio(loop_scope="module")
KEEP, ROLL_BACK = "run_keep", "rollback_start"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared(tmp_path_factory):
    async with watched(tmp_path_factory.mktemp("unsure")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared):
    return await fresh(shared)


async def _unsure(desk, knob="sentry.errors", value="silent"):
    """Ship something Sentry tells nothing about; return the card once it says so."""
    sha = await desk.soaked()
    desk.box.script.at(LAST_SMOKE, turning(desk.box, knob, value))
    card = await agreed(desk)
    await desk.shows(card, ":large_yellow_circle:", "the watch could not tell", sha[:7])
    assert ended(desk, run_of(desk, card)) == ("succeeded", "watch_inconclusive")
    assert live(desk) == sha
    assert not locks(desk)
    assert desk.buttons(card) >= {KEEP, ROLL_BACK}
    return card


@pytest.mark.parametrize(
    ("knob", "value"),
    [
        ("sentry.answers", "429"),
        ("sentry.answers", "503"),
        ("sentry.answers", "empty"),
        ("sentry.errors", "silent"),
    ],
    ids=["429", "503", "empty", "silent"],
)
async def test_what_sentry_does_not_tell_is_never_ok(desk, knob, value):
    card = await _unsure(desk, knob, value)

    assert "Sentry" in card.everything
    picture = await replied(desk, card, "Inconclusive")
    assert [file["mimetype"] for file in picture.files] == ["image/png"]


async def test_who_may_keeps_it_and_the_card_says_who(desk):
    card = await _unsure(desk)
    run = run_of(desk, card)
    told = len(desk.ws.ephemerals(OTTO))

    await desk.press(card, KEEP, user=OTTO)
    refusal = (await desk.ws.until(lambda: desk.ws.ephemerals(OTTO)[told:], 20))[0]
    assert "You can't decide what stays" in refusal.everything
    assert desk.buttons(card) >= {KEEP, ROLL_BACK}

    await desk.press(card, KEEP, user=BEN)
    await desk.shows(card, f"kept by <@{BEN}>", ":large_green_circle: *Deployed")
    assert KEEP not in desk.buttons(card)
    ((actor,),) = desk.rows("SELECT actor FROM audit WHERE run_id = ? AND action = 'run.kept'", run)
    assert actor == BEN


async def test_the_roll_back_button_asks_where_to_and_then_for_consent(desk):
    before = live(desk)
    card = await _unsure(desk)
    cards = len(desk.cards())

    await desk.press(card, ROLL_BACK)

    def form():
        view = desk.ws.view(ANN)
        return view if view and before[:7] in str(view.view) else None

    view = await desk.ws.until(form, 20)
    said = await desk.ws.submit(ANN, view.id, {})
    assert said.ok, said

    back = (await desk.ws.until(lambda: desk.cards()[cards:], 20))[0]
    await desk.shows(back, "0 of 2", before[:7])
    await desk.press(back, "run_cancel")
    await desk.shows(back, "Cancelled")
    await desk.press(card, KEEP)
    await desk.shows(card, f"kept by <@{ANN}>")


async def test_a_quiet_watch_is_ok_and_sentry_knows_the_release_and_its_deploy(desk):
    card = await shipped(desk)
    run, sha = run_of(desk, card), live(desk)

    assert ended(desk, run) == ("succeeded", "deployed")
    release = desk.box.sentry.world.releases[sha]
    assert release.refs[0]["commit"] == sha
    assert (f"pawdeploy run {run}", "production") in {
        (one["name"], one["environment"]) for one in release.deploys
    }
    picture = await replied(desk, card, "No regression seen")
    assert [file["mimetype"] for file in picture.files] == ["image/png"]


async def test_the_clock_of_a_watch_goes_on_through_a_restart_and_it_ends_once(desk):
    await desk.soaked()
    card = await agreed(desk)
    run = run_of(desk, card)
    query = "SELECT started_at FROM run_steps WHERE run_id = ? AND name = 'watch' AND memory LIKE '%looks%'"
    await desk.polled(lambda: desk.rows(query, run))
    ((began,),) = desk.rows(query, run)

    await desk.box.kill_bot()
    await desk.box.start_bot()

    await desk.shows(card, ":large_green_circle: *Deployed")
    assert desk.rows("SELECT started_at, state FROM run_steps WHERE run_id = ? AND name = 'watch'", run) == [
        (began, "done")
    ]
    await replied(desk, card, "No regression seen")
    assert sum(bool(one.files) for one in desk.ws.thread(card.channel, card.ts)) == 1
    assert desk.shipped(live(desk)) == 1
    moves = desk.rows("SELECT count(*) FROM audit WHERE run_id = ? AND action = 'run.succeeded'", run)
    assert moves == [(1,)]

"""An emergency skips soak and freeze, takes its role and a reason, and is never a way around consent."""

import pytest
import pytest_asyncio

from bot.engine.reasons import Reason
from bot.engine.states import RunState
from tests.flows.driver import ANN, BEN
from tests.flows.gated import gated, only

pytestmark = pytest.mark.asyncio(loop_scope="module")

WINDOW = {
    "starts": "0 0 1 1 *",
    "ends": "59 23 31 12 *",
    "timezone": "Europe/Berlin",
    "because": "the whole year is frozen",
}


def frozen(production):
    production["freeze"] = [WINDOW]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    edit = only("approval", "soak", more=frozen)
    async with gated(tmp_path_factory.mktemp("emergency"), edit) as made:
        yield made


@pytest.fixture
def desk(shared):
    shared.box.faults.reset()
    shared.box.faults.set("railway.speed", "fast")
    return shared


async def test_an_open_freeze_window_refuses_at_once_and_says_why_until_when_and_what_passes_it(desk):
    runs = desk.rows("SELECT count(*) FROM runs")
    said = await desk.say("/pawdeploy production")
    assert "frozen by a freeze window of pawdeploy.toml since" in said
    assert "until <!date^" in said
    assert "“the whole year is frozen”" in said
    assert '`--emergency "why"`' in said
    assert desk.rows("SELECT count(*) FROM runs") == runs


async def test_an_emergency_ships_what_neither_soaked_nor_may_in_a_freeze_once_a_second_person_agrees(desk):
    sha = desk.soaks(hours=0)
    card = await desk.asked('production --emergency "logins are down"')
    text = card.everything
    assert "*Emergency: soak and freeze are skipped.*" in text
    assert f"<@{ANN}> says: logins are down" in text
    assert "skipped, an emergency" in text
    assert desk.shipped(sha) == 0

    await desk.press(card, "vote_approve", user=ANN)
    await desk.ws.until(lambda: "your own" in desk.heard(ANN) or "asked for" in desk.heard(ANN))
    assert desk.shipped(sha) == 0
    await desk.approved(card, by=BEN)
    text = await desk.shows(card, ":large_green_circle: *Deployed", sha[:7])
    assert "Emergency" in text
    assert any("logins are down" in row[0] for row in desk.rows("SELECT evidence FROM audit"))


@pytest.mark.parametrize("words", ['production --emergency ""', "production --emergency"])
async def test_an_emergency_without_a_reason_is_refused(desk, words):
    assert '`--emergency` needs a reason: `--emergency "reason"`.' in await desk.say(f"/pawdeploy {words}")


async def test_who_lacks_the_role_is_told_who_has_it(desk):
    said = await desk.say('/pawdeploy production --emergency "now"', user=BEN)
    assert "You can't ship to `production` as an emergency." in said
    assert f"<@{ANN}> can; ask one of them" in said


async def test_a_commit_in_no_branch_of_ours_is_refused_whatever_the_hurry(desk):
    sha = desk.box.github.push("from-a-fork", "Steal the tokens", "Mallory")
    desk.box.github.set_checks(sha, "green")
    del desk.box.github.repo.branches["from-a-fork"]
    for ref in (sha, sha[:10]):
        card = await desk.deploy(f'production {ref} --emergency "now"')
        await desk.refused(card, f"{sha[:7]} is not in main of pawlogic/backend")
        assert desk.state_of(card) == (RunState.REFUSED, Reason.UNKNOWN_REF)
    assert desk.shipped(sha) == 0


async def test_a_freeze_that_begins_is_stopped_at_before_shipping_but_for_an_emergency(desk):
    sha = desk.soaks(hours=0)
    await desk.say("/pawdeploy freeze production for 2h because the board meets")
    card = await desk.asked('production --emergency "logins are down again"')
    await desk.approved(card)
    await desk.shows(card, ":large_green_circle: *Deployed", sha[:7])
    await desk.say("/pawdeploy unfreeze production")

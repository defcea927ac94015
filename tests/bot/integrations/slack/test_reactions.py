"""What Slack says of reactions is read whole, one name for each emoji; silence is never read as none."""

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.engine.consent import plain
from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.slack.calls import SlackWeb, make_client
from bot.integrations.slack.reactions import Reactions
from tests.bot.integrations.slack.conftest import DEPLOYS
from tests.sandbox.workspace.conftest import serve

ANN, BEN, CLEO = "U0ANNREQ001", "U0BENAPP001", "U0CLEOAPP01"


@pytest.fixture
async def card(desk) -> str:
    await desk.a_run()
    await desk.flush()
    return desk.cards[0].ts


async def test_everybody_is_named_however_many_reacted(desk, card):
    for user in (ANN, BEN, CLEO):
        await desk.ws.react(user, DEPLOYS, card, "white_check_mark")
    found = await Reactions(desk.web).on(DEPLOYS, card)
    assert found == {"white_check_mark": frozenset({ANN, BEN, CLEO})}


async def test_skin_tones_and_second_names_are_one_emoji(desk, card):
    await desk.ws.react(ANN, DEPLOYS, card, "+1::skin-tone-3")
    await desk.ws.react(BEN, DEPLOYS, card, "thumbsup")
    await desk.ws.react(CLEO, DEPLOYS, card, "+1")
    assert await Reactions(desk.web).on(DEPLOYS, card) == {"+1": frozenset({ANN, BEN, CLEO})}
    assert [plain(name) for name in (":x:", "thumbsdown::skin-tone-6", "no_entry")] == ["x", "-1", "no_entry"]


async def test_a_message_nobody_reacted_to_has_none(desk, card):
    assert await Reactions(desk.web).on(DEPLOYS, card) == {}


async def test_a_deleted_message_is_told_apart(desk, card):
    desk.ws.delete(DEPLOYS, card)
    with pytest.raises(VendorRejected) as refused:
        await Reactions(desk.web).on(DEPLOYS, card)
    assert refused.value.detail == "message_not_found"


@pytest.mark.parametrize("trouble", ["down", "429"])
async def test_while_slack_is_away_nothing_is_known(desk, card, trouble):
    desk.ws.faults.set("slack.answers", trouble)
    with pytest.raises(VendorUnavailable):
        await Reactions(desk.web).on(DEPLOYS, card)


async def test_an_answer_without_the_message_does_not_mean_that_nobody_reacted():
    async def empty(_request):
        return JSONResponse({"ok": True})

    async with serve(Starlette(routes=[Route("/{method}", empty, methods=["GET", "POST"])])) as url:
        with pytest.raises(VendorUnavailable):
            await Reactions(SlackWeb(make_client("xoxb-test", f"{url}/"))).on(DEPLOYS, "1.1")

"""Messages beside the card: asked in its thread, told to one person, a line elsewhere, a picture."""

import pytest

from bot.errors import VendorRejected, VendorUnavailable
from handlers.render.posts import Drawing
from tests.bot.integrations.slack.conftest import DEPLOYS, render_words
from tests.bot.pipelines._world import BEN, NOON

PNG = b"\x89PNG\r\n\x1a\n\x00\xff"


async def draw(occasion) -> Drawing:
    assert occasion.run is not None
    return Drawing(
        filename=f"run-{occasion.run.id}-watch.png",
        content=PNG,
        title="Errors a minute",
        alt="Errors rise at noon",
        comment=occasion.body,
    )


@pytest.fixture
async def desk(desk):
    desk.pictures["picture"] = draw
    return desk


async def owe(desk, kind: str, run_id: int | None, channel: str = DEPLOYS, key: str = "") -> str:
    key = key or f"{kind}:1"
    await desk.posts.owe(key, kind=kind, channel=channel, body=f"the {kind}", at=NOON, run_id=run_id)
    return key


def thread(desk):
    return desk.ws.thread(DEPLOYS, desk.cards[0].ts)


@pytest.mark.parametrize("kind", ["ask", "remind", "picture", "page"])
async def test_what_belongs_under_a_card_waits_for_it_and_is_said_once(desk, kind):
    run_id = await desk.a_run()
    await owe(desk, kind, run_id)
    desk.ws.faults.set("slack.answers", "down")
    await desk.publisher.flush()
    desk.ws.faults.set("slack.answers", "normal")
    await desk.flush(5)
    assert [one.text for one in thread(desk)] == [f"the {kind}"]
    assert await desk.posts.due() == ()


async def test_a_line_stands_in_its_own_channel(desk):
    run_id = await desk.a_run()
    await owe(desk, "line", run_id, "C0RELEASE01")
    await desk.flush(3)
    assert [one.text for one in desk.ws.messages("C0RELEASE01")] == ["the line"]


async def test_a_direct_message_reaches_its_person_after_the_card_with_a_link(desk):
    run_id = await desk.a_run()
    seen = []

    def words(occasion):
        seen.append(occasion.link)
        return render_words(occasion)

    desk.words["dm"] = words
    await owe(desk, "dm", run_id, BEN)
    await desk.flush(4)
    assert [one.text for one in desk.ws.direct(BEN)] == ["the dm"]
    assert seen == [await desk.web.permalink(DEPLOYS, desk.cards[0].ts)]


async def test_whoever_must_act_can_be_mentioned(desk):
    run_id = await desk.a_run()
    calls = []

    def words(occasion):
        calls.append(occasion.call)
        return render_words(occasion)

    desk.words["page"] = words
    await owe(desk, "page", run_id)
    await desk.flush(4)
    assert [call.oncall for call in calls] == ["<!subteam^S0APPROVER1>"]
    assert [call.approvers for call in calls] == [""], "staging asks nobody"


async def test_a_direct_message_about_no_run_waits_for_nothing(desk):
    await owe(desk, "dm", None, BEN)
    await desk.flush()
    assert len(desk.ws.direct(BEN)) == 1


async def test_a_direct_message_whose_answer_was_lost_is_not_sent_again(desk):
    key = await owe(desk, "dm", None, BEN)
    desk.reborn(hurried=True)
    desk.ws.faults.slow_seconds = 0.4
    desk.ws.faults.set("slack.answers", "slow")
    await desk.publisher.flush()
    desk.ws.faults.set("slack.answers", "normal")
    desk.reborn()
    await desk.flush(4)
    assert len(desk.ws.direct(BEN)) == 1
    assert (await desk.posts.find(key)).ts == ""
    assert await desk.posts.due() == ()


async def test_a_direct_message_tried_in_an_earlier_life_is_left_alone(desk):
    key = await owe(desk, "dm", None, BEN)
    await desk.posts.trying(key, NOON)
    desk.reborn()
    await desk.flush(3)
    assert desk.ws.direct(BEN) == []


async def test_a_direct_message_slack_had_no_room_for_comes_later(desk):
    await owe(desk, "dm", None, BEN)
    desk.ws.faults.set("slack.answers", "429")
    await desk.publisher.flush()
    desk.ws.faults.set("slack.answers", "normal")
    await desk.flush(3)
    assert len(desk.ws.direct(BEN)) == 1


async def test_a_picture_is_a_file_with_words_for_who_cannot_see_it(desk):
    run_id = await desk.a_run()
    key = await owe(desk, "picture", run_id)
    await desk.flush(4)
    (reply,) = thread(desk)
    (file,) = reply.files
    assert (file["name"], file["alt_txt"]) == (f"run-{run_id}-watch.png", "Errors rise at noon")
    assert desk.ws.core.files[file["id"]].content == PNG
    assert (await desk.posts.find(key)).ts == file["id"]


async def test_a_picture_whose_answer_was_lost_is_found_by_its_name(desk):
    run_id = await desk.a_run()
    await desk.flush(2)
    key = await owe(desk, "picture", run_id)
    await desk.flush(3)
    await desk.posts.landed(key, channel=DEPLOYS, ts="", revision=0)
    desk.reborn()
    await desk.flush(3)
    assert len(thread(desk)) == 1
    assert (await desk.posts.find(key)).ts == thread(desk)[0].files[0]["id"]


async def test_a_thread_whose_card_was_deleted_gets_a_new_card_first(desk):
    run_id = await desk.a_run()
    await desk.flush(2)
    old = desk.cards[0].ts
    desk.ws.delete(DEPLOYS, old)
    for kind in ("ask", "picture"):
        await owe(desk, kind, run_id)
    for _ in range(6):
        await desk.flush()
        await desk.clock.sleep(1)
    (card,) = desk.cards
    assert card.ts != old
    assert sorted(one.text for one in thread(desk)) == ["the ask", "the picture"]


async def test_a_kind_nobody_draws_holds_nobody_else_up(desk):
    await owe(desk, "riddle", await desk.a_run())
    await owe(desk, "dm", None, BEN)
    await desk.flush(2)
    assert len(desk.ws.direct(BEN)) == 1


async def test_an_upload_that_fails_is_one_of_our_two_errors(desk):
    await desk.a_run()
    await desk.flush(2)
    words = {"title": "t", "alt": "a", "comment": "c"}
    with pytest.raises(VendorRejected, match="not_in_channel"):
        await desk.web.upload("C0GENERAL01", "", "a.png", PNG, **words)
    desk.ws.faults.set("slack.answers", "down")
    with pytest.raises(VendorUnavailable):
        await desk.web.upload(DEPLOYS, desk.cards[0].ts, "a.png", PNG, **words)


async def test_a_whisper_reaches_one_person(desk):
    await desk.web.whisper(DEPLOYS, BEN, "your ✅ came before the question")
    assert [one.text for one in desk.ws.ephemerals(BEN)] == ["your ✅ came before the question"]
    assert desk.cards == []

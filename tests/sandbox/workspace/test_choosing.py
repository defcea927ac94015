"""Boxes and menus in messages: what the app hears, and what a person's client keeps showing."""

import pytest

from sandbox.workspace.blocks import accept_message_blocks
from sandbox.workspace.errors import Refused
from tests.sandbox.workspace.conftest import ANN, BEN, DEPLOYS, bolt_app
from tests.sandbox.workspace.test_blocks import actions, menu, option, plain, section

STEPS = [
    {"text": {"type": "mrkdwn", "text": f"Step *{number}*"}, "value": str(number)} for number in (1, 2, 3)
]


def boxes(*ticked: str, **more: object) -> dict:
    element = {"type": "checkboxes", "action_id": "tick", "options": STEPS, **more}
    initial = [one for one in STEPS if one["value"] in ticked]
    return element | ({"initial_options": initial} if initial else {})


def checklist(*ticked: str, block_id: str = "steps") -> list[dict]:
    return [{**section("Steps"), "block_id": block_id, "accessory": boxes(*ticked)}]


class Card:
    """A message with elements, and what its app heard of it."""

    def __init__(self, ws, client, ts: str) -> None:
        self.ws, self.client, self.ts = ws, client, ts
        self.heard: list[dict] = []

    async def becomes(self, blocks: list[dict]) -> None:
        await self.client.chat_update(channel=DEPLOYS, ts=self.ts, text="card", blocks=blocks)

    async def tick(self, user: str, value: str, **how: object):
        return await self.ws.tick(user, DEPLOYS, self.ts, "tick", value, **how)

    @property
    def action(self) -> dict:
        return self.heard[-1]["actions"][0]

    @property
    def ticked(self) -> list[str]:
        return [one["value"] for one in self.action["selected_options"]]


@pytest.fixture
async def post(ws, client, connect):
    async def posted(blocks: list[dict]) -> Card:
        card = Card(ws, client, "")
        app = bolt_app(ws)

        @app.action({"type": "block_actions", "action_id": "tick"})
        async def acted(ack, body):
            await ack()
            card.heard.append(body)

        await connect(app)
        card.ts = (await client.chat_postMessage(channel=DEPLOYS, text="card", blocks=blocks))["ts"]
        return card

    return posted


@pytest.mark.parametrize(
    "element",
    [
        boxes(initial_options=[{**STEPS[0], "value": "9"}]),
        boxes(initial_options=[{**STEPS[0], "description": plain("new words")}]),
        {"type": "radio_buttons", "action_id": "x", "options": STEPS, "initial_option": option("1")},
        menu(options=[option("1")], initial_option=option("2")),
        menu(option_groups=[{"label": plain("g"), "options": [option("1")]}], initial_option=option("2")),
    ],
)
def test_what_is_chosen_at_first_must_stand_among_the_options_word_for_word(element):
    with pytest.raises(Refused) as caught:
        accept_message_blocks([actions(element)])

    assert "must match" in caught.value.more["errors"][0]
    assert "/blocks/0/elements/0/initial_option" in caught.value.more["errors"][0]


def test_what_matches_is_kept():
    accept_message_blocks([actions(boxes("1", "3"), menu(options=[option("1")], initial_option=option("1")))])


def test_markup_is_for_boxes_and_not_for_menus():
    with pytest.raises(Refused) as caught:
        accept_message_blocks([actions(menu(options=STEPS))])

    assert "unsupported type: mrkdwn" in caught.value.more["errors"][0]


def test_no_more_than_ten_boxes_stand_together():
    many = [option(str(number)) for number in range(11)]

    with pytest.raises(Refused) as caught:
        accept_message_blocks([actions({"type": "checkboxes", "action_id": "x", "options": many})])

    assert "no more than 10 items" in caught.value.more["errors"][0]


def test_only_an_overflows_entry_leads_somewhere():
    entries = [{**option("a"), "url": "https://x.test"}, option("b")]
    accept_message_blocks([actions({"type": "overflow", "action_id": "x", "options": entries})])

    with pytest.raises(Refused):
        accept_message_blocks([actions(menu(options=entries))])


async def test_a_tick_sends_every_ticked_box_in_the_order_they_stand(post):
    card = await post(checklist("3"))

    assert (await card.tick(ANN, "1")).ok

    assert card.ticked == ["1", "3"]
    assert card.action["selected_options"][0] == STEPS[0]
    assert card.action["initial_options"] == [STEPS[2]]
    assert (card.action["type"], card.action["block_id"]) == ("checkboxes", "steps")
    assert card.heard[0]["state"]["values"]["steps"]["tick"]["selected_options"] == [STEPS[0], STEPS[2]]


async def test_a_box_is_cleared_and_never_twice(post):
    card = await post(checklist("1", "2"))

    assert (await card.tick(ANN, "2", on=False)).ok

    assert card.ticked == ["1"]
    assert (await card.tick(ANN, "2", on=False)).error == "already_so"
    assert (await card.tick(ANN, "9")).error == "no_such_option"
    assert (await card.ws.tick(ANN, DEPLOYS, card.ts, "tick")).error == "no_such_option"
    assert (await card.ws.tick(ANN, DEPLOYS, card.ts, "other", "1")).error == "no_such_element"
    assert (await card.ws.tick(ANN, DEPLOYS, "1.000001", "tick", "1")).error == "message_not_found"


async def test_the_only_box_need_not_be_named(post):
    card = await post([actions(boxes(options=STEPS[:1]))])

    assert (await card.ws.tick(ANN, DEPLOYS, card.ts, "tick")).ok
    assert card.ticked == ["1"]


async def test_a_block_says_which_of_two_lists_is_meant(post):
    card = await post([*checklist(block_id="first"), *checklist("2", block_id="second")])

    await card.tick(ANN, "1", block_id="second")

    assert (card.action["block_id"], card.ticked) == ("second", ["1", "2"])


async def test_an_edit_does_not_reach_the_boxes_of_who_has_them_on_the_screen(post):
    card = await post(checklist())
    await card.tick(ANN, "1")
    card.ws.look(BEN, DEPLOYS, card.ts)

    await card.becomes(checklist("1", "2"))

    await card.tick(ANN, "3")
    assert card.ticked == ["1", "3"]
    await card.tick(BEN, "3")
    assert card.ticked == ["3"]


async def test_a_new_block_shows_what_the_message_says(post):
    card = await post(checklist())
    await card.tick(ANN, "1")

    await card.becomes(checklist("1", "2", block_id="steps.2"))

    await card.tick(ANN, "3")
    assert card.ticked == ["1", "2", "3"]


async def test_a_box_that_is_no_longer_offered_is_no_longer_ticked(post):
    card = await post(checklist())
    await card.tick(ANN, "1")
    left = {**boxes(), "options": STEPS[1:]}

    await card.becomes([{**section("Steps"), "block_id": "steps", "accessory": left}])

    await card.tick(ANN, "2")
    assert card.ticked == ["2"]


async def test_only_what_is_there_can_be_looked_at(ws):
    with pytest.raises(KeyError):
        ws.look(ANN, DEPLOYS, "1.000001")


def people(kind: str, **more: object) -> dict:
    return {"type": kind, "action_id": "tick", "placeholder": plain("Who?"), **more}


@pytest.mark.parametrize(
    ("element", "chosen", "key", "told"),
    [
        (menu(action_id="tick", options=[option("a"), option("b")]), "b", "selected_option", option("b")),
        (
            {"type": "radio_buttons", "action_id": "tick", "options": STEPS},
            "2",
            "selected_option",
            STEPS[1],
        ),
        (
            {"type": "overflow", "action_id": "tick", "options": [option("a"), option("b")]},
            "a",
            "selected_option",
            option("a"),
        ),
        (people("users_select", initial_user=ANN), BEN, "selected_user", BEN),
        (people("multi_users_select"), [ANN, BEN], "selected_users", [ANN, BEN]),
        (boxes(), ["3", "1"], "selected_options", [STEPS[2], STEPS[0]]),
    ],
)
async def test_a_choice_is_told_as_slack_tells_it(post, element, chosen, key, told):
    card = await post([{**actions(element), "block_id": "row"}])

    assert (await card.ws.choose(ANN, DEPLOYS, card.ts, "tick", chosen)).ok

    assert card.action[key] == told
    assert card.action["action_ts"] > card.ts
    assert {name: card.action[name] for name in element if name.startswith(("initial_", "placeholder"))} == {
        name: element[name] for name in element if name.startswith(("initial_", "placeholder"))
    }
    kept = card.heard[0]["state"]["values"].get("row", {})
    assert kept == ({} if element["type"] == "overflow" else {"tick": {"type": element["type"], key: told}})


async def test_a_button_drawn_anew_under_the_pointer_is_the_button_that_was_meant(post):
    def row(block_id: str, value: str) -> list[dict]:
        button = {"type": "button", "action_id": "tick", "text": plain("Go on"), "value": value}
        return [{**actions(button), "block_id": block_id}]

    card = await post(row("before", "stage 1"))
    await card.becomes(row("after", "stage 1"))
    pressed = {"value": {"value": "stage 1"}, "block_id": "before"}
    assert (await card.ws.press(ANN, DEPLOYS, card.ts, "tick", **pressed)).ok
    assert (card.action["value"], card.action["block_id"]) == ("stage 1", "after")

    await card.becomes(row("later", "stage 2"))
    assert (await card.ws.press(ANN, DEPLOYS, card.ts, "tick", **pressed)).error == "no_such_element"

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.workspace.blocks import accept_message_blocks, problems_of
from sandbox.workspace.errors import Refused
from sandbox.workspace.view_check import accept_view


def plain(text: str) -> dict:
    return {"type": "plain_text", "text": text}


def button(**more: object) -> dict:
    return {"type": "button", "action_id": "go", "text": plain("Go"), **more}


def section(text: str) -> dict:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def option(value: str) -> dict:
    return {"text": plain(value), "value": value}


def menu(**more: object) -> dict:
    return {"type": "static_select", "action_id": "pick", **more}


def actions(*elements: dict) -> dict:
    return {"type": "actions", "elements": list(elements)}


def modal(*blocks: dict, **more: object) -> dict:
    return {"type": "modal", "title": plain("Deploy"), "blocks": list(blocks), **more}


REFUSED = [
    ([{"type": "sektion"}], "unsupported type: sektion", "/blocks/0/type"),
    ([{}], "missing required field: type", "/blocks/0"),
    ([{"type": "section"}], "missing required field: text or fields", "/blocks/0"),
    ([section("")], "must be more than 0 characters", "/blocks/0/text/text"),
    ([section("x" * 3001)], "must be less than 3001 characters", "/blocks/0/text/text"),
    ([{**section("x"), "colour": "red"}], "invalid additional property: colour", "/blocks/0"),
    (
        [{"type": "header", "text": plain("x" * 151)}],
        "must be less than 151 characters",
        "/blocks/0/text/text",
    ),
    (
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        "unsupported type: mrkdwn",
        "/blocks/0/text/type",
    ),
    ([{"type": "context", "elements": []}], "must provide at least 1 item(s)", "/blocks/0/elements"),
    (
        [{"type": "context", "elements": [plain("x")] * 11}],
        "no more than 10 items allowed",
        "/blocks/0/elements",
    ),
    (
        [{"type": "divider"}, actions(button(text=plain("x" * 76)))],
        "must be less than 76 characters",
        "/blocks/1/elements/0/text/text",
    ),
    ([actions(button(value="x" * 2001))], "must be less than 2001 characters", "/blocks/0/elements/0/value"),
    ([actions(button(value=7))], "must be a string", "/blocks/0/elements/0/value"),
    ([actions(button(style="loud"))], "must be a valid enum value", "/blocks/0/elements/0/style"),
    (
        [actions(button(url="https://x.test/" + "x" * 3000))],
        "must be less than 3001 characters",
        "/blocks/0/elements/0/url",
    ),
    (
        [actions(*[button(action_id=f"a{n}") for n in range(26)])],
        "no more than 25 items allowed",
        "/blocks/0/elements",
    ),
    ([actions(button(), button())], "already exists for another element", "/blocks/0/elements/1/action_id"),
    (
        [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}],
        "already exists",
        "/blocks/1/block_id",
    ),
    ([{"type": "divider", "block_id": "x" * 256}], "must be less than 256 characters", "/blocks/0/block_id"),
    ([actions(menu(options=[]))], "must provide at least 1 item(s)", "/blocks/0/elements/0/options"),
    (
        [actions(menu(options=[option(str(n)) for n in range(101)]))],
        "no more than 100 items",
        "/blocks/0/elements/0/options",
    ),
    ([actions(menu())], "exactly one of `options` or `option_groups`", "/blocks/0/elements/0"),
    (
        [actions({"type": "overflow", "action_id": "o", "options": [option("a")]})],
        "at least 2",
        "/blocks/0/elements/0/options",
    ),
    (
        [actions(button(confirm={"title": plain("x" * 101), "text": plain("y"), "confirm": plain("z")}))],
        "must be less than 101",
        "/blocks/0/elements/0/confirm/title/text",
    ),
    ([{"type": "divider"}] * 51, "no more than 50 items allowed", "/blocks"),
]


@pytest.mark.parametrize(("blocks", "words", "pointer"), REFUSED)
def test_a_message_beyond_block_kits_limits_is_refused_and_the_place_is_named(blocks, words, pointer):
    with pytest.raises(Refused) as caught:
        accept_message_blocks(blocks)

    assert caught.value.error == "invalid_blocks"
    problem = caught.value.more["errors"][0]
    assert words in problem
    assert f"[json-pointer:{pointer}]" in problem


def test_blocks_too_long_together_are_refused():
    with pytest.raises(Refused) as caught:
        accept_message_blocks([section("x" * 3000) for _ in range(5)])

    assert caught.value.error == "msg_blocks_too_long"


def test_blocks_without_ids_get_some():
    (block,) = accept_message_blocks([actions({"type": "button", "text": plain("Go")})])

    assert block["block_id"]
    assert block["elements"][0]["action_id"]


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (
            modal(section("x"), title=plain("x" * 25)),
            "must be less than 25 characters [json-pointer:/view/title/text]",
        ),
        (modal(section("x"), private_metadata="x" * 3001), "[json-pointer:/view/private_metadata]"),
        (modal({"type": "sektion"}), "[json-pointer:/view/blocks/0/type]"),
        (modal(*[{"type": "divider"}] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
        (
            modal({"type": "input", "label": plain("Ref"), "element": {"type": "plain_text_input"}}),
            "missing required field: submit",
        ),
        ({"type": "modal", "blocks": []}, "missing required field: title"),
    ],
)
def test_a_form_beyond_the_limits_is_refused_and_the_place_is_named(view, words):
    with pytest.raises(Refused) as caught:
        accept_view(view)

    assert caught.value.error == "invalid_arguments"
    assert any(words in one for one in caught.value.more["response_metadata"]["messages"])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "options", "action_id", "x"]), inside, max_size=4
        )
    ),
    max_leaves=12,
)
almost_blocks = st.lists(
    st.builds(
        lambda kind, rest: {**rest, "type": kind},
        st.sampled_from(["section", "actions", "context", "input", "divider", "header", "card", "table"]),
        st.dictionaries(st.sampled_from(["text", "elements", "element", "fields", "accessory"]), json_values),
    ),
    max_size=3,
)


@given(almost_blocks)
def test_any_blocks_are_either_kept_or_refused_and_never_break_slack(blocks):
    problems = problems_of(blocks, "/blocks", 50)

    with pytest.raises(Refused, match="invalid_blocks") if problems else contextlib.nullcontext():
        assert len(accept_message_blocks(blocks)) == len(blocks)

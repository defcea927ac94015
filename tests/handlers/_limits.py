"""Slack's limits, written down apart from the code that keeps them (docs.slack.dev/reference/block-kit)."""

import json
import re

MENTION = re.compile(
    r"<(?!(@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+|#[CG][A-Z0-9]+|!date\^\d+\^[^|>]*|https?://[^|>]*)(\|[^<>]*)?>)"
)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def assert_mrkdwn(text: str) -> None:
    """No angle bracket but in our own links and mentions, no loose ampersand."""
    assert not MENTION.search(text), text
    assert not re.search(r"&(?!(amp|lt|gt);)", re.sub(r"<[^>]*>", "", text)), text
    without = re.sub(r"<[^<>]*>", "", text)
    assert "<" not in without
    assert ">" not in without


def assert_text(value: dict, limit: int) -> None:
    assert value["type"] in {"mrkdwn", "plain_text"}
    assert 1 <= units(value["text"]) <= limit
    if value["type"] == "mrkdwn":
        assert_mrkdwn(value["text"])


def assert_button(element: dict) -> None:
    assert element["type"] == "button"
    assert_text(element["text"], 75)
    assert element["text"]["type"] == "plain_text"
    assert 1 <= units(element["action_id"]) <= 255
    assert units(element.get("value", "")) <= 2000
    assert units(element.get("url", "")) <= 3000
    assert element.get("style") in {None, "primary", "danger"}
    if confirm := element.get("confirm"):
        for key, limit in {"title": 100, "text": 300, "confirm": 30, "deny": 30}.items():
            assert_text(confirm[key], limit)


def assert_block(block: dict) -> None:
    assert units(block.get("block_id", "-")) in range(1, 256)
    match block["type"]:
        case "section":
            assert_text(block["text"], 3000)
            if beside := block.get("accessory"):
                assert_button(beside) if beside["type"] == "button" else assert_element(beside)
        case "context":
            assert 1 <= len(block["elements"]) <= 10
            for element in block["elements"]:
                assert_text(element, 3000)
        case "actions":
            assert 1 <= len(block["elements"]) <= 25
            for element in block["elements"]:
                assert_button(element)
            ids = [element["action_id"] for element in block["elements"]]
            assert len(ids) == len(set(ids))
        case "input":
            assert_input(block)
        case other:
            raise AssertionError(other)


def assert_input(block: dict) -> None:
    assert_text(block["label"], 2000)
    assert units(block["block_id"]) <= 255
    assert_element(block["element"])


def assert_element(element: dict) -> None:
    assert 1 <= units(element["action_id"]) <= 255
    if "placeholder" in element:
        assert_text(element["placeholder"], 150)
    match element["type"]:
        case "static_select" | "checkboxes" | "radio_buttons":
            assert 1 <= len(element["options"]) <= (100 if element["type"] == "static_select" else 10)
            for option in element["options"]:
                assert_text(option["text"], 75)
                assert 1 <= units(option["value"]) <= 75
                if "description" in option:
                    assert_text(option["description"], 75)
            assert element.get("initial_option", element["options"][0]) in element["options"]
            assert all(chosen in element["options"] for chosen in element.get("initial_options", []))
        case "plain_text_input":
            assert element["max_length"] <= 3000
            assert units(element.get("initial_value", "")) <= element["max_length"]
            assert "placeholder" in element
        case "users_select":
            assert re.fullmatch(r"[UW][A-Z0-9]+", element.get("initial_user", "U1"))
        case "datetimepicker":
            assert "placeholder" not in element
        case other:
            raise AssertionError(other)


def assert_message(message) -> None:
    """What ``chat.postMessage`` would take."""
    sent = json.loads(json.dumps(message.to_slack()))
    assert 1 <= units(sent["text"]) <= 4000
    assert_mrkdwn(sent["text"])
    assert 1 <= len(sent["blocks"]) <= 50
    assert len(json.dumps(sent["blocks"], ensure_ascii=False)) < 40_000
    assert sum(units(text) for text in texts(sent["blocks"])) <= 13_200
    for block in sent["blocks"]:
        assert_block(block)
    named = [block["block_id"] for block in sent["blocks"] if "block_id" in block]
    assert len(named) == len(set(named))


def texts(value) -> list[str]:
    """Every ``text`` string inside blocks."""
    if isinstance(value, list):
        return [found for item in value for found in texts(item)]
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [
            found for key, item in value.items() if key != "text" or not own for found in texts(item)
        ]
    return []


def words(message) -> str:
    """All a reader sees in the blocks, a line each."""
    return "\n".join(texts(message.to_slack()["blocks"]))


def assert_view(view: dict) -> None:
    """What ``views.open`` would take."""
    sent = json.loads(json.dumps(view))
    assert sent["type"] == "modal"
    for key in ("title", "submit", "close"):
        if key in sent:
            assert_text(sent[key], 24)
    assert units(sent.get("private_metadata", "")) <= 3000
    assert 1 <= len(sent["blocks"]) <= 100
    for block in sent["blocks"]:
        assert_block(block)

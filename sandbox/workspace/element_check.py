"""Block Kit's interactive elements and their limits (https://docs.slack.dev/reference/block-kit/block-elements)."""

from collections.abc import Mapping

from sandbox.workspace.model import options_of
from sandbox.workspace.shape_check import (
    Check,
    Note,
    anything,
    flag,
    items,
    number,
    one_of,
    string,
    tagged,
    text,
    thing,
    typed,
)

PLAIN_TEXT_LIMIT = 3000
_ID = string(255)
_CONFIRM = thing(
    {"title": text(100, plain_only=True), "text": text(300), "confirm": text(30, plain_only=True)},
    {"deny": text(30, plain_only=True), "style": one_of("primary", "danger")},
)


def _option(*, plain_only: bool, more: Mapping[str, Check] = {}) -> Check:
    return thing(
        {"text": text(75, plain_only=plain_only), "value": string(150)},
        {"description": text(75, plain_only=plain_only), **more},
    )


_BOX = _option(plain_only=False)
"""Beside a box or a radio button, markup is drawn."""
_ENTRY = _option(plain_only=True)
"""In a menu it is not, and so not taken."""
_LINKED = _option(plain_only=True, more={"url": string(3000)})
_GROUP = thing({"label": text(75, plain_only=True), "options": items(_ENTRY, 100)})
_COMMON: dict[str, Check] = {"action_id": _ID, "confirm": _CONFIRM, "focus_on_load": flag}
_PLACEHOLDER: dict[str, Check] = {"placeholder": text(150, plain_only=True)}
_FILTER = thing(
    {}, {"include": anything, "exclude_external_shared_channels": flag, "exclude_bot_users": flag}
)


def _begins_with_its_own(base: Check) -> Check:
    """Hold that what is chosen at first stands among the options, word for word, as Slack does.

    A description that differs is enough (https://github.com/slackapi/python-slack-sdk/issues/1509).
    """

    def check(value: object, at: str, note: Note) -> None:
        wrong: list[str] = []

        def heard(pointer: str, words: str) -> None:
            wrong.append(pointer)
            note(pointer, words)

        base(value, at, heard)
        if wrong or not isinstance(value, dict):
            return
        offered = options_of(value)
        for one in value.get("initial_options", []):
            if one not in offered:
                note(f"{at}/initial_options", "must match options")
        if "initial_option" in value and value["initial_option"] not in offered:
            note(f"{at}/initial_option", "must match an option")

    return check


def _select(*, many: bool) -> Check:
    initial: dict[str, Check] = (
        {"initial_options": items(_ENTRY, 100), "max_selected_items": number}
        if many
        else {"initial_option": _ENTRY}
    )
    base = typed(
        {},
        {
            **_COMMON,
            **_PLACEHOLDER,
            **initial,
            "options": items(_ENTRY, 100),
            "option_groups": items(_GROUP, 100),
        },
    )

    def check(value: object, at: str, note: Note) -> None:
        base(value, at, note)
        if isinstance(value, dict) and ("options" in value) is ("option_groups" in value):
            note(at, "must provide exactly one of `options` or `option_groups`")

    return _begins_with_its_own(check)


def _people_select(initial: str) -> Check:
    return typed(
        {},
        {
            **_COMMON,
            **_PLACEHOLDER,
            initial: anything,
            "max_selected_items": number,
            "filter": _FILTER,
            "response_url_enabled": flag,
            "default_to_current_conversation": flag,
        },
    )


BUTTON = typed(
    {"text": text(75, plain_only=True)},
    {
        "action_id": _ID,
        "url": string(3000),
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "confirm": _CONFIRM,
        "accessibility_label": string(75),
    },
)

_PICK: dict[str, Check] = {
    "checkboxes": _begins_with_its_own(
        typed({"options": items(_BOX, 10)}, {**_COMMON, "initial_options": items(_BOX, 10)})
    ),
    "radio_buttons": _begins_with_its_own(
        typed({"options": items(_BOX, 10)}, {**_COMMON, "initial_option": _BOX})
    ),
    "static_select": _select(many=False),
    "users_select": _people_select("initial_user"),
    "conversations_select": _people_select("initial_conversation"),
    "channels_select": _people_select("initial_channel"),
    "datepicker": typed({}, {**_COMMON, **_PLACEHOLDER, "initial_date": string(10)}),
    "timepicker": typed({}, {**_COMMON, **_PLACEHOLDER, "initial_time": string(5), "timezone": string(100)}),
    "datetimepicker": typed({}, {**_COMMON, "initial_date_time": number}),
}
_PICK_MANY: dict[str, Check] = {
    "multi_static_select": _select(many=True),
    "multi_users_select": _people_select("initial_users"),
    "multi_conversations_select": _people_select("initial_conversations"),
    "multi_channels_select": _people_select("initial_channels"),
}
_OVERFLOW = typed({"options": items(_LINKED, 5, least=2)}, {"action_id": _ID, "confirm": _CONFIRM})
_IMAGE = typed({"alt_text": string(2000)}, {"image_url": string(3000), "slack_file": anything})
_WRITE: dict[str, Check] = {
    "plain_text_input": typed(
        {},
        {
            "action_id": _ID,
            **_PLACEHOLDER,
            "initial_value": string(PLAIN_TEXT_LIMIT, least=0),
            "multiline": flag,
            "min_length": number,
            "max_length": number,
            "dispatch_action_config": anything,
            "focus_on_load": flag,
        },
    ),
    "number_input": typed(
        {"is_decimal_allowed": flag},
        {
            "action_id": _ID,
            **_PLACEHOLDER,
            "initial_value": string(100, least=0),
            "min_value": string(100),
            "max_value": string(100),
            "dispatch_action_config": anything,
            "focus_on_load": flag,
        },
    ),
    "url_text_input": typed(
        {}, {"action_id": _ID, **_PLACEHOLDER, "initial_value": string(3000), "focus_on_load": flag}
    ),
    "email_text_input": typed(
        {}, {"action_id": _ID, **_PLACEHOLDER, "initial_value": string(3000), "focus_on_load": flag}
    ),
    "file_input": typed({}, {"action_id": _ID, "filetypes": anything, "max_files": number}),
    "rich_text_input": typed(
        {}, {"action_id": _ID, **_PLACEHOLDER, "initial_value": anything, "focus_on_load": flag}
    ),
}

IN_ACTIONS = tagged({"button": BUTTON, "overflow": _OVERFLOW, **_PICK, **_PICK_MANY})
"""What may stand in an ``actions`` block."""
AS_ACCESSORY = tagged({"button": BUTTON, "overflow": _OVERFLOW, "image": _IMAGE, **_PICK, **_PICK_MANY})
"""What may stand beside a section's text."""
IN_INPUT = tagged({**_PICK, **_PICK_MANY, **_WRITE})
"""What may stand in an ``input`` block."""
_CONTEXT_TEXT = text(3000)


def in_context(value: object, at: str, note: Note) -> None:
    """Accept what may stand in a ``context`` block: texts and small images."""
    if isinstance(value, dict) and value.get("type") == "image":
        _IMAGE(value, at, note)
    else:
        _CONTEXT_TEXT(value, at, note)

"""What a person chose or typed in an element, as Slack reports it in ``actions`` and in ``state.values``."""

from collections.abc import Mapping

from sandbox.workspace.errors import Refused
from sandbox.workspace.model import Json, elements, options_of

KEYS = {
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
"""Under which key an element's choice is reported; every other element reports ``value``."""
_TOLD = ("placeholder", "confirm", "timezone")
"""What else of an element comes with a choice made in it."""
_STATELESS = ("button", "overflow")


def key_of(element: Json) -> str:
    """Return the key an element's choice is reported under."""
    return KEYS.get(element["type"], "value")


def chosen(element: Json, given: object) -> object:
    """Turn what a test or the page gives (a plain value or Slack's own shape) into what Slack reports.

    Raises ``Refused("no_such_option")`` for something the menu does not offer.
    """
    key = key_of(element)
    value = given.get(key, given.get("value")) if isinstance(given, Mapping) else given
    if value is None:
        return [] if key.endswith("s") else None
    if key == "selected_option":
        return _option(element, value)
    if key == "selected_options":
        many = value if isinstance(value, list | tuple) else [value]
        return [_option(element, one) for one in many]
    return value


def _option(element: Json, wanted: object) -> Json:
    named = wanted.get("value") if isinstance(wanted, Mapping) else wanted
    for option in options_of(element):
        if option["value"] == named:
            return dict(option)
    raise Refused("no_such_option", detail=str(named))


def initial(element: Json) -> object:
    """Return what an element shows before anybody touched it."""
    key = key_of(element)
    start = element.get("initial_" + key.removeprefix("selected_"))
    return [] if start is None and key.endswith("s") else start


def values_of(blocks: list[Json], chosen_so_far: Json) -> Json:
    """Return ``state.values`` of a surface: every stateful element, chosen or at its start."""
    values: Json = {}
    for element in elements(blocks):
        if element["type"] in _STATELESS:
            continue
        block, action = element["block_id"], element["action_id"]
        known = _still(element, chosen_so_far.get(block, {}).get(action))
        entry = known or {"type": element["type"], key_of(element): initial(element)}
        values.setdefault(block, {})[action] = entry
    return values


def _still(element: Json, entry: Json | None) -> Json | None:
    """Return a choice as the element offers it now: of another kind, or no longer there, it is gone."""
    if entry is None or entry["type"] != element["type"]:
        return None
    key = key_of(element)
    if key not in ("selected_option", "selected_options") or not entry[key]:
        return entry
    offered = {option["value"]: option for option in options_of(element)}
    if key == "selected_option":
        there = offered.get(entry[key]["value"])
        return None if there is None else {**entry, key: dict(there)}
    kept = [dict(offered[one["value"]]) for one in entry[key] if one["value"] in offered]
    return {**entry, key: kept}


def action_of(element: Json, given: object, ts: str) -> Json:
    """Build the entry of ``actions`` for one press."""
    action: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": element["block_id"],
        "action_ts": ts,
    }
    if element["type"] == "button":
        extra = {name: element[name] for name in ("text", "value", "style", "url") if name in element}
        return action | extra
    said = {name: element[name] for name in element if name.startswith("initial_") or name in _TOLD}
    return action | said | {key_of(element): chosen(element, given)}


def unfilled(blocks: list[Json], values: Json) -> dict[str, str]:
    """Return what Slack's client itself complains about before a form is sent, by block id."""
    wrong: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element, name = block["element"], block["block_id"]
        value = values[name][element["action_id"]][key_of(element)]
        if value in (None, "", []):
            if not block.get("optional"):
                wrong[name] = "Please complete this required field."
            continue
        if element["type"] != "plain_text_input":
            continue
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if len(value) < least:
            wrong[name] = f"Must be at least {least} characters."
        elif len(value) > most:
            wrong[name] = f"Must be at most {most} characters."
    return wrong


def filled(blocks: list[Json], before: Json, values: Mapping[str, object]) -> Json:
    """Return the state with ``values`` put in.

    ``values`` is Slack's ``{block: {action: {...}}}``, or simply a value by block id or action id.
    Raises ``Refused`` for a choice or an element that is not there.
    """
    state = {block: dict(actions) for block, actions in before.items()}
    known: set[str] = set()
    for element in elements(blocks):
        block, action = element["block_id"], element["action_id"]
        known |= {block, action}
        given = values.get(block, values.get(action))
        if isinstance(given, Mapping) and action in given:
            given = given[action]
        if block not in values and action not in values:
            continue
        entry = {"type": element["type"], key_of(element): chosen(element, given)}
        state.setdefault(block, {})[action] = entry
    if unknown := set(values) - known:
        raise Refused("no_such_element", detail=", ".join(sorted(unknown)))
    return state

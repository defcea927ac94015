"""The manifest, the tables, the help and the docs say the same."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

import handlers
from bot.project import COMMAND_WORDS
from handlers.commands import deploy, pawdeploy, pawincident, pawmobile, pawota
from handlers.commands.help import entry
from handlers.render import (
    _alert_buttons,
    _buttons,
    _incident_buttons,
    _release_buttons,
    _update_buttons,
    alert_forms,
    device_forms,
    forms,
    holds,
    incident_forms,
    reason_forms,
    rollback_form,
)
from handlers.render.help import environments_foot, ota_foot, playbooks_foot, render_help
from handlers.render.mobile_lists import releases_foot
from tests.handlers._limits import assert_message, words

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT.parent / "shared" / "contracts" / "slack-manifest.schema.json"
DOCS = (ROOT / "docs" / "commands.md").read_text().replace("\\|", "|")  # as a table must write it
DRAWING = (_buttons, _alert_buttons, _incident_buttons, _update_buttons, _release_buttons)
"""Modules whose words in capital letters, sentences apart, are the ids of buttons."""
NO_IDS = {"OPEN_URL", "OPEN_DEPLOYMENT", "OPEN_ALERT", "TICKED"}
"""Those of pages, and the value of a box."""
TABLES = {
    pawdeploy.NAME: (pawdeploy.SUBCOMMANDS, environments_foot(("staging", "production"))),
    pawincident.NAME: (pawincident.SUBCOMMANDS, playbooks_foot(("api-down",))),
    pawota.NAME: (pawota.SUBCOMMANDS, ota_foot(("production",))),
    pawmobile.NAME: (pawmobile.SUBCOMMANDS, releases_foot(("mobile",))),
}
ROWS = [(name, row) for name, (table, _) in TABLES.items() for row in table.values()]


def help_of(name: str):
    table, foot = TABLES[name]
    return render_help([entry(each) for each in table.values()], foot)


NEEDED = {
    "reactions:read": "reactions.get, and the events of reactions",
    "im:write": "conversations.open, to ask one person",
    "users:read": "users.info, for a person's time zone",
    "files:write": "files.getUploadURLExternal, the picture of a watch, the report of an incident",
    "channels:manage": "conversations.create, .invite, .setTopic and .archive, an incident's own channel",
    "pins:read": "the events of pins",
    "commands": "the slash command",
    "chat:write": "chat.postMessage, chat.update",
    "usergroups:read": "usergroups.users.list",
    "channels:history": "conversations.history of a public channel",
    "groups:history": "conversations.history of a private channel",
    "metadata.message:read": "include_all_metadata of conversations.history",
    "channels:read": "conversations.info of a public channel",
    "groups:read": "conversations.info of a private channel",
}
"""Every scope and the call that needs it (docs.slack.dev/reference/scopes)."""


@pytest.fixture(scope="module")
def manifest() -> dict:
    return yaml.safe_load((ROOT / "app.manifest.yaml").read_text())


def test_every_slash_command_in_the_manifest_has_a_handler_and_back(manifest):
    assert {each["command"] for each in manifest["features"]["slash_commands"]} == set(handlers.COMMANDS)


def test_every_event_in_the_manifest_has_a_handler_and_back(manifest):
    subscribed = manifest["settings"].get("event_subscriptions", {}).get("bot_events", [])
    assert set(subscribed) == set(handlers.EVENTS)


def test_the_manifest_asks_for_no_scope_without_a_use(manifest):
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == set(NEEDED)


def test_the_manifest_is_one_slack_takes(manifest):
    if not SCHEMA.exists():
        pytest.skip(f"Slack's manifest schema is not here ({SCHEMA.name}); CI has it under shared/contracts")
    jsonschema.Draft7Validator(json.loads(SCHEMA.read_text())).validate(manifest)


def test_buttons_work_over_socket_mode(manifest):
    assert manifest["settings"]["interactivity"]["is_enabled"]
    assert manifest["settings"]["socket_mode_enabled"]


@pytest.mark.parametrize(("name", "row"), ROWS, ids=[f"{name} {row.name}".strip() for name, row in ROWS])
def test_every_subcommand_and_option_is_in_help_docs_and_usage_hint(name, row, manifest):
    drawn = words(help_of(name))
    [hint] = [
        each["usage_hint"] for each in manifest["features"]["slash_commands"] if each["command"] == name
    ]

    assert f"`{row.usage}`" in drawn
    assert f"`{row.usage}`" in DOCS
    assert row.name in hint
    for option in row.options:
        assert f"`{option.usage}`" in drawn
        assert f"| `{option.usage}` |" in DOCS
        assert option.usage in hint


def test_no_environment_can_take_the_name_of_a_subcommand():
    assert {row.name for row in pawdeploy.SUBCOMMANDS.values()} - {"", deploy.NAME} == COMMAND_WORDS


def test_docs_name_no_option_that_is_not_there():
    known = {option.usage for _, row in ROWS for option in row.options}
    rows = {line.split("`")[1] for line in DOCS.splitlines() if line.startswith("| `--")}
    assert rows == known


@pytest.mark.parametrize("name", TABLES)
def test_help_is_a_message_slack_takes_and_names_the_other_commands(name):
    assert_message(help_of(name))
    others = set(TABLES) - {name} if name == pawdeploy.NAME else {pawdeploy.NAME}
    assert all(f"`{other} help`" in words(help_of(name)) for other in others)


def test_people_are_named_by_id_only_where_that_is_read(manifest):
    escaping = {each["command"]: each["should_escape"] for each in manifest["features"]["slash_commands"]}
    assert escaping == {name: name == pawincident.NAME for name in TABLES}


def test_every_button_and_form_we_draw_has_a_listener_of_its_own():
    tables = (*handlers.ACTIONS, *handlers.VIEWS)
    exact = {pattern for pattern, _ in tables if isinstance(pattern, str)}
    # the answers of one decision, and one button a platform, stand in one row, each with an id of its own
    several = {"incident_choose": "incident_choose:4", _release_buttons.DEVICE_WORKS: "device_works:ios"}
    exact |= {name for name, one in several.items() if any(_hears(pattern, one) for pattern, _ in tables)}
    drawn = {
        value
        for module in DRAWING
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and name not in NO_IDS and " " not in value
    }
    assert exact >= drawn
    assert exact >= {holds.UNLOCK, holds.AUTO_DEPLOY_ON, rollback_form.CALLBACK}
    for module in (alert_forms, incident_forms, reason_forms, device_forms):
        assert exact >= {value for name, value in vars(module).items() if name.endswith("_CALLBACK")}
    assert exact >= {forms.CALLBACK, reason_forms.REJECT_CALLBACK, reason_forms.OVERRIDE_CALLBACK}


def _hears(pattern, action_id: str) -> bool:
    return not isinstance(pattern, str) and pattern.pattern != "" and bool(pattern.match(action_id))


def test_what_catches_the_rest_stands_last():
    for table in (handlers.ACTIONS, handlers.VIEWS):
        assert [pattern.pattern for pattern, _ in table if not isinstance(pattern, str)][-1] == ""
        assert not isinstance(table[-1][0], str)

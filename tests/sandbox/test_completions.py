import pytest

from bot import toml_file
from handlers._words import head, parse, split
from handlers.commands import deploy, ota_update, pawdeploy, pawincident, pawmobile, pawota
from handlers.commands.incident_severity import SUBCOMMAND as SEVERITY
from playbooks.library import load_library
from sandbox.completions import (
    completions,
    incident_completions,
    mobile_completions,
    ota_completions,
    whole,
)
from sandbox.config import find_config

PROJECT = toml_file.load(find_config())
PLAYBOOKS = load_library()


def understood(phrase):
    pieces = split(phrase)
    row = pawdeploy.choose(pieces[0], PROJECT)
    words = pieces if row.name == deploy.NAME else pieces[1:]
    return row, parse(words, row.options, most=row.most, usage=row.usage)


def test_the_bot_understands_whatever_the_page_completes():
    for phrase in completions(PROJECT):
        understood(phrase)


def test_every_subcommand_environment_and_switch_is_completed():
    told = [understood(phrase) for phrase in completions(PROJECT)]

    assert {row.name for row, _ in told} == set(pawdeploy.SUBCOMMANDS) - {""}
    assert {words.at(0) for row, words in told if row.name == deploy.NAME} == set(PROJECT.environments)
    for row in pawdeploy.SUBCOMMANDS.values():
        switches = {option.name for option in row.options if not option.takes}
        assert {name for each, words in told for name in words.options if each is row} == switches


@pytest.mark.parametrize(
    "phrases",
    [
        completions(PROJECT),
        incident_completions(PLAYBOOKS),
        mobile_completions(),
        ota_completions(PROJECT),
    ],
    ids=["pawdeploy", "pawincident", "pawmobile", "pawota"],
)
def test_whole_phrases_are_offered_short_ones_first(phrases):
    assert [phrase.count(" ") for phrase in phrases] == sorted(phrase.count(" ") for phrase in phrases)
    assert len(phrases) == len(set(phrases))


def test_environments_come_first():
    phrases = completions(PROJECT)

    assert phrases[:2] == ["staging", "production"]
    assert {"staging --dry-run", "history staging", "diff production"} < set(phrases)


def test_every_word_of_incidents_and_what_it_takes_is_completed():
    phrases = incident_completions(PLAYBOOKS)

    assert {phrase.split()[0] for phrase in phrases} == set(pawincident.SUBCOMMANDS)
    for name in PLAYBOOKS:
        assert {f"open {name}", f"open {name} --drill", f"drill {name}"} < set(phrases)
    assert {"role commander", "severity sev1", "severity sev3", "help", "list"} < set(phrases)


def test_the_bot_understands_whatever_the_page_completes_of_incidents():
    for phrase in incident_completions(PLAYBOOKS):
        first, rest = head(phrase)
        row = pawincident.choose(first, PROJECT)
        assert row.name == first
        if not row.free:
            parse(split(rest), row.options, most=row.most, usage=row.usage)
    assert SEVERITY.free, "what follows is read by the row itself; sev1 is one of the words it knows"


def test_each_command_of_the_manifest_has_its_phrases():
    assert set(whole(PROJECT, PLAYBOOKS)) == {"/pawdeploy", "/pawincident", "/pawota", "/pawmobile"}


def test_the_bot_understands_whatever_the_page_completes_of_updates():
    phrases = ota_completions(PROJECT)

    assert phrases[0] == "production"
    assert {"rollback production", "promote", "status", "history", "help"} < set(phrases)
    for phrase in phrases:
        first, rest = head(phrase)
        row = pawota.choose(first, PROJECT)
        assert row.name == (ota_update.ENVIRONMENT if first == "production" else first)
        if not row.free:
            parse(split(rest), row.options, most=row.most, usage=row.usage)


def test_the_bot_understands_whatever_the_page_completes_of_releases():
    phrases = mobile_completions()

    assert {"build minor", "submit", "status", "review", "halt ios"} < set(phrases)
    for phrase in phrases:
        first, rest = head(phrase)
        row = pawmobile.choose(first, PROJECT)
        assert row.name == first
        if not row.free:
            parse(split(rest), row.options, most=row.most, usage=row.usage)

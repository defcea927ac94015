from bot import toml_file
from handlers._words import parse, split
from handlers.commands import deploy
from handlers.commands.pawdeploy import SUBCOMMANDS, choose
from sandbox.completions import completions
from sandbox.config import find_config

PROJECT = toml_file.load(find_config())


def understood(phrase):
    pieces = split(phrase)
    row = choose(pieces[0], PROJECT.environments)
    words = pieces if row.name == deploy.NAME else pieces[1:]
    return row, parse(words, row.options, most=row.most, usage=row.usage)


def test_the_bot_understands_whatever_the_page_completes():
    for phrase in completions(PROJECT):
        understood(phrase)


def test_every_subcommand_environment_and_switch_is_completed():
    told = [understood(phrase) for phrase in completions(PROJECT)]

    assert {row.name for row, _ in told} == set(SUBCOMMANDS) - {""}
    assert {words.at(0) for row, words in told if row.name == deploy.NAME} == set(PROJECT.environments)
    for row in SUBCOMMANDS.values():
        switches = {option.name for option in row.options if not option.takes}
        assert {name for each, words in told for name in words.options if each is row} == switches


def test_whole_phrases_are_offered_short_ones_first():
    phrases = completions(PROJECT)

    assert phrases[:2] == ["staging", "production"]
    assert [phrase.count(" ") for phrase in phrases] == sorted(phrase.count(" ") for phrase in phrases)
    assert {"staging --dry-run", "history staging", "diff production"} < set(phrases)
    assert len(phrases) == len(set(phrases))

"""Many silent at once are our own network; a bad answer is an answer."""

import pytest

from bot.engine.network import silent, suspect_network
from bot.engine.pulses import Beat

WELL = Beat(found="well", said="200", answered=True)
BAD = Beat(found="ill", said="503", answered=True)
SILENT = Beat(found="ill", said="no answer within 10 s", answered=False)
NO_NAME = Beat(found="unknown", said="the name does not resolve", answered=False)


def beats(*several):
    return {f"target-{number}": beat for number, beat in enumerate(several)}


@pytest.mark.parametrize(
    ("seen", "watched", "suspected"),
    [
        ((SILENT, SILENT, SILENT), 3, True),
        ((SILENT, NO_NAME, WELL), 3, True),
        ((SILENT, SILENT, WELL, WELL), 4, False),
        ((SILENT, SILENT, SILENT, BAD, BAD), 5, True),
        ((BAD, BAD, BAD), 3, False),
        ((SILENT, SILENT), 2, True),
        ((SILENT, WELL), 2, False),
        ((SILENT, SILENT), 3, False),
        ((SILENT,), 1, False),
        ((SILENT,), 9, False),
        ((), 0, False),
    ],
)
def test_it_takes_three_or_all_two_and_more_than_half_of_them_silent(seen, watched, suspected):
    assert suspect_network(beats(*seen), watched=watched) is suspected


def test_the_silent_are_named():
    assert silent(beats(SILENT, WELL, NO_NAME, BAD)) == ("target-0", "target-2")

import math

import pytest

from bot.engine.errors_math import (
    binomial_tail,
    dispersion,
    mean_seen,
    most_in_a_row,
    poisson_tail,
    restlessness,
)


@pytest.mark.parametrize("share", [0.01, 0.035, 0.5, 0.9])
@pytest.mark.parametrize("draws", [0, 1, 7, 60])
def test_the_binomial_tail_is_exact(draws, share):
    chances = [math.comb(draws, k) * share**k * (1 - share) ** (draws - k) for k in range(draws + 1)]
    for least in range(draws + 2):
        assert binomial_tail(least, draws, share) == pytest.approx(math.fsum(chances[least:]), abs=1e-12)


@pytest.mark.parametrize("mean", [0.3, 4.0, 40.0])
def test_the_poisson_tail_is_exact(mean):
    chances = [math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(300)]
    for least in range(100):
        assert poisson_tail(least, mean) == pytest.approx(math.fsum(chances[least:]), abs=1e-12)


def test_a_tail_of_nothing_expected_is_nothing_or_all():
    assert (poisson_tail(1, 0.0), poisson_tail(0, 0.0)) == (0.0, 1.0)
    assert (binomial_tail(0, 0, 0.5), binomial_tail(1, 0, 0.5)) == (1.0, 0.0)


def test_huge_counts_neither_overflow_nor_take_long():
    assert binomial_tail(1_000_000, 1_000_000, 0.01) == 0.0
    assert binomial_tail(10_000, 1_000_000, 0.01) == pytest.approx(0.5, abs=0.01)
    assert poisson_tail(1_000_000, 1_000_000.0) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("least", [1, 10, 500])
def test_the_mean_that_is_seen_is_seen_with_that_chance(least):
    assert poisson_tail(least, mean_seen(least, 0.8)) == pytest.approx(0.8, abs=1e-6)


def test_even_counts_are_not_dispersed():
    assert dispersion([5] * 60, [1, 5]) == 1.0


def test_a_burst_longer_than_a_count_shows_in_longer_windows():
    counts = ([0] * 15 + [2] * 5) * 6
    assert dispersion(counts, [1]) < 2 < dispersion(counts, [1, 5])


def test_what_lasts_is_no_restlessness_and_a_burst_is():
    wave = [minute // 10 for minute in range(240)]
    assert restlessness(wave, [1, 5]) < 1.5 < dispersion(wave, [1, 5])
    bursts = ([20] + [0] * 19) * 12
    assert restlessness(bursts, [1, 5]) == pytest.approx(dispersion(bursts, [1, 5]), rel=0.1)


def test_restlessness_of_nothing_is_that_of_independent_counts():
    assert restlessness([5] * 60, [1, 5]) == 1.0
    assert restlessness([0, 0, 9, 0, 0, 0], [2, 0]) == 1.0


def test_a_window_that_fits_less_than_four_times_says_nothing():
    assert dispersion([0, 0, 9, 0, 0, 0], [2]) == 1.0
    assert dispersion([], [1]) == 1.0
    assert dispersion([0, 0, 0, 0], [0, 1]) == 1.0


def test_the_most_in_a_row_is_found_wherever_it_lies():
    assert most_in_a_row([1, 5, 6, 0], 2) == 11
    assert most_in_a_row([0, 1, 5, 6], 2) == 11
    assert most_in_a_row([1, 2], 5) == 3
    assert most_in_a_row([], 5) == 0

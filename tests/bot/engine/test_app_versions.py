"""Which version is newer is told by numbers; what is no version is compared with nothing."""

from datetime import UTC, datetime

import pytest

from bot.engine.app_versions import is_of, live, not_newer, numbers, same_version
from bot.engine.mobile import AppPlatform, Build, Stage
from bot.engine.stores import StorePhase, StoreVersion

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def build(version="", number="") -> Build:
    return Build(
        id="b", platform=AppPlatform.ANDROID, stage=Stage.FINISHED, raw="FINISHED", created_at=NOON,
        version=version, number=number,
    )  # fmt: skip


def there(version="", number="", phase=StorePhase.LIVE) -> StoreVersion:
    return StoreVersion(
        platform=AppPlatform.ANDROID, phase=phase, raw=phase.value, version=version, number=number
    )


def test_numbers_are_compared_and_zeros_at_the_end_say_nothing():
    assert numbers("1.10") > numbers("1.9.9")
    assert numbers("1.4.0") == numbers("1.4")
    assert numbers("v2.0.1") == (2, 0, 1)


@pytest.mark.parametrize(
    ("mine", "theirs", "older"),
    [
        (("1.10.0", "5"), ("1.9.0", "9"), False),
        (("1.4.0", "57"), ("1.4.0", "57"), True),
        (("1.4.0", "57"), ("1.4.0", ""), True),
        (("1.4.0", "57"), ("Spring release", "56"), False),
        (("1.4.0", "57"), ("Spring release", "58"), True),
        (("1.4.0", "58"), ("1.4.0", "57"), False),
        (("1.4.0", "9"), ("1.4.1", "8"), True),
        (("1.4.0", ""), ("57 (1.3.0)", ""), False),
        (("1.4.0", "100"), ("", "99"), False),
    ],
)
def test_a_build_is_newer_by_version_and_then_by_number(mine, theirs, older):
    assert not_newer(build(*mine), there(*theirs)) is older


@pytest.mark.parametrize(
    ("mine", "theirs", "same"),
    [
        (("1.4.0", "57"), ("1.4.0", "57"), True),
        (("1.4.0", "57"), ("1.4", ""), True),
        (("1.4.0", "57"), ("1.4.0", "58"), False),
        (("1.4.0", "57"), ("1.3.0", "57"), False),
        (("1.4.0", "57"), ("57 (1.4.0)", "57"), True),
        (("1.4.0", "57"), ("", ""), False),
    ],
)
def test_a_stores_version_is_a_builds_by_number_and_version_as_far_as_both_are_told(mine, theirs, same):
    assert is_of(there(*theirs), build(*mine)) is same


def test_words_are_no_version_of_anything():
    assert not same_version("Spring", "Spring")
    assert not same_version("", "")


def test_live_is_the_newest_that_some_people_can_get():
    coming, now, before = there("3", phase=StorePhase.IN_REVIEW), there("2"), there("1")

    assert live((coming, now, before)) is now
    assert live((coming,)) is None

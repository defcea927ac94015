from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.engine import rollout
from bot.engine.mobile import AppPlatform, Update, UpdateGroup

IOS, ANDROID = AppPlatform.IOS, AppPlatform.ANDROID
STAGES = (10, 50, 100)


def group(runtime="1.4.0", **percents):
    """A group with a part per platform named."""
    made = tuple(
        Update(id=f"{name}-{runtime}", platform=AppPlatform(name), runtime=runtime, percent=percent)
        for name, percent in percents.items()
    )
    return UpdateGroup(
        group=f"group-{runtime}",
        branch="production",
        branch_id="b",
        message="",
        created_at=datetime(2026, 11, 20, tzinfo=UTC),
        parts=made,
    )


def test_after_the_last_stage_none_follows():
    assert [rollout.follows(STAGES, stage) for stage in range(-1, 3)] == [10, 50, 100, None]


def test_what_one_platform_got_since_hides_nothing_of_the_other():
    newest_first = (
        group(android=None),
        group("1.3.0", ios=None, android=None),
        group(ios=10, android=10),
        group(ios=None, android=None),
    )

    seen = [(one.runtime, [part.id for part in one.parts]) for one in rollout.on_top(newest_first)]

    assert seen == [
        ("1.4.0", ["android-1.4.0"]),
        ("1.3.0", ["ios-1.3.0", "android-1.3.0"]),
        ("1.4.0", ["ios-1.4.0"]),
    ]


def test_parts_that_agree_are_not_apart_whatever_expo_calls_everybody():
    assert rollout.apart([group(ios=10, android=10)]) == ""
    assert rollout.apart([group(ios=100, android=None)]) == ""
    assert rollout.apart([]) == ""


def test_parts_out_of_step_are_told_by_platform():
    assert rollout.apart([group(ios=50, android=10)]) == "Android 10 %, iOS 50 %"
    assert rollout.apart([group(android=10, ios=None)]) == "Android 10 %, iOS 100 %"


def test_parts_of_several_runtimes_are_told_by_runtime_too():
    groups = [group("1.5.0", ios=50), group("1.4.0", android=10)]
    assert rollout.apart(groups) == "Android (1.4.0) 10 %, iOS (1.5.0) 50 %"


def test_only_parts_that_are_behind_have_to_be_set():
    found = rollout.behind([group(ios=50, android=10)], 50)
    assert [(one.update, one.platform, one.percent) for one in found] == [("android-1.4.0", ANDROID, 10)]
    assert rollout.behind([group(ios=None, android=60)], 50) == ()


def test_how_far_it_is_is_how_far_the_last_part_is():
    assert rollout.reached([group(ios=50, android=10)]) == 10
    assert rollout.reached([group(ios=None, android=None)]) == 100
    assert rollout.reached([]) == 0


percents = st.one_of(st.none(), st.integers(1, 100))
some_groups = st.lists(
    st.builds(group, st.sampled_from(["1.3.0", "1.4.0", "1.5.0"]), ios=percents, android=percents),
    max_size=3,
    unique_by=lambda made: made.group,
)


@given(some_groups, st.integers(1, 100))
def test_nothing_is_ever_set_back_and_after_setting_nothing_is_behind(groups, percent):
    behind = {one.update for one in rollout.behind(groups, percent)}
    before = {part.id: rollout.share(part) for part in rollout.parts(groups)}
    assert all(before[update] < percent for update in behind)
    done = [
        one.model_copy(
            update={
                "parts": tuple(
                    part.model_copy(update={"percent": percent}) if part.id in behind else part
                    for part in one.parts
                )
            }
        )
        for one in groups
    ]
    after = rollout.parts(done)
    assert rollout.behind(done, percent) == ()
    assert all(rollout.share(part) >= percent for part in after)

import pytest

from bot.engine.native_packages import PackageChange, apart, dependencies, judge, looks_native


def package(before, after):
    return PackageChange(before=before, after=after)


@pytest.mark.parametrize(
    ("one", "other", "surely"),
    [
        ("0.79.2", "0.79.3", True),
        ("0.79.2", "0.79.2", False),
        ("~53.0.9", "~53.0.11", False),
        ("~53.0.9", "~54.0.0", True),
        ("^1.2.3", "1.9.0", False),
        ("^1.2.3", "2.0.0", True),
        ("^0.2.3", "0.3.0", True),
        ("^0.0.3", "0.0.4", True),
        ("~0.0.3", "0.0.4", False),
        ("1.0.0-rc.1", "2.0.0", False),
        ("latest", "2.0.0", False),
        (">=1.0.0", "2.0.0", False),
        ("1.x", "2.0.0", False),
        ("git+https://example.org/x.git", "2.0.0", False),
    ],
)
def test_ranges_are_apart_only_where_no_version_can_be_in_both(one, other, surely):
    assert apart(one, other) is apart(other, one) is surely


@pytest.mark.parametrize(
    ("name", "looks"),
    [
        ("expo-camera", True),
        ("react-native-maps", True),
        ("@react-native-async-storage/async-storage", True),
        ("@sentry/react-native", True),
        ("@expo/ui", True),
        ("exponential", False),
        ("react", False),
        ("@tanstack/react-query", False),
    ],
)
def test_packages_are_told_by_their_names(name, looks):
    assert looks_native(name) is looks


def test_packages_that_look_like_nothing_and_what_did_not_change_are_left_out():
    found = judge(
        package({"expo": "1.0.0", "zod": "1.0.0"}, {"expo": "1.0.0", "zod": "2.0.0", "react": "19"})
    )
    assert (found.native, found.maybe) == ((), ())


@pytest.mark.parametrize("text", ["", "[]", "{", '{"dependencies": []}', '{"dependencies": {"a": 1}}'])
def test_what_is_no_package_json_is_not_read_as_one_without_dependencies(text):
    assert dependencies(text) is None


def test_dependencies_are_read_and_those_of_development_are_not():
    text = '{"dependencies": {"expo": "~53.0.9"}, "devDependencies": {"jest": "1"}}'
    assert dependencies(text) == {"expo": "~53.0.9"}
    assert dependencies("{}") == {}

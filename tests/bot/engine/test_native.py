from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.apps import Expo
from bot.engine.mobile import AppPlatform, Build, Stage
from bot.engine.native import (
    Changes,
    JsOnly,
    Native,
    NativeFacts,
    RuntimeChanged,
    Side,
    Unknown,
    changes,
    prove,
)
from bot.engine.native_packages import PackageChange
from bot.engine.runs import Comparison

IOS, ANDROID = AppPlatform.IOS, AppPlatform.ANDROID
NATIVE = Expo.model_fields["native"].default
SAME, OTHER = "3f9a1c2b7d01", "77be01249acc"


def build(platform=IOS, fingerprint=SAME, runtime="1.4.0", **more):
    return Build(
        id=f"build-{platform}",
        platform=platform,
        stage=Stage.FINISHED,
        raw="FINISHED",
        created_at=datetime(2026, 11, 20, tzinfo=UTC),
        fingerprint=fingerprint,
        runtime=runtime,
        **{"version": "1.4.0", "number": "57"} | more,
    )


def side(platform=IOS, fingerprint=SAME, *, of=SAME, runtime="1.4.0", files=(), complete=True, **more):
    changed = Changes(files=tuple(files), complete=complete, **more)
    made = build(platform, of, runtime="1.4.0")
    return Side(platform=platform, build=made, fingerprint=fingerprint, runtime=runtime, changes=changed)


def judged(*sides, modules=frozenset()):
    return prove(NativeFacts(sides=sides, native=NATIVE, modules=modules))


def package(before, after):
    return PackageChange(before=before, after=after)


def test_equal_fingerprints_on_both_platforms_prove_it():
    assert judged(side(IOS), side(ANDROID)) == JsOnly(
        (
            "iOS: the fingerprint is that of 1.4.0 (57), 3f9a1c2b7d.",
            "Android: the fingerprint is that of 1.4.0 (57), 3f9a1c2b7d.",
        )
    )


def test_equal_fingerprints_prove_it_whatever_files_changed():
    assert isinstance(judged(side(files=["ios/App.swift"]), side(ANDROID, complete=False)), JsOnly)


def test_a_platform_without_a_build_needs_no_proof_and_is_named():
    proof = judged(side(IOS), replace(side(ANDROID), build=None))

    assert isinstance(proof, JsOnly)
    assert proof.evidence[1] == "Android has no finished production build: nobody there gets it."


def test_without_any_build_nobody_would_take_it():
    proof = judged(replace(side(IOS), build=None), replace(side(ANDROID), build=None))

    assert proof == Unknown("There is no finished production build: nobody has a build that would take it.")
    assert judged() == proof


def test_one_different_fingerprint_refuses_and_names_platform_and_paths():
    proof = judged(side(IOS), side(ANDROID, OTHER, files=["src/a.ts", "android/build.gradle"]))

    assert proof == Native(
        (
            "Android: the fingerprint is 77be01249a, and that of 1.4.0 (57) is 3f9a1c2b7d.",
            "Changed since: android/build.gradle.",
        )
    )


def test_a_different_fingerprint_refuses_also_where_the_other_one_is_missing_and_nothing_is_known():
    proof = judged(side(IOS, ""), side(ANDROID, OTHER, complete=False))

    assert isinstance(proof, Native)
    assert len(proof.evidence) == 1


@pytest.mark.parametrize("missing", ["commit", "build"])
@pytest.mark.parametrize("files", [(), ("src/a.ts",), ("package.json",), ("app.config.ts",)])
def test_without_a_fingerprint_it_is_unknown_however_harmless_the_files(missing, files):
    lacking = side(ANDROID, "" if missing == "commit" else SAME, of="" if missing == "build" else SAME)
    proof = judged(side(IOS), replace(lacking, changes=Changes(files=files, complete=True)))

    assert isinstance(proof, Unknown)
    assert proof.why.startswith("Android: ")
    assert proof.evidence


@pytest.mark.parametrize(
    "path", ["android/app/build.gradle", "modules/scanner/index.ts", "plugins/icons.js", "modules"]
)
def test_without_a_fingerprint_a_native_path_refuses(path):
    proof = judged(side(ANDROID, "", files=["src/a.ts", path]))

    assert proof == Native((f"Android: changed since 1.4.0 (57): {path}.",))


def test_the_other_platforms_folder_is_not_this_platforms_matter():
    assert isinstance(judged(side(ANDROID, "", files=["ios/App.swift"])), Unknown)
    assert isinstance(judged(side(IOS, "", files=["ios/App.swift"])), Native)


@pytest.mark.parametrize("path", ["src/android/x.ts", "androids/x", "docs/plugins/x.md"])
def test_a_path_that_only_sounds_native_does_not_refuse(path):
    assert isinstance(judged(side(ANDROID, "", files=[path])), Unknown)


def test_native_paths_of_a_list_that_was_cut_refuse_and_none_of_them_say_nothing():
    assert isinstance(judged(side(IOS, "", files=["ios/x"], complete=False)), Native)
    proof = judged(side(IOS, "", files=["src/x.ts"], complete=False))
    assert proof.evidence == ("Not every file that changed since 1.4.0 (57) is known.",)


def test_a_runtime_no_installed_build_has_is_refused_with_the_reason():
    assert judged(side(IOS, runtime="1.5.0"), side(ANDROID, OTHER, runtime="1.5.0")) == RuntimeChanged(
        (
            "iOS: the commit has runtime 1.5.0, 1.4.0 (57) asks for 1.4.0.",
            "Android: the commit has runtime 1.5.0, 1.4.0 (57) asks for 1.4.0.",
            "No installed build on iOS or on Android would receive it: it takes a new build.",
        )
    )


def test_a_runtime_that_misses_one_platform_is_refused_for_that_one():
    proof = judged(side(IOS, runtime="1.5.0"), side(ANDROID))

    assert isinstance(proof, RuntimeChanged)
    assert "on iOS would" in proof.evidence[-1]


@pytest.mark.parametrize(("runtime", "theirs"), [("", "1.4.0"), ("1.4.0", "")])
def test_a_runtime_nobody_knows_is_not_another_one(runtime, theirs):
    one = replace(side(IOS, runtime=runtime), build=build(runtime=theirs))

    assert isinstance(judged(one), JsOnly)


def test_a_changed_config_is_a_doubt_unless_only_its_version_changed():
    files = ["app.config.ts"]
    for config, doubted in ((None, True), (True, True), (False, False)):
        proof = judged(side(IOS, "", files=files, config=config))
        assert isinstance(proof, Unknown)
        assert any("config changed" in line for line in proof.evidence) is doubted


def test_a_known_native_package_that_came_went_or_left_its_range_refuses():
    for before, after in (({}, {"expo-camera": "~16.0.0"}), ({"scanner": "1.0.0"}, {})):
        change = package(before, after)
        proof = judged(side(IOS, "", package=change), modules=frozenset({"scanner"}))
        assert isinstance(proof, Native), change
    change = package({"react-native": "0.79.2"}, {"react-native": "0.80.0"})
    assert judged(side(IOS, "", package=change)) == Native(
        ("iOS: changed since 1.4.0 (57): react-native (0.79.2 → 0.80.0).",)
    )


def test_a_native_package_that_may_be_the_version_it_was_and_one_only_named_so_are_doubts():
    change = package({"expo": "~53.0.9"}, {"expo": "~53.0.11", "expo-haptic-kit": "1.0.0"})
    proof = judged(side(IOS, "", files=["package.json", "yarn.lock"], package=change))

    assert isinstance(proof, Unknown)
    assert proof.evidence == (
        "These packages may hold native code: expo (~53.0.9 → ~53.0.11), expo-haptic-kit (new).",
        "yarn.lock changed: packages may have come with it.",
    )


def test_a_package_json_nobody_compared_is_a_doubt():
    proof = judged(side(IOS, "", files=["package.json"]))
    assert proof.evidence == ("package.json changed, and nobody could compare what it asks for.",)


def test_a_long_list_of_paths_is_cut_with_how_many_more():
    proof = judged(side(IOS, "", files=[f"ios/{number}" for number in range(9)]))
    assert proof.evidence[0].endswith("ios/4 and 4 more.")


def compared(status="ahead", files=("ios/x",), files_complete=True):
    return Comparison(
        commits=(),
        total_commits=0,
        files=tuple(files),
        files_complete=files_complete,
        additions=0,
        deletions=0,
        url="",
        status=status,
    )


@pytest.mark.parametrize("status", ["diverged", "behind", "a new word"])
def test_commits_that_are_not_ahead_of_the_build_have_no_list_of_changes(status):
    assert changes(compared(status)) == Changes()


def test_a_list_is_complete_below_300_files_only():
    assert changes(compared()).complete
    assert not changes(compared(files_complete=False)).complete
    assert not changes(compared(files=[str(number) for number in range(300)])).complete


prints = st.sampled_from(["", SAME, OTHER])
sides = st.builds(
    side,
    st.sampled_from(list(AppPlatform)),
    prints,
    of=prints,
    runtime=st.sampled_from(["", "1.4.0", "1.5.0"]),
    files=st.lists(st.sampled_from(["ios/a", "android/b", "src/c.ts", "package.json"])),
    complete=st.booleans(),
)


@given(st.lists(sides, max_size=3))
def test_only_equal_fingerprints_of_every_build_ever_prove_it(some):
    proof = judged(*some)

    if isinstance(proof, JsOnly):
        assert some
        assert all(one.fingerprint and one.fingerprint == one.build.fingerprint for one in some)
    if any(one.fingerprint and one.build.fingerprint not in ("", one.fingerprint) for one in some):
        assert isinstance(proof, Native | RuntimeChanged)

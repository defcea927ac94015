import json

import pytest

from sandbox.vendors.app_files import config_text, fingerprint, package_text, version_of
from sandbox.vendors.github_repo import File
from sandbox.vendors.github_seed import app_history, seeded_app


@pytest.fixture
def repo(clock):
    return seeded_app("pawlogic/mobile", clock())


def prints(repo, sha):
    commit = repo.commits[sha]
    return {platform: fingerprint(repo, commit, platform) for platform in ("android", "ios")}


def changed(repo, files, clock):
    before = prints(repo, repo.branches["main"])
    after = prints(repo, repo.push("main", "Change", "Ann Requin", files, clock()))
    return {platform for platform in after if after[platform] != before[platform]}


@pytest.mark.parametrize(
    ("files", "platforms"),
    [
        ({"src/a.ts": "1"}, set()),
        ({"package.json": package_text("1.4.0", left_pad="1.3.0")}, set()),
        ({"app.config.ts": config_text("1.5.0")}, set()),
        ({"ios/Podfile": "pod"}, {"ios"}),
        ({"android/build.gradle": "x"}, {"android"}),
        (["ios/PawLogic/Info.plist"], {"ios"}),
        ([File("ios/PawLogic/Info.plist", status="removed")], {"ios"}),
        ({"plugins/with-x.js": "x"}, {"android", "ios"}),
        ({"modules/widget/index.kt": "x"}, {"android", "ios"}),
        ({"package.json": package_text("1.4.0", react_native_maps="1.0.0")}, {"android", "ios"}),
        ({"package.json": package_text("1.4.0", expo="57.0.0")}, {"android", "ios"}),
        ({"app.config.ts": config_text("1.4.0").replace("portrait", "default")}, {"android", "ios"}),
        ({"package.json": "not json"}, {"android", "ios"}),
    ],
)
def test_the_fingerprint_changes_with_what_is_native_and_nothing_else(repo, clock, files, platforms):
    assert changed(repo, files, clock) == platforms


def test_the_version_is_read_from_the_config_of_the_commit(repo):
    built, updated = app_history(repo)

    assert [version_of(repo, commit) for commit in (*built, *updated)] == ["1.3.0", "1.4.0", "1.4.0", "1.4.0"]


def test_what_is_seeded_on_main_since_the_last_release_is_javascript_only_and_a_branch_is_not(repo):
    built = prints(repo, app_history(repo)[0][-1].sha)

    assert prints(repo, repo.branches["main"]) == built
    assert not set(prints(repo, repo.branches["feature/widget"]).values()) & set(built.values())


def test_a_package_file_is_json(repo):
    told = json.loads(package_text("1.4.0"))

    assert told["version"] == "1.4.0"
    assert {"expo", "react-native"} <= told["dependencies"].keys()

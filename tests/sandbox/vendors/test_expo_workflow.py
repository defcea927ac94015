import pytest

from sandbox.vendors.app_files import fingerprint
from tests.sandbox.vendors.expo_app import ExpoApp


@pytest.fixture
def app(faults, clock):
    return ExpoApp(faults, clock)


def test_an_update_is_published_for_the_version_of_its_commit(app):
    sha = app.push("Fix it", {"src/a.ts": "1"})

    run = app.run(
        sha, action="update", message="Fix it (pawdeploy run 12)", branch="production", rollout="10"
    )

    group = app.expo.groups()[0]
    assert run.conclusion == "success"
    assert {(one.message, one.sha, one.runtime, one.percent) for one in group} == {
        ("Fix it (pawdeploy run 12)", sha, "1.4.0", 10)
    }
    assert {one.control.group for one in group} == {app.expo.groups()[1][0].group}
    assert f"✔ Published update group {group[0].group} for runtime 1.4.0" in run.log


def test_the_first_update_of_a_runtime_has_nothing_to_fall_back_to(app):
    app.raise_version("1.5.0")

    app.run(action="update", message="x", rollout="10")

    assert {(one.runtime, one.control) for one in app.expo.groups()[0]} == {("1.5.0", None)}


@pytest.mark.parametrize("rollout", ["", "100"])
def test_without_a_share_everybody_gets_it(app, rollout):
    app.run(action="update", message="x", rollout=rollout)

    assert {(one.percent, one.control) for one in app.expo.groups()[0]} == {(None, None)}


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"action": "update", "branch": "nowhere"}, "Could not find branch nowhere"),
        ({"action": "update", "rollout": "0"}, "between 1 and 100"),
        ({"action": "update", "rollout": "ten"}, "invalid literal"),
        ({"action": "submit"}, "no build to submit"),
        ({"action": "submit", "build_ios": "unknown"}, "no finished ios build unknown"),
        ({"action": "dance"}, "no action dance"),
    ],
)
def test_what_cannot_be_done_fails_the_run_and_does_nothing(app, inputs, says):
    before = len(app.expo.updates), len(app.expo.builds), len(app.expo.submissions)

    run = app.run(**inputs)

    assert run.conclusion == "failure"
    assert says in "\n".join(run.log)
    assert before == (len(app.expo.updates), len(app.expo.builds), len(app.expo.submissions))


def test_a_second_update_during_a_rollout_fails(app):
    app.run(action="update", message="one", rollout="10")

    run = app.run(action="update", message="two", rollout="10")

    assert run.conclusion == "failure"
    assert app.expo.groups()[0][0].message == "one"


def test_a_run_that_fails_reaches_nobody(app):
    app.faults.set("github.workflow", "fails")

    run = app.run(action="update", message="x")

    assert run.conclusion == "failure"
    assert "x" not in {one.message for one in app.expo.updates}


def test_a_config_without_a_version_builds_nothing(app):
    sha = app.push("Break it", {"app.config.ts": "export default {}"})

    run = app.run(sha, action="build", profile="production")

    assert (run.conclusion, "app.config.ts has no version" in "\n".join(run.log)) == ("failure", True)
    assert len(app.expo.builds) == 4


def test_a_build_of_the_other_platform_is_not_submitted(app):
    android = app.builds.builds[-2]

    assert app.run(action="submit", build_ios=android.id).conclusion == "failure"


def test_fingerprints_are_posted_as_statuses(app):
    app.run(action="fingerprint")

    commit = app.repo.commits[app.head]
    assert sorted(app.posted) == [
        (app.head, f"fingerprint/{platform}", fingerprint(app.repo, commit, platform))
        for platform in ("android", "ios")
    ]

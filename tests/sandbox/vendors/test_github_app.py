"""The app's repository at the simulated GitHub: pushes to it, and runs of its workflow."""

import pytest

from tests.sandbox.vendors.expo_app import APP, ExpoApp


@pytest.fixture
def app(faults, clock):
    return ExpoApp(faults, clock)


def test_a_push_goes_to_the_repository_that_is_named(app):
    backend = app.github.head()

    sha = app.push("Fix it", {"src/a.ts": "1"})

    assert app.github.head(repository=APP) == sha
    assert app.github.head() == backend


def test_a_file_that_was_there_is_modified_and_a_new_one_added(app):
    sha = app.push("Change", {"package.json": "{}", "src/new.ts": "1"})

    assert {file.name: file.status for file in app.repo.commits[sha].files} == {
        "package.json": "modified",
        "src/new.ts": "added",
    }


@pytest.mark.parametrize("action", ["build", "fingerprint", "update"])
def test_a_run_says_what_it_does_and_does_it_once(app, action):
    run = app.run(action=action, profile="production", message="x")
    made = len(app.expo.builds), len(app.expo.updates), len(app.posted)
    app.clock.wait(60)
    app.github.state.runs.settle()

    assert run.title == f"{action.title()} {app.head} of mobile to production (pawdeploy run 12)"
    assert made == (len(app.expo.builds), len(app.expo.updates), len(app.posted))


def test_a_run_that_is_cancelled_does_nothing(app):
    given = {"sha": app.head, "action": "update", "message": "x"}
    commit = app.repo.commits[app.head]
    run = app.github.state.runs.dispatch(app.repo, "mobile-build.yml", commit, "main", given)

    assert app.github.state.runs.cancel(run)
    app.clock.wait(60)

    assert app.github.state.runs.find(run.id).conclusion == "cancelled"
    assert "x" not in {one.message for one in app.expo.updates}

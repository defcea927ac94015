import pytest

from tests.sandbox.vendors.expo_app import ExpoApp

CANCEL = "mutation c($id: ID!) { build { cancelBuild(buildId: $id) { id status } } }"


@pytest.fixture
def app(faults, clock):
    return ExpoApp(faults, clock)


@pytest.fixture
def ended(app):
    told = []
    app.builds.ended.append(lambda one: told.append((one.platform, one.status)))
    return told


async def seen(app, waits):
    """Return the newest build's status after each wait."""
    found = []
    for seconds in waits:
        app.clock.wait(seconds)
        found.append((await app.listed(platform="IOS"))[0])
    return found


async def test_a_build_waits_its_turn_and_says_for_how_long(app, ended):
    app.run(action="build", profile="production", message="Release (pawdeploy run 12)")

    looks = await seen(app, [0, 0.7, 1.4, 5])

    assert [one["status"] for one in looks] == ["IN_QUEUE", "IN_QUEUE", "IN_PROGRESS", "FINISHED"]
    waits = [(one["queuePosition"], one["estimatedWaitTimeLeftSeconds"]) for one in looks]
    assert waits[0] > waits[1] > (0, 0)
    assert waits[2:] == [(None, None)] * 2
    assert looks[-1]["message"] == "Release (pawdeploy run 12)"
    assert ended == [("android", "FINISHED"), ("ios", "FINISHED")]


async def test_numbers_rise_by_platform_and_the_version_is_the_commits(app):
    app.raise_version("1.5.0")
    app.run(action="build", profile="production")

    found = [(one["platform"], one["appVersion"], one["appBuildVersion"]) for one in await app.listed()]

    assert found[:4] == [
        ("IOS", "1.5.0", "58"),
        ("ANDROID", "1.5.0", "140058"),
        ("IOS", "1.4.0", "57"),
        ("ANDROID", "1.4.0", "140057"),
    ]


@pytest.mark.parametrize(
    ("fate", "status", "error"),
    [("fails", "ERRORED", "fastlane"), ("cancelled", "CANCELED", ""), ("succeeds", "FINISHED", "")],
)
async def test_a_build_ends_as_the_knob_says_and_keeps_its_log(app, fate, status, error):
    app.faults.set("expo.build", fate)
    app.run(action="build", profile="production")

    (one,) = await seen(app, [30])

    assert one["status"] == status
    assert error in ((one["error"] or {}).get("message") or "")
    assert (one["artifacts"]["buildUrl"] is not None) == (status == "FINISHED")
    assert one["logFiles"]


async def test_a_queue_that_is_stuck_moves_on_when_the_knob_is_turned_back(app):
    app.faults.set("expo.build", "stuck in the queue")
    app.run(action="build", profile="production")
    (stuck,) = await seen(app, [3600])
    app.faults.set("expo.build", "succeeds")
    moved = await seen(app, [0.1, 3])

    assert (stuck["status"], stuck["queuePosition"], stuck["estimatedWaitTimeLeftSeconds"]) == (
        "IN_QUEUE",
        3,
        900,
    )
    assert [one["status"] for one in moved] == ["IN_PROGRESS", "FINISHED"]


async def test_a_build_is_stopped_soon_after_one_asks_and_only_once(app):
    app.run(action="build", profile="production")
    build = (await app.listed(platform="IOS"))[0]["id"]

    asked = await app.ask(CANCEL, id=build)
    (after,) = await seen(app, [1])

    assert asked["build"]["cancelBuild"]["status"] == "PENDING_CANCEL"
    assert after["status"] == "CANCELED"
    assert await app.ask(CANCEL, id=build) == [f"Build {build} cannot be canceled: it has ended"]


@pytest.mark.parametrize(("fate", "status"), [("succeeds", "FINISHED"), ("fails", "ERRORED")])
async def test_a_submission_goes_its_way_by_time(app, ended, fate, status):
    app.faults.set("expo.submission", fate)
    ios = app.builds.builds[-1]

    run = app.run(action="submit", build_ios=ios.id)
    waiting = app.expo.submissions[-1].status
    app.clock.wait(10)

    made = app.expo.submissions[-1]
    assert (run.conclusion, waiting, made.status, made.build) == ("success", "IN_QUEUE", status, ios)
    assert ended == [("ios", status)]
    assert bool(made.error) == (fate == "fails")

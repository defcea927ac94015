import httpx
import pytest

from tests.sandbox.vendors.expo_app import BUILDS, DELETE, JOB, PUBLISH, ROLL, ExpoApp

MANIFEST = {
    "assets": [],
    "launchAsset": {"bundleKey": "b", "contentType": "c", "fileSHA256": "f", "storageKey": "s"},
}


@pytest.fixture
def app(faults, clock):
    return ExpoApp(faults, clock)


async def test_it_starts_with_two_releases_of_both_platforms_and_two_updates(app):
    builds, groups = await app.listed(), await app.groups()

    assert [(one["platform"], one["appVersion"], one["status"]) for one in builds] == [
        ("IOS", "1.4.0", "FINISHED"),
        ("ANDROID", "1.4.0", "FINISHED"),
        ("IOS", "1.3.0", "FINISHED"),
        ("ANDROID", "1.3.0", "FINISHED"),
    ]
    assert [sorted(one["platform"] for one in group) for group in groups] == [["android", "ios"]] * 2
    assert {one["rolloutPercentage"] for group in groups for one in group} == {None}
    assert len(app.expo.submissions) == 4


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"platform": "IOS"}, 2),
        ({"appVersion": "1.4.0"}, 2),
        ({"appVersion": "1.4.0", "platform": "ANDROID"}, 1),
        ({"buildProfile": "preview"}, 0),
        ({"status": "ERRORED"}, 0),
        ({"channel": "production", "runtimeVersion": "1.3.0"}, 2),
        ({"gitCommitHash": "0" * 40}, 0),
    ],
)
async def test_builds_are_listed_by_what_is_asked(app, asked, found):
    assert len(await app.listed(**asked)) == found


@pytest.mark.parametrize(
    ("token", "status", "code"),
    [("", 200, "UNAUTHORIZED_ERROR"), ("somebody-elses", 401, "AUTHENTICATION_ERROR")],
)
async def test_without_its_token_nothing_is_told(app, token, status, code):
    answer = await app.post(BUILDS, token=token)

    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["errorCode"] == code
    assert "data" not in answer.json()


@pytest.mark.parametrize(("mood", "status"), [("503", 503), ("429", 429), ("401", 401)])
async def test_an_api_that_refuses_does_nothing(app, mood, status):
    app.run(action="update", message="x", rollout="10")
    update = app.expo.groups()[0][0]
    app.faults.set("expo.api", mood)

    answer = await app.post(ROLL, id=update.id, to=50)

    assert (answer.status_code, update.percent) == (status, 10)


async def test_a_slow_api_still_does_what_was_asked(app):
    app.run(action="update", message="x", rollout="10")
    app.faults.slow_seconds = 0.01
    app.faults.set("expo.api", "slow")
    update = app.expo.groups()[0][0]

    assert (await app.post(ROLL, id=update.id, to=50)).status_code == 200
    assert update.percent == 50


async def test_what_the_schema_does_not_have_is_refused(app):
    answer = await app.post("{ app { byId(appId: 1) { secrets } } }")

    assert answer.status_code == 400
    assert "Cannot query field 'secrets'" in str(answer.json()["errors"])


async def test_another_project_is_not_there(app):
    assert await app.ask(BUILDS, app="0" * 36) == [f"Experience with id '{'0' * 36}' does not exist."]


async def test_a_rollout_only_rises_and_at_a_hundred_is_one_no_more(app):
    app.run(action="update", message="x", rollout="10")
    update = app.expo.groups()[0][0]

    raised = await app.ask(ROLL, id=update.id, to=50)
    refusals = [await app.ask(ROLL, id=update.id, to=to) for to in (50, 20, 101)]
    whole = await app.ask(ROLL, id=update.id, to=100)
    after = await app.ask(ROLL, id=update.id, to=100)

    assert raised["update"]["setRolloutPercentage"]["rolloutPercentage"] == 50
    assert refusals == [
        ["Rollout percentage must be greater than previous rollout percentage (50)"],
        ["Rollout percentage must be greater than previous rollout percentage (50)"],
        ["Rollout percentage must not be greater than 100"],
    ]
    assert whole["update"]["setRolloutPercentage"]["rolloutPercentage"] is None
    assert after == ["Cannot edit rollout percentage on an update that is not a rollout."]


async def test_each_platform_is_rolled_out_by_itself(app):
    app.run(action="update", message="x", rollout="10")
    app.faults.set("expo.rollout", "android refuses")

    for one in app.expo.groups()[0]:
        await app.ask(ROLL, id=one.id, to=50)

    assert {one.platform: one.percent for one in app.expo.groups()[0]} == {"android": 10, "ios": 50}


async def test_a_group_is_deleted_a_little_later(app):
    app.run(action="update", message="x", rollout="10")
    group = app.expo.groups()[0][0].group
    job = (await app.ask(DELETE, group=group))["update"]["scheduleUpdateGroupDeletion"]
    states = [job["state"]]
    there = []
    for seconds in (0.8, 3):
        app.clock.wait(seconds)
        states.append((await app.ask(JOB, id=job["id"]))["backgroundJobReceipt"]["byId"]["state"])
        there.append(any(one.group == group for one in app.expo.updates))

    assert states == ["QUEUED", "IN_PROGRESS", "SUCCESS"]
    assert there == [True, False]
    assert await app.ask(DELETE, group=group) == [f"Update group with id '{group}' does not exist."]


async def test_one_rollout_is_on_for_a_branch_and_runtime(app):
    app.run(action="update", message="x", rollout="10")
    branch = app.updates.branches["production"]
    again = {"branchId": branch.id, "message": "again", "updateInfoGroup": {"ios": MANIFEST}}

    same = await app.ask(PUBLISH, input=[again | {"runtimeVersion": "1.4.0"}])
    other = await app.ask(PUBLISH, input=[again | {"runtimeVersion": "1.5.0"}])

    assert "is being rolled out on branch" in same[0]
    assert [one["message"] for one in other["updateBranch"]["publishUpdateGroups"]] == ["again"]


async def test_phones_are_sent_back_to_what_is_built_in(app):
    asked = {
        "branchId": app.updates.branches["production"].id,
        "runtimeVersion": "1.4.0",
        "message": "back",
        "rollBackToEmbeddedInfoGroup": {"ios": True, "android": False},
    }

    (made,) = (await app.ask(PUBLISH, input=[asked]))["updateBranch"]["publishUpdateGroups"]

    assert (made["platform"], made["isRollBackToEmbedded"]) == ("ios", True)


async def test_publishing_nothing_or_nowhere_is_refused(app):
    nothing = {"branchId": app.updates.branches["production"].id, "runtimeVersion": "1.4.0"}

    assert "Nothing to publish" in (await app.ask(PUBLISH, input=[nothing]))[0]
    assert "does not exist" in (await app.ask(PUBLISH, input=[nothing | {"branchId": "nowhere"}]))[0]


async def test_every_link_of_a_build_leads_to_a_page(app):
    app.run(action="build", profile="production")
    app.clock.wait(30)
    newest = (await app.listed())[0]
    transport = httpx.ASGITransport(app=app.expo.asgi)
    pages = f"/accounts/pawlogic/projects/mobile/builds/{newest['id']}", newest["artifacts"]["buildUrl"]
    overview = "/accounts/pawlogic/projects/mobile"
    async with httpx.AsyncClient(transport=transport, base_url="http://expo") as http:
        told = [await http.get(page) for page in (*pages, *newest["logFiles"], overview)]
        unknown = await http.get(f"{overview}/builds/none")

    assert [one.status_code for one in told] == [200] * 4
    assert newest["id"] in told[-1].text
    assert unknown.status_code == 404


async def test_words_of_a_commit_are_no_html(app):
    sha = app.push("<script>alert(1)</script>", {"src/a.ts": "x"})
    app.run(sha, action="update")
    transport = httpx.ASGITransport(app=app.expo.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://expo") as http:
        page = await http.get(f"/accounts/pawlogic/projects/mobile/updates/{app.expo.groups()[0][0].group}")

    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text

"""Rules of what Expo's answers mean in our words."""

import httpx
import pytest

from bot.engine.mobile import AppPlatform, JobState, Stage
from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.integrations.expo.conftest import PROJECT, answer, app, build, part, refusal

ASK = "POST /graphql"


async def test_the_token_goes_to_the_very_address_and_no_other(expo, vendor):
    vendor.on(ASK, answer(meActor={"__typename": "Robot", "displayName": "ci", "accounts": []}))

    await expo.whoami()

    assert str(vendor.asked[0].url) == "https://api.expo.dev/graphql"
    assert vendor.asked[0].headers["authorization"] == "Bearer expo-made-up"


@pytest.mark.parametrize(
    ("kind", "name", "accounts", "said"),
    [
        ("Robot", "ci", ["pawlogic"], "robot ci of pawlogic"),
        ("Robot", "ci (robot)", ["pawlogic", "other"], "ci (robot) of pawlogic, other"),
        ("User", "ann", [], "ann"),
    ],
)
async def test_it_says_whose_token_it_is(expo, vendor, kind, name, accounts, said):
    names = [{"name": one} for one in accounts]
    vendor.on(ASK, answer(meActor={"__typename": kind, "displayName": name, "accounts": names}))

    assert await expo.whoami() == said


async def test_a_token_that_is_nobodys_is_refused(expo, vendor):
    vendor.on(ASK, answer(meActor=None))

    with pytest.raises(VendorRejected) as caught:
        await expo.whoami()
    assert caught.value.status == 401


async def test_parts_are_put_together_and_groups_are_newest_first(expo, vendor):
    old = [part("g-1", "ios"), part("g-1", "android"), part("g-1", "web")]
    new = [part("g-2", "ios", createdAt="2026-11-25T13:00:00Z", runtime={"version": "1.5.0"})]
    vendor.on(ASK, app(updateBranchByName={"updateGroups": [old, new]}))

    found = await expo.groups(PROJECT, "production", runtime="1.4.0")

    assert [(one.group, [each.platform for each in one.parts]) for one in found] == [
        ("g-2", ["ios"]),
        ("g-1", ["android", "ios"]),
    ]
    assert (found[0].runtime, found[1].branch_id, found[1].sha) == ("1.5.0", "b-1", "a" * 40)
    assert vendor.sent()["variables"]["filter"] == {"runtimeVersions": ["1.4.0"]}


async def test_a_rollout_names_what_the_others_keep(expo, vendor):
    control = {"id": "u-0", "group": "g-0"}
    ios = part("g-1", "ios", rolloutPercentage=10, rolloutControlUpdate=control)
    vendor.on(ASK, answer(updatesByGroup=[ios, part("g-1", "android", rolloutPercentage=50)]))

    found = await expo.group("g-1")

    android, phone = found.parts
    assert (phone.percent, phone.control, phone.control_group) == (10, "u-0", "g-0")
    assert (android.percent, android.control) == (50, "")
    assert found.percents == {10, 50}


async def test_a_group_that_is_empty_is_not_there(expo, vendor):
    vendor.on(ASK, answer(updatesByGroup=[]))

    with pytest.raises(VendorRejected) as caught:
        await expo.group("g-1")
    assert caught.value.status == 404


@pytest.mark.parametrize("missing", [{"updateBranchByName": None}, {}])
async def test_a_branch_that_is_not_there(expo, vendor, missing):
    vendor.on(ASK, app(**missing))

    for asked in (expo.groups(PROJECT, "nope"), expo.branch_id(PROJECT, "nope")):
        with pytest.raises(VendorRejected) as caught:
            await asked
        assert caught.value.status == 404


@pytest.mark.parametrize(
    ("mapping", "branches"),
    [
        ('{"version":0,"data":[{"branchId":"b-1","branchMappingLogic":"true"}]}', ("production",)),
        ('{"version":0,"data":[{"branchId":"b-2"},{"branchId":"b-1"}]}', ("next", "production")),
        ('{"version":0,"data":[]}', ()),
        ("something new", ("production", "next")),
    ],
)
async def test_a_channel_leads_where_its_mapping_says(expo, vendor, mapping, branches):
    known = [{"id": "b-1", "name": "production"}, {"id": "b-2", "name": "next"}]
    channel = {"id": "c", "name": "production", "isPaused": True, "branchMapping": mapping}
    vendor.on(ASK, app(updateChannelByName=channel | {"updateBranches": known}))

    found = await expo.channel(PROJECT, "production")

    assert (found.paused, found.branches) == (True, branches)


@pytest.mark.parametrize(
    ("receipt", "told"),
    [
        ({"state": "QUEUED"}, (JobState.GOING, "QUEUED")),
        ({"state": "IN_PROGRESS"}, (JobState.GOING, "IN_PROGRESS")),
        ({"state": "SUCCESS"}, (JobState.DONE, "")),
        ({"state": "FAILURE", "errorMessage": "no"}, (JobState.FAILED, "no")),
        ({"state": "FAILURE", "willRetry": True, "errorMessage": "no"}, (JobState.GOING, "no")),
        ({"state": "SOMETHING_NEW"}, (JobState.GOING, "SOMETHING_NEW")),
    ],
)
async def test_a_deletion_is_over_only_when_expo_says_so(expo, vendor, receipt, told):
    vendor.on(ASK, answer(backgroundJobReceipt={"byId": {"id": "j", **receipt}}))
    assert await expo.job("j") == told


async def test_a_build_in_our_words(expo, vendor):
    vendor.on(ASK, answer(builds={"byId": build(message="Raise (pawdeploy run 12)")}))

    found = await expo.build("build-1")

    assert (found.platform, found.stage, found.raw) == (AppPlatform.IOS, Stage.FINISHED, "FINISHED")
    assert (found.version, found.number, found.runtime, found.fingerprint) == ("1.4.0", "37", "1.4.0", "f1")
    assert found.page == "https://expo.dev/accounts/pawlogic/projects/mobile/builds/build-1"
    assert found.artifact == "https://expo.dev/artifacts/eas/x.ipa"
    assert (found.logs, found.message) == (found.page, "Raise (pawdeploy run 12)")


async def test_a_signed_address_of_an_artifact_is_not_handed_on(expo, vendor):
    signed = "https://storage.googleapis.com/x.ipa?X-Goog-Signature=abc"
    vendor.on(ASK, answer(builds={"byId": build(artifacts={"applicationArchiveUrl": signed})}))

    assert (await expo.build("build-1")).artifact == ""


async def test_a_build_in_the_queue_says_how_many_are_before_it(expo, vendor):
    waiting = build(status="IN_QUEUE", queuePosition=3, estimatedWaitTimeLeftSeconds=240, artifacts=None)
    vendor.on(ASK, answer(builds={"byId": waiting}))

    found = await expo.build("build-1")

    assert (found.stage, found.queue, found.wait, found.logs) == (Stage.WAITING, 2, 240, "")


async def test_a_failed_build_says_why_on_one_line(expo, vendor):
    error = {"errorCode": "XCODE_BUILD_ERROR", "message": "It\nbroke"}
    vendor.on(ASK, answer(builds={"byId": build(status="ERRORED", error=error)}))

    found = await expo.build("build-1")

    assert (found.stage, found.error) == (Stage.FAILED, "XCODE_BUILD_ERROR: It broke")


async def test_a_status_we_do_not_know_is_shown_raw(expo, vendor):
    vendor.on(ASK, answer(builds={"byId": build(status="MELTED")}))

    found = await expo.build("build-1")

    assert (found.stage, found.raw) == (Stage.UNKNOWN, "MELTED")


@pytest.mark.parametrize(
    ("stage", "sent", "found"),
    [
        (Stage.FINISHED, "FINISHED", ["b-1"]),
        (Stage.WAITING, None, ["b-3", "b-2"]),
        (Stage.GOING, None, ["b-4"]),
        (None, None, ["b-4", "b-3", "b-2", "b-1"]),
    ],
)
async def test_builds_of_a_stage_newest_first(expo, vendor, stage, sent, found):
    words = ("FINISHED", "NEW", "IN_QUEUE", "PENDING_CANCEL")
    rows = [
        build(f"b-{number}", status=word, createdAt=f"2026-11-25T1{number}:00:00Z")
        for number, word in enumerate(words, 1)
    ]
    vendor.on(ASK, app(builds=rows))

    answers = await expo.builds(PROJECT, stage=stage, platform=AppPlatform.IOS, version="1.4.0", runtime="r")

    assert [one.id for one in answers] == found
    asked = vendor.sent()["variables"]["filter"]
    assert asked.pop("status", None) == sent
    assert asked == {"platform": "IOS", "appVersion": "1.4.0", "runtimeVersion": "r"}


async def test_a_submission_names_the_build_it_hands_over(expo, vendor):
    row = {
        "id": "s-1",
        "platform": "ANDROID",
        "status": "ERRORED",
        "createdAt": "2026-11-25T12:00:00Z",
        "submittedBuild": {"id": "build-1"},
        "error": {"errorCode": None, "message": "You have no permission"},
        "app": {"slug": "mobile", "ownerAccount": {"name": "pawlogic"}},
    }
    vendor.on(ASK, app(submissions=[row]))

    (found,) = await expo.submissions(PROJECT, platform=AppPlatform.ANDROID)

    assert (found.stage, found.build, found.error) == (Stage.FAILED, "build-1", "You have no permission")
    assert found.page.endswith("/projects/mobile/submissions/s-1")
    assert vendor.sent()["variables"]["filter"] == {"platform": "ANDROID"}


async def test_reading_is_repeated_while_expo_says_it_will_pass(expo, vendor):
    passing = refusal("Something went wrong", isTransient=True)
    vendor.on(ASK, passing, httpx.Response(503), answer(builds={"byId": build()}))

    assert (await expo.build("build-1")).id == "build-1"
    assert len(vendor.asked) == 3


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ("Entity not authorized: AppEntity[c1b8] (viewer = RobotViewerContext, action = READ)", 403),
        ("Experience with id 'c1b8' does not exist.", 404),
        ("The bearer token is invalid.", 401),
    ],
)
async def test_a_refusal_says_what_http_would_have(expo, vendor, message, status):
    vendor.on(ASK, refusal(message, errorType="USER", isTransient=False))

    with pytest.raises(VendorRejected) as caught:
        await expo.build("build-1")
    assert caught.value.status == status
    assert len(vendor.asked) == 1


@pytest.mark.parametrize("broken", [{"byId": {"id": "x"}}, {"byId": []}, {"byId": "text"}])
async def test_an_answer_of_another_shape_is_no_answer(expo, vendor, broken):
    vendor.on(ASK, answer(builds=broken))

    with pytest.raises(VendorUnavailable):
        await expo.build("build-1")


async def test_the_token_stands_in_no_error(expo, vendor):
    vendor.on(ASK, refusal("Bearer expo-made-up is not known"))

    with pytest.raises(VendorRejected) as caught:
        await expo.build("build-1")
    assert "expo-made-up" not in str(caught.value)

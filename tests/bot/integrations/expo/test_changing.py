"""Rules of what we change at Expo: once, whole, and never made to look refused."""

import httpx
import pytest

from bot.engine.mobile import BOTH, AppPlatform, UpdateGroup, marked, run_of
from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.integrations.expo.conftest import answer, original, refusal

ASK = "POST /graphql"
MESSAGE = marked("Back to 1.4.0", 12)


@pytest.fixture
def group():
    return UpdateGroup(
        group="g-1",
        branch="production",
        branch_id="b-1",
        message="Old",
        created_at="2026-11-25T12:00:00Z",
        parts=(),
    )


def published(name="g-9"):
    return answer(updateBranch={"publishUpdateGroups": [{"id": "u", "group": name}]})


def changes(expo, group):
    return {
        "set_percent": lambda: expo.set_percent("u-1", 50),
        "delete_group": lambda: expo.delete_group("g-1"),
        "embed": lambda: expo.embed("b-1", "1.4.0", message=MESSAGE, platforms=BOTH),
        "cancel_build": lambda: expo.cancel_build("build-1"),
    }


@pytest.mark.parametrize("trouble", [httpx.Response(503), httpx.ReadTimeout("slow"), "passing"])
@pytest.mark.parametrize("name", ["cancel_build", "delete_group", "embed", "set_percent"])
async def test_a_change_is_made_once_even_when_the_trouble_passes(expo, vendor, group, name, trouble):
    vendor.on(ASK, refusal("Try later", isTransient=True) if trouble == "passing" else trouble)

    with pytest.raises(VendorUnavailable):
        await changes(expo, group)[name]()
    assert len(vendor.asked) == 1


@pytest.mark.parametrize(("told", "percent"), [(50, 50), (100, 100), (None, None)])
async def test_a_rollout_is_as_far_as_expo_says(expo, vendor, told, percent):
    vendor.on(ASK, answer(update={"setRolloutPercentage": {"id": "u-1", "rolloutPercentage": told}}))

    assert await expo.set_percent("u-1", 50) == percent
    assert vendor.sent()["variables"] == {"update": "u-1", "percent": 50}


async def test_a_rollout_that_expo_refuses_is_said_in_its_words(expo, vendor):
    vendor.on(ASK, refusal("Rollout percentage must be greater than previous", isTransient=False))

    with pytest.raises(VendorRejected, match="must be greater"):
        await expo.set_percent("u-1", 5)


async def test_a_deletion_is_named_by_its_job(expo, vendor):
    vendor.on(ASK, answer(update={"scheduleUpdateGroupDeletion": {"id": "j-1"}}))
    assert await expo.delete_group("g-1") == "j-1"


async def test_what_was_published_is_published_again_as_it_was(expo, vendor, group):
    source = {"type": "GCS", "bucketKey": "k", "isDebugFingerprint": None}
    ios = original("ios", fingerprint={"hash": "f1", "source": source})
    vendor.on(ASK, answer(updatesByGroup=[ios, original("android")]), published())

    made = await expo.republish("b-7", group, message=MESSAGE, platforms=BOTH)

    (sent,) = vendor.sent()["variables"]["input"]
    assert made == "g-9"
    assert sent == {
        "branchId": "b-7",
        "runtimeVersion": "1.4.0",
        "message": MESSAGE,
        "gitCommitHash": "a" * 40,
        "isGitWorkingTreeDirty": True,
        "updateInfoGroup": {
            "ios": {"launchAsset": {"bundleKey": "ios"}, "assets": []},
            "android": {"launchAsset": {"bundleKey": "android"}, "assets": []},
        },
        "fingerprintInfoGroup": {
            "ios": {"fingerprintHash": "f1", "fingerprintSource": {"type": "GCS", "bucketKey": "k"}}
        },
    }


async def test_one_platform_is_published_again_alone(expo, vendor, group):
    vendor.on(ASK, answer(updatesByGroup=[original("ios"), original("android")]), published())

    await expo.republish("b-1", group, message=MESSAGE, platforms=(AppPlatform.ANDROID,))

    (sent,) = vendor.sent()["variables"]["input"]
    assert list(sent["updateInfoGroup"]) == ["android"]


async def test_a_way_back_to_what_is_built_in_is_published_again_as_one(expo, vendor, group):
    embedded = original("ios", isRollBackToEmbedded=True, manifestFragment="")
    vendor.on(ASK, answer(updatesByGroup=[embedded]), published())

    await expo.republish("b-1", group, message=MESSAGE, platforms=(AppPlatform.IOS,))

    (sent,) = vendor.sent()["variables"]["input"]
    assert sent["rollBackToEmbeddedInfoGroup"] == {"ios": True}
    assert "updateInfoGroup" not in sent


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [original("ios")],
        [original("ios", codeSigningInfo={"keyid": "main"}), original("android")],
        [original("ios", manifestFragment="{"), original("android")],
    ],
)
async def test_what_cannot_be_published_whole_is_not_published(expo, vendor, group, rows):
    vendor.on(ASK, answer(updatesByGroup=rows), published())

    with pytest.raises(VendorRejected):
        await expo.republish("b-1", group, message=MESSAGE, platforms=BOTH)
    assert len(vendor.asked) == 1


async def test_phones_are_sent_back_to_what_is_built_in(expo, vendor):
    vendor.on(ASK, published())

    assert await expo.embed("b-1", "1.4.0", message=MESSAGE, platforms=BOTH) == "g-9"

    assert vendor.sent()["variables"]["input"] == [
        {
            "branchId": "b-1",
            "runtimeVersion": "1.4.0",
            "message": MESSAGE,
            "rollBackToEmbeddedInfoGroup": {"ios": True, "android": True},
        }
    ]


async def test_an_answer_without_a_group_is_no_answer(expo, vendor):
    vendor.on(ASK, answer(updateBranch={"publishUpdateGroups": []}))

    with pytest.raises(VendorUnavailable):
        await expo.embed("b-1", "1.4.0", message=MESSAGE, platforms=BOTH)


async def test_a_message_that_is_too_long_keeps_our_mark(expo, vendor):
    vendor.on(ASK, published())

    await expo.embed("b-1", "1.4.0", message=marked("x" * 5000, 123_456_789), platforms=BOTH)

    sent = vendor.sent()["variables"]["input"][0]["message"]
    assert len(sent) == 1024
    assert run_of(sent) == 123_456_789

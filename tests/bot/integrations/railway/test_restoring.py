"""Rules of going back at Railway and keeping it there, against answers shaped like its schema."""

import httpx
import pytest

from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.integrations.railway._answers import data, error, listing, node


def kept(can=True, environment="e-1", service="s-1"):
    return data(deployment={"canRollback": can, "environmentId": environment, "serviceId": service})


# rolling back


async def test_rolling_back_names_the_deployment_and_nothing_else(railway, answers, vendor, target):
    answers(data(deploymentRollback=True))

    await railway.roll_back(target, "d-1")

    sent = vendor.sent()
    assert sent["variables"] == {"id": "d-1"}
    assert sent["query"].split("deploymentRollback(id: $id)")[1].split() == ["}"]  # a Boolean: no selection


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.Response(500),
        httpx.Response(429, headers={"retry-after": "1"}),
        httpx.ReadTimeout("slow"),
        httpx.ReadError("reset"),
        httpx.Response(200, text="{"),
        data(deploymentRollback=None),
        error("Problem processing request"),
    ],
)
async def test_a_rollback_with_an_unknown_effect_is_unavailable_and_never_repeated(
    railway, answers, vendor, target, trouble
):
    answers(trouble)

    with pytest.raises(VendorUnavailable, match="rolling back"):
        await railway.roll_back(target, "d-1")
    assert len(vendor.asked) == 1


@pytest.mark.parametrize(
    "refusal", [data(deploymentRollback=False), error("Not Authorized"), httpx.Response(403)]
)
async def test_a_refused_rollback_is_rejected(railway, answers, target, refusal):
    answers(refusal)

    with pytest.raises(VendorRejected, match="rolling back"):
        await railway.roll_back(target, "d-1")


async def test_the_list_says_what_can_be_rolled_back_to_and_why_it_was_made(railway, answers, target):
    made = node("new", meta={"reason": "Rollback"}, canRollback=True)
    answers(listing(made, node("old", created="2026-11-23T09:00:00Z")))

    new, old = await railway.deployments(target)

    assert (new.can_roll_back, new.reason) == (True, "rollback")
    assert (old.can_roll_back, old.reason) == (False, "")


@pytest.mark.parametrize("reason", [None, 7, "two words", "<!channel>", "x" * 41, ["deploy"]])
async def test_a_reason_that_is_no_word_is_left_out(railway, answers, target, reason):
    answers(listing(node(meta={"reason": reason})))

    (one,) = await railway.deployments(target)

    assert one.reason == ""


@pytest.mark.parametrize("can", [True, False])
async def test_whether_the_image_is_kept_is_railways_word(railway, answers, target, can):
    answers(kept(can))

    assert await railway.can_roll_back(target, "d-1") is can


@pytest.mark.parametrize("trouble", [error("Deployment not found"), error("Not Authorized")])
async def test_a_deployment_railway_no_longer_knows_cannot_be_rolled_back_to(
    railway, answers, target, trouble
):
    answers(trouble)

    assert await railway.can_roll_back(target, "d-1") is False


@pytest.mark.parametrize("elsewhere", [{"environment": "e-2"}, {"service": "s-2"}, {"service": None}])
async def test_a_deployment_of_another_place_cannot_be_rolled_back_to(railway, answers, target, elsewhere):
    answers(kept(**elsewhere))

    assert await railway.can_roll_back(target, "d-1") is False


async def test_a_railway_that_does_not_answer_does_not_mean_the_image_is_gone(railway, answers, target):
    answers(*[httpx.Response(503)] * 3)

    with pytest.raises(VendorUnavailable):
        await railway.can_roll_back(target, "d-1")


# automatic deploys


@pytest.mark.parametrize("enabled", [True, False])
async def test_whether_pushes_deploy_is_asked_of_one_service_in_one_environment(
    railway, answers, vendor, target, enabled
):
    answers(data(serviceInstanceAutoDeployStatus={"enabled": enabled}))

    assert await railway.auto_deploys(target) is enabled
    assert vendor.sent()["variables"] == {"project": "p-1", "environment": "e-1", "service": "s-1"}


async def test_a_token_that_is_not_told_knows_nothing_of_pushes(railway, answers, target):
    answers(error("Not Authorized"))

    assert await railway.auto_deploys(target) is None


async def test_a_railway_that_does_not_answer_is_not_nothing_known(railway, answers, target):
    answers(*[error("Problem processing request")] * 3)

    with pytest.raises(VendorUnavailable):
        await railway.auto_deploys(target)


@pytest.mark.parametrize("on", [True, False])
async def test_switching_names_the_place_and_is_repeated_through_passing_trouble(
    railway, answers, vendor, target, on
):
    answers(httpx.Response(503), data(serviceInstanceAutoDeployUpdate={"enabled": on}))

    await railway.set_auto_deploys(target, on)

    where = {"projectId": "p-1", "environmentId": "e-1", "serviceId": "s-1"}
    assert vendor.sent()["variables"] == {"input": {**where, "enabled": on}}
    assert len(vendor.asked) == 2


async def test_a_switch_that_stays_as_it_was_is_said(railway, answers, target):
    answers(data(serviceInstanceAutoDeployUpdate={"enabled": True}))

    with pytest.raises(VendorRejected, match="switching automatic deploys off: it stayed on"):
        await railway.set_auto_deploys(target, False)


@pytest.mark.parametrize("broken", [None, {}, {"enabled": "no"}])
async def test_a_switch_that_does_not_say_how_it_stands_is_unavailable(railway, answers, target, broken):
    answers(data(serviceInstanceAutoDeployUpdate=broken))

    with pytest.raises(VendorUnavailable):
        await railway.set_auto_deploys(target, False)

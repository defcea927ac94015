"""Rules of counting instances, against answers shaped like Railway's schema."""

import pytest

from bot.engine.instances import Instances
from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.integrations.railway._answers import data, error


def placed(*active, replicas=2):
    return data(serviceInstance={"numReplicas": replicas, "activeDeployments": list(active)})


def active(*statuses, status="SUCCESS"):
    return {"status": status, "instances": [{"status": one} for one in statuses]}


async def test_running_ones_count_and_the_others_are_named(railway, answers, vendor, target):
    answers(placed(active("RUNNING", "CRASHED"), active("RESTARTING", "REMOVED")))

    assert await railway.instances(target) == Instances(running=1, others=("crashed", "restarting"), wanted=2)
    assert vendor.sent()["variables"] == {"service": "s-1", "environment": "e-1"}


async def test_what_sleeps_is_said_to(railway, answers, target):
    answers(placed(active("EXITED", status="SLEEPING"), replicas=None))

    assert await railway.instances(target) == Instances(running=0, others=("exited",), asleep=True)


@pytest.mark.parametrize("refusal", ["Not Authorized", "ServiceInstance not found"])
async def test_a_token_that_is_not_told_gets_none(railway, answers, target, refusal):
    answers(error(refusal))

    assert await railway.instances(target) is None


async def test_any_other_refusal_is_said(railway, answers, target):
    answers(error("Something is wrong with this service"))

    with pytest.raises(VendorRejected, match="counting instances"):
        await railway.instances(target)


async def test_an_answer_of_another_shape_is_unavailable(railway, answers, target):
    answers(data(serviceInstance={"numReplicas": 1}))

    with pytest.raises(VendorUnavailable):
        await railway.instances(target)

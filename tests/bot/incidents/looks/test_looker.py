"""A look never raises and never takes longer than it may; whatever went wrong is said."""

import asyncio
import logging

import httpx
import pytest
from pydantic import TypeAdapter

from bot.engine.incidents import Finding, Status
from bot.errors import VendorRejected, VendorUnavailable
from bot.incidents.looks.words import about, bounded, trouble
from playbooks.steps import AlertsProbe, HealthProbe, Probe, RailwayProbe
from tests.bot.incidents.looks._world import NOON, PLACE, alert, quietly, without

KINDS = (
    "railway", "health", "dependency", "shipped", "errors", "crashes", "versions", "migration-log", "alerts",
)  # fmt: skip
ASKS = ("railway", "health", "dependency", "shipped", "errors", "crashes", "versions")
"""Those that ask somebody outside."""


def probe(kind):
    named = {"name": "upstash"} if kind == "dependency" else {}
    return TypeAdapter(Probe).validate_python({"kind": kind, **named})


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_of_probe_is_looked_at(world, kind):
    found = await world.look(probe(kind), without(PLACE, alerts=(alert(),)))

    assert isinstance(found, Finding)
    assert "mistake" not in found.said


@pytest.mark.parametrize("kind", ASKS)
async def test_a_vendor_that_hangs_leaves_it_unknown_or_bad_in_time(world, kind):
    async def hang(request):
        await asyncio.Event().wait()

    world.project = quietly(world.project, look_timeout=0.1)
    async with asyncio.timeout(5):
        found = await world.look(probe(kind), transport=httpx.MockTransport(hang))

    if kind == "health":  # who does not answer a health check is not well
        assert (found.status, found.said) == (
            Status.BAD,
            "Api in production does not answer: no answer within 0.08 s.",
        )
    else:
        assert (found.status, found.said) == (Status.UNKNOWN, "It took longer than 0.1 s.")


@pytest.mark.parametrize("kind", [kind for kind in ASKS if kind != "health"])
async def test_an_answer_from_nowhere_is_unknown_or_ill_and_never_an_exception(world, kind):
    strange = httpx.MockTransport(lambda _: httpx.Response(200, text="<html>\x1b[31m" + "x" * 9000))

    found = await world.look(probe(kind), transport=strange)

    assert found.status is Status.UNKNOWN
    assert max(map(len, (found.said, *found.details))) <= 300


async def test_a_mistake_of_ours_is_unknown_and_in_the_log(world, caplog):
    found = await world.look(HealthProbe(kind="health"), probe=object())

    assert (found.status, found.said) == (
        Status.UNKNOWN,
        "The look itself failed: a mistake of pawdeploy's, and it is in the log.",
    )
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert (record.probe, record.incident) == ("health", 7)


async def test_stopping_the_bot_stops_a_look(world):
    async def hang(request):
        await asyncio.Event().wait()

    look = asyncio.create_task(world.look(RailwayProbe(kind="railway"), transport=httpx.MockTransport(hang)))
    await asyncio.sleep(0)
    look.cancel()

    with pytest.raises(asyncio.CancelledError):
        await look


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (VendorUnavailable("Railway", "asking", status=503), "Railway did not answer: HTTP 503."),
        (VendorUnavailable("Railway", "asking"), "Railway did not answer: no answer."),
        (VendorUnavailable("Sentry", "asking", detail="it rests."), "Sentry did not answer: it rests."),
        (
            VendorRejected("Sentry", "listing issues", status=403),
            "Sentry refused while listing issues: HTTP 403.",
        ),
    ],
)
def test_why_a_vendor_told_nothing_is_said_in_a_sentence(error, said):
    assert trouble(error) == said


def test_whatever_was_found_is_short_plain_and_without_secrets():
    token = "xoxb-" + "1" * 20
    found = bounded(
        Finding(
            status=Status.BAD,
            said=f"it said {token}\n\x00" + "x" * 9000,
            details=("", *(f"line {at} {token}" for at in range(50))),
            url="javascript:alert(1)",
            points_at="p" * 500,
        )
    )

    assert found.said.startswith("It said [hidden] xxx")
    assert (len(found.said), len(found.details), len(found.points_at), found.url) == (300, 20, 60, "")
    assert found.details[0] == "line 0 [hidden]"
    assert found.details[-1] == "and 31 more"


async def test_text_of_alerts_is_bounded_too(world):
    found = await world.look(
        AlertsProbe(kind="alerts"), without(PLACE, alerts=(alert(title="t" * 3000),) * 40)
    )

    assert (len(found.said), len(found.details)) == (300, 20)


@pytest.mark.parametrize("kind", KINDS)
async def test_what_means_the_same_is_said_the_same_a_while_later(world, kind):
    began = {"first_seen": NOON, "users": 30, "events": 1000, "pace": 1000}
    world.sentry.world.add_issue("mobile", "production", "app@2.4.0", "TypeError", told=True, **began)
    place = without(PLACE, service="" if kind in ("crashes", "versions") else "api", alerts=(alert(),))
    await world.shipped(40)
    world.clock.wait(7 * 60)
    first = await world.look(probe(kind), place)
    world.clock.wait(3 * 60)

    assert (await world.look(probe(kind), place)).said == first.said


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0"), (0.4, "over 0"), (1, "1"), (3, "over 2"), (5, "5"), (70, "over 50"), (2_400, "over 2,000")],
)
def test_numbers_go_by_steps(number, said):
    assert about(number) == said

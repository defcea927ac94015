"""Rules of ``bot/alerts/sources/railway.py``: a message only says where to look; what is seen counts."""

from datetime import UTC, datetime

import pytest

from bot.alerts.sources import railway
from bot.engine.alerts import Happening, Severity, Source
from bot.engine.shipping import Phase, Progress, Shipment
from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.alerts._arrivals import arrived, the_project
from tests.bot.test_webhooks import NOON

PROJECT = the_project()
API = PROJECT.services[0]
PRODUCTION = API.environments["production"].railway_environment


class Vendor:
    """Railway with one deployment, ``d-1``, as it stands."""

    def __init__(self, phase: Phase = Phase.FAILED) -> None:
        self.phase = phase
        self.trouble: Exception | None = None
        self.asked: list[str] = []

    async def deployments(self, target):
        self.asked.append(target.railway_environment)
        return (Shipment(id="d-1", sha="a" * 40, page=""),)

    async def look(self, target, shipment_id):
        self.asked.append(shipment_id)
        if self.trouble is not None:
            raise self.trouble
        page = f"https://railway.test/{shipment_id}"
        return Progress(
            phase=self.phase, raw=self.phase.value.upper(), page=page, failing="BUILD: exit code 1"
        )


class Ours:
    """The deployments whose cards tell how they fare, by run."""

    def __init__(self, **runs: int) -> None:
        self.runs = {name.replace("_", "-"): number for name, number in runs.items()}

    async def of_deployment(self, deployment_id):
        return self.runs.get(deployment_id)


def payload(kind: object = "Deployment.failed", **resource: object):
    there = {
        "service": {"id": API.railway_service},
        "environment": {"id": PRODUCTION, "name": "production"},
        "deployment": {"id": "d-1"},
    }
    return {
        "type": kind,
        "details": {"id": "d-1", "status": "SUCCESS", "commitMessage": "<!channel> believe me"},
        "resource": there | resource,
        "severity": "warning",
        "timestamp": "2026-05-04T11:59:00Z",
    }


async def read(body: object, vendor: Vendor | None = None, runs: Ours | None = None, project=PROJECT):
    shippers = {("api", name): vendor or Vendor() for name in ("staging", "production")}
    return await railway.read(arrived(Source.RAILWAY, "railway", body), project, shippers, runs or Ours())


async def test_a_deployment_that_railway_itself_calls_failed_fires():
    vendor = Vendor()
    (event,) = await read(payload(), vendor)

    assert vendor.asked == [PRODUCTION, "d-1"]
    assert event.model_dump(exclude_defaults=True) == {
        "source": Source.RAILWAY,
        "fingerprint": "railway:api:production",
        "happening": Happening.FIRED,
        "at": datetime(2026, 5, 4, 11, 59, tzinfo=UTC),
        "title": "api fails to deploy in production",
        "detail": "BUILD: exit code 1",
        "service": "api",
        "environment": "production",
        "severity": Severity.ERROR,
        "url": "https://railway.test/d-1",
        "tags": {"deployment": "d-1"},
    }


@pytest.mark.parametrize("kind", ["Deployment.crashed", "deployment.OOM_KILLED", "DEPLOYMENT.FAILED"])
async def test_what_crashed_is_critical_by_whatever_name_it_came(kind):
    (event,) = await read(payload(kind), Vendor(Phase.CRASHED))
    assert (event.title, event.severity) == ("api crashes in production", Severity.CRITICAL)


async def test_a_deployment_that_is_live_resolves():
    (event,) = await read(payload("Deployment.deployed"), Vendor(Phase.LIVE))
    assert (event.happening, event.fingerprint) == (Happening.RESOLVED, "railway:api:production")
    assert (event.title, event.detail, event.severity) == ("", "", None)


@pytest.mark.parametrize("phase", sorted(set(Phase) - {Phase.FAILED, Phase.CRASHED}))
async def test_a_failure_that_railway_does_not_confirm_is_not_believed(phase):
    assert (await read(payload(), Vendor(phase))).outcome == "ignored"


@pytest.mark.parametrize("phase", sorted(set(Phase) - {Phase.LIVE}))
async def test_a_success_that_railway_does_not_confirm_is_not_believed(phase):
    assert (await read(payload("Deployment.deployed"), Vendor(phase))).outcome == "ignored"


async def test_a_deployment_of_another_place_is_not_believed_whatever_became_of_it():
    vendor = Vendor()
    assert (await read(payload(deployment={"id": "d-2"}), vendor)).outcome == "ignored"
    assert vendor.asked == [PRODUCTION]


async def test_a_place_we_do_not_know_is_nobodys_and_nobody_is_asked():
    vendor = Vendor()
    for odd in ({"id": "x"}, {}, None, "production", {"id": ["x"]}):
        assert (await read(payload(environment=odd), vendor)).outcome == "ignored"
        assert (await read(payload(service=odd), vendor)).outcome == "ignored"
    assert vendor.asked == []


async def test_where_a_workflow_ships_railway_cannot_be_asked():
    project = the_project(production={"method": "github-workflow"})
    vendor = Vendor()
    assert (await read(payload(), vendor, project=project)).outcome == "ignored"
    assert vendor.asked == []


async def test_what_a_runs_card_says_is_not_said_twice_but_ends_what_was_said_before():
    vendor, runs = Vendor(), Ours(d_1=12)
    assert (await read(payload(), vendor, runs)).outcome == "ignored"
    assert vendor.asked == []
    (event,) = await read(payload("Deployment.deployed"), Vendor(Phase.LIVE), runs)
    assert event.happening is Happening.RESOLVED


async def test_a_vendor_that_is_away_is_asked_again_later():
    vendor = Vendor()
    vendor.trouble = VendorUnavailable("Railway", "reading a deployment")
    with pytest.raises(VendorUnavailable):
        await read(payload(), vendor)


async def test_a_deployment_the_vendor_knows_nothing_of_is_no_alert():
    vendor = Vendor()
    vendor.trouble = VendorRejected("Railway", "reading a deployment")
    assert (await read(payload(), vendor)).outcome == "ignored"


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("Deployment.building", "ignored"),
        ("Deployment.removed", "ignored"),
        ("VolumeAlert.triggered", "unknown"),
        ("Monitor.resolved", "unknown"),
    ],
)
async def test_other_kinds_say_nothing(kind, outcome):
    assert (await read(payload(kind))).outcome == outcome


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", {}, payload(None), payload([]), payload("")])
async def test_what_breaks_the_shape_is_unreadable(body):
    assert (await read(body)).outcome == "unreadable"


async def test_without_a_deployment_there_is_nothing_to_look_at():
    body = payload(deployment=None)
    assert (await read(body | {"details": None})).outcome == "unreadable"
    (event,) = await read(body)
    assert event.tags == {"deployment": "d-1"}


async def test_a_message_that_is_early_says_when_it_came():
    (event,) = await read(payload() | {"timestamp": "2036-01-01T00:00:00Z"})
    assert event.at == NOON

"""A report counts once, for exactly one commit, and is in the audit log."""

import asyncio
from datetime import datetime

import pytest

from bot.db.audit_store import AuditStore, Intact
from bot.db.session import open_database
from bot.db.signals_store import SignalsStore
from bot.engine.signals import Signal, Verdict
from tests.bot.db._facts import NOON, later

SHA, OTHER = "a" * 40, "b" * 40


@pytest.fixture
def signals(db):
    return SignalsStore(db)


def signal(verdict=Verdict.PASSED, *, sha=SHA, suite="e2e", at: datetime = NOON) -> Signal:
    return Signal(sha=sha, suite=suite, verdict=verdict, url="https://t.test/1", at=at)


async def test_a_report_is_kept_with_its_audit_entry(db, signals):
    assert await signals.keep("msg_1", signal(), received_at=later(2))
    assert await signals.verdicts(SHA) == {"e2e": signal()}
    (entry,) = [entry async for entry in AuditStore(db).entries()]
    assert (entry.action, entry.actor, entry.at) == ("tests.reported", "testing agent", later(2))
    assert SHA in entry.evidence


async def test_the_same_message_again_changes_nothing_whatever_it_says(db, signals):
    assert await signals.keep("msg_1", signal(), received_at=NOON)
    assert not await signals.keep("msg_1", signal(Verdict.FAILED, at=later(9)), received_at=NOON)
    assert (await signals.verdicts(SHA))["e2e"].verdict is Verdict.PASSED
    assert len([entry async for entry in AuditStore(db).entries()]) == 1


async def test_the_same_message_twice_at_once_is_one(url, db, signals):
    other = await open_database(url)
    try:
        stores = (signals, SignalsStore(other)) * 3
        kept = await asyncio.gather(*(one.keep("msg_1", signal(), received_at=NOON) for one in stores))
    finally:
        await other.close()
    assert sum(kept) == 1
    assert await AuditStore(db).verify() == Intact(1, (await anext(AuditStore(db).entries())).hash)


async def test_a_report_is_about_one_commit_and_one_suite(signals):
    await signals.keep("1", signal(), received_at=NOON)
    await signals.keep("2", signal(Verdict.FAILED, suite="load"), received_at=NOON)
    assert {name: said.verdict for name, said in (await signals.verdicts(SHA.upper())).items()} == {
        "e2e": Verdict.PASSED,
        "load": Verdict.FAILED,
    }
    assert await signals.verdicts(OTHER) == {}


async def test_the_newest_by_its_signature_wins_not_the_last_to_arrive(signals):
    await signals.keep("new", signal(Verdict.FAILED, at=later(60)), received_at=later(60))
    await signals.keep("old", signal(Verdict.PASSED, at=later(0)), received_at=later(90))
    assert (await signals.verdicts(SHA))["e2e"].verdict is Verdict.FAILED

"""Two replicas on PostgreSQL: who asks people dies, the other hears them out, with every voice kept."""

from functools import partial

import psycopg
import pytest

from bot.db.audit_store import AuditStore, Intact
from bot.db.session import open_database
from sandbox.launch import Sandbox
from tests.flows.driver import BEN, CLEO, DEPLOYS, flow
from tests.flows.guarded import QUICK, USUAL, Guarded, gates
from tests.flows.test_modes import second_bot


class OnPostgres(Guarded):
    """A flow to production on PostgreSQL."""

    def __init__(self, box, state, url):
        super().__init__(box, state)
        self._url = url

    def rows(self, query, *values):
        with psycopg.connect(self._url) as connection:
            return connection.execute(query.replace("?", "%s"), values).fetchall()


def _without_soak(document):
    gates()(document)
    del document["services"][0]["environments"]["production"]["soak"]


@pytest.mark.postgres
async def test_a_replica_that_takes_over_keeps_the_voices_hears_the_missing_one_and_ships_once(
    tmp_path, postgres_url
):
    make = partial(Sandbox, edit=_without_soak)
    async with flow(tmp_path, database_url=postgres_url, timings=QUICK, make=make) as plain:
        plain.box.sentry.ingestion_delay = 0.0
        plain.box.sentry.world.per_minute["backend", "production"] = USUAL
        desk = OnPostgres(plain.box, tmp_path, postgres_url)
        other = second_bot(desk, postgres_url)
        sha = desk.commit()
        card = await desk.asking("production main")
        await desk.press(card, "vote_approve", user=BEN)
        await desk.polled(lambda: desk.rows("SELECT 1 FROM voices WHERE voice = 'approve'"))
        await other.start()
        try:
            await other.wait_ready()
            await desk.box.kill_bot()
            await desk.ws.react(CLEO, DEPLOYS, card.ts, "white_check_mark")

            await desk.polled(lambda: desk.rows("SELECT 1 FROM runs WHERE state = 'succeeded'"), 60)

            assert not desk.box.bot_running
        finally:
            await other.stop()
        assert set(desk.rows("SELECT user_id, voice, via FROM voices")) == {
            (BEN, "approve", "button"),
            (CLEO, "approve", "reaction"),
        }
        assert [one.sha for one in desk.box.railway.started("api", "production")].count(sha) == 1
        assert len(desk.cards()) == 1
        asks = [one for one in desk.ws.thread(DEPLOYS, card.ts) if "approvals wanted" in one.everything]
        assert len(asks) == 1
    database = await open_database(postgres_url)
    try:
        assert isinstance(await AuditStore(database).verify(), Intact)
    finally:
        await database.close()

"""Incidents whose channel is lost, over signed HTTP, and on PostgreSQL."""

import psycopg
import pytest

from tests.flows.driver import ANN, BEN, CLEO, GENERAL, PATIENCE
from tests.flows.incidents import OPS, incidents, press


async def played(desk, *, channel=OPS):
    """Play a short incident: open it, decide, start what asks for consent, resolve it; return its card."""
    card = await desk.opened("api-down a short one", channel=channel)
    await desk.ws.press(ANN, card.channel, card.ts, press.INCIDENT_COMMAND)
    await desk.shows(card, f"Commander: <@{ANN}>", "Supabase is well", "Upstash is well")
    await desk.fill(card, press.INCIDENT_UPDATE, user=BEN, text="We look at it")
    await desk.shows(card, "We look at it")
    said = await desk.resolved(card, user=ANN)
    assert "Its report follows" in said
    await desk.shows(card, "Resolved after")
    await desk.ws.until(lambda: any(one.files for one in desk.below(card)), PATIENCE)
    return card


async def test_over_signed_http_an_incident_is_the_same(tmp_path):
    async with incidents(tmp_path, flow_={"mode": "http"}) as desk:
        card = await played(desk)
        assert not desk.ws.link.connections
        assert "We look at it" in desk.report(card)


@pytest.mark.postgres
async def test_on_postgresql_an_incident_is_the_same(tmp_path, postgres_url):
    async with incidents(tmp_path, flow_={"database_url": postgres_url}) as desk:
        card = await played(desk)
        number = desk.number(card)
    with psycopg.connect(postgres_url) as connection:
        ((report,),) = connection.execute("SELECT markdown FROM incident_reports").fetchall()
        kinds = {kind for (kind,) in connection.execute("SELECT kind FROM incident_entries").fetchall()}
    assert "We look at it" in report
    assert {"opened", "role", "update", "evidence", "resolved"} <= kinds
    assert number == 1


async def test_where_its_channel_is_archived_the_card_goes_to_ops_and_says_so(tmp_path):
    async with incidents(tmp_path, incidents={"channel": GENERAL}) as desk:
        desk.ws.invite_bot(GENERAL)
        card = await desk.opened("mobile-crash-spike in the hall", channel=GENERAL)
        await desk.ticked(card, "newest-change", user=CLEO)
        await desk.marked(card, newest_change="done")
        await desk.drawn(card)
        before = desk.there()
        desk.ws.archive(GENERAL)
        number = desk.number(card)
        assert (await desk.ws.say(ANN, OPS, f"/pawincident severity {number} sev1")).ok

        new = await desk.new_card(before)

        text = await desk.shows(new, "SEV1", "in the hall", f"<#{GENERAL}>")
        assert "archived" in text
        assert f"by <@{CLEO}> at" in text
        await desk.fill(new, press.INCIDENT_UPDATE, user=BEN, text="We are here now")
        await desk.replied(new, "We are here now")

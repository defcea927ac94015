"""What cannot be found out: a vendor that hangs leaves its look unknown, with why, and to people."""

import pytest
import pytest_asyncio

from tests.flows.driver import BEN
from tests.flows.incidents import incidents, press

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOOKS = """
title: Looks
when: Vendors are asked.
steps:
  - {kind: look, id: redis, text: Redis, probe: {kind: dependency, name: upstash}}
  - {kind: look, id: supabase, text: Supabase, probe: {kind: dependency, name: supabase}}
  - {kind: look, id: railway, text: Railway, probe: {kind: railway}}
  - {kind: look, id: errors, text: Sentry, probe: {kind: errors}}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("playbooks")
    (folder / "looks.yaml").write_text(LOOKS, "utf-8")
    section = {"playbooks": str(folder), "look_timeout": 2}
    async with incidents(tmp_path_factory.mktemp("incidents-unknown"), incidents=section) as made:
        yield made


@pytest.mark.parametrize(
    ("knob", "value", "step", "why"),
    [
        ("upstash.ping", "timeout", "redis", "took longer than 2 s"),
        ("supabase.health", "401", "supabase", "401"),
        ("railway.answers", "timeout", "railway", "took longer than 2 s"),
        ("railway.answers", "403", "railway", "Railway"),
        ("sentry.answers", "503", "errors", "Sentry"),
    ],
)
async def test_a_probe_that_hangs_or_fails_is_unknown_with_why_and_the_step_is_left_to_people(
    desk, knob, value, step, why
):
    desk.box.faults.set(knob, value)
    card = await desk.opened(f"looks {knob} {value}")
    text = await desk.shows(card, "Not known: ", why)
    assert desk.rows(
        "SELECT mark FROM incident_steps WHERE incident_id = ? AND key = ?", desk.number(card), step
    ) == [("todo",)]
    assert ":white_circle:" in text
    desk.box.faults.reset()
    await desk.drawn(card)
    await desk.pressed(card, press.INCIDENT_LOOK, step, user=BEN)
    await desk.marked(card, **{step: "done"})

"""A storm over production: people vote, change their minds and go back while refs move and the bot is killed.

Nothing ships that was not agreed to, by the audit log and by what the simulated Railway was asked.
"""

import asyncio
import json
import os
import random
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from bot.db.audit_store import AuditStore, Intact
from bot.db.runs_reader import RunsReader
from bot.db.session import open_database
from bot.engine.states import ACTIVE
from handlers.render.run_card import render_run_card
from tests.faults.mortal import mortal
from tests.faults.storm import key_of
from tests.flows.driver import ANN, BEN, CLEO, DEPLOYS, GENERAL, OTTO
from tests.flows.returning import calm, free

SECONDS = 12.0
SEEDS = [int(seed) for seed in os.environ.get("PAWDEPLOY_STORMS", "5").split(",")]
MAY = {ANN, BEN, CLEO}
YES, NO = "white_check_mark", "x"
ASKS = ("production main --again", "production main", 'rollback production --emergency "it hurts"')


def _without_soak(document):
    del document["services"][0]["environments"]["production"]["soak"]


async def _person(desk, user, dice, diary):
    while True:
        await asyncio.sleep(dice.uniform(0.02, 0.3))
        cards = [card for card in desk.cards() if key_of(card).endswith(":card")][-4:]
        roll = dice.random()
        if roll < (0.3 if user == ANN else 0.02) and len(desk.rows("SELECT 1 FROM runs")) < 14:
            what = dice.choice(ASKS if user == ANN else ASKS[:2])
            said = await desk.ws.say(user, GENERAL, f"/pawdeploy {what}")
        elif not cards:
            continue
        elif roll < 0.305:
            what, said = "push", desk.commit()
        elif roll < 0.65:
            card, off = dice.choice(cards), dice.random() < 0.08
            what = dice.choice((*(YES,) * 80, *("+1",) * 39, NO))
            said = await desk.ws.react(user, DEPLOYS, card.ts, what, remove=off)
        else:
            card = dice.choice(cards)
            what = dice.choice(
                (*("vote_approve",) * 40, "vote_withdraw", "vote_withdraw", "run_cancel", "run_retry")
            )
            if what in desk.buttons(card):
                said = await desk.ws.press(user, DEPLOYS, card.ts, what)
            else:
                continue
        diary.append(f"{user} {what}: {said}"[:160])


async def _unlock(desk, dice):
    while True:
        await asyncio.sleep(dice.uniform(0.5, 2.0))
        await desk.ws.say(BEN, GENERAL, "/pawdeploy unlock production")


async def _weather(desk, dice):
    knobs = (("sentry.errors", "spike after deploy"), ("slack.events", "lost"), ("backend.health", "bad"))
    while True:
        knob, position = dice.choice(knobs)
        was = desk.box.faults.get(knob)
        await asyncio.sleep(dice.uniform(0.3, 2.0))
        desk.box.faults.set(knob, position)
        await asyncio.sleep(dice.uniform(0.2, 1.5))
        desk.box.faults.set(knob, was)


async def _reaper(desk, dice):
    while True:
        await asyncio.sleep(dice.uniform(3.0, 6.0))
        await desk.box.kill_bot()
        await asyncio.sleep(dice.choice((0.0, 0.4)))
        await desk.box.start_bot()


async def _calm_deploy(desk):
    desk.commit()
    card = await desk.asking("production main")
    await desk.agree(card)
    await desk.ends(desk.run_of(card), "succeeded")


async def _rage(desk, seed, diary):
    def dice(whose):
        return random.Random(f"{seed} {whose}")  # noqa: S311 - to be repeated, not to be secret

    people = [_person(desk, user, dice(user), diary) for user in (ANN, BEN, CLEO, OTTO)]
    others = [work(desk, dice(work.__name__)) for work in (_unlock, _weather, _reaper)]
    tasks = [asyncio.create_task(work) for work in (*people, *others)]
    await asyncio.wait(tasks, timeout=SECONDS, return_when=asyncio.FIRST_EXCEPTION)
    for task in tasks:
        task.cancel()
    for error in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(error, Exception):
            raise error
    await desk.box.start_bot()
    await desk.box.wait_ready()
    calm(desk)


async def _settle(desk):
    """Cancel what only waits for people; everything else has to end by itself."""
    active = "SELECT id, state FROM runs WHERE state IN ('preparing', 'waiting', 'running', 'cancelling')"
    async with asyncio.timeout(60):
        while left := desk.rows(active):
            waiting = {f"run:{run}:card" for run, state in left if state in ("preparing", "waiting")}
            for card in desk.cards():
                if key_of(card) in waiting and "run_cancel" in desk.buttons(card):
                    await desk.ws.press(ANN, DEPLOYS, card.ts, "run_cancel")
            await asyncio.sleep(0.3)


def _agreed(entries, requester):
    """Say, from the audit log alone, whether enough of the right people agreed before the turn was taken."""
    binding, quorum, yes = "", 0, set()
    for entry in entries:
        told = json.loads(entry.evidence or "{}")
        match entry.action:
            case "consent.asked":
                binding, quorum, yes = told["binding"], told["quorum"], set()
            case "consent.approve" if told["binding"] == binding:
                yes.add(entry.actor)
            case "consent.withdrawn":
                yes.discard(entry.actor)
            case "consent.reject":
                yes, quorum = set(), 99
            case "run.running":
                return binding != "" and len((yes & MAY) - {requester}) >= quorum >= 2
    return False


async def _check(desk):
    database = await open_database(f"sqlite:///{desk.state / 'pawdeploy.sqlite3'}")
    try:
        assert isinstance(await AuditStore(database).verify(), Intact)
        entries = [entry async for entry in AuditStore(database).entries()]
        runs = list(await RunsReader(database).history(None, limit=1000))
    finally:
        await database.close()
    assert [run.id for run in runs if run.state in ACTIVE] == []
    mine = {run.id: [entry for entry in entries if entry.run_id == run.id] for run in runs}
    of = {run.deployment_id: run for run in runs if run.deployment_id}
    asked = desk.box.railway.started("api", "production")
    for one in asked:
        run = of[one.id]  # a deployment no run knows of: shipped twice, or for nobody
        assert one.sha == run.sha
        free = run.rollback and (run.automatic or run.emergency)
        assert free or _agreed(mine[run.id], run.requested_by), [entry.action for entry in mine[run.id]]
    turns = []
    for said in mine.values():
        began = [entry.at for entry in said if entry.action == "run.running"]
        over = [
            entry.at for entry in said if entry.action in ("run.succeeded", "run.failed", "run.cancelled")
        ]
        turns += [(at, min(end for end in over if end >= at)) for at in began]
    turns.sort()
    assert [later for (_, end), (later, _) in pairwise(turns) if later < end] == []

    def agree():
        return all(_shown(desk, run) for run in runs)

    await desk.polled(agree)
    return asked


def _shown(desk, run):
    drawn = render_run_card(run, now=datetime.now(UTC)).to_slack()["blocks"][0]["text"]["text"]
    cards = [card for card in desk.cards() if key_of(card) == f"run:{run.id}:card"]
    first = [card.blocks[0]["text"]["text"].splitlines()[0] for card in cards]
    return first == [drawn.splitlines()[0]]


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_storm_ships_nothing_to_production_without_the_consent_of_those_who_may(tmp_path, seed):
    diary = []
    async with mortal(tmp_path, edit=_without_soak, watch={"seconds": 2.1}) as desk:
        try:
            await _calm_deploy(desk)
            desk.commit()
            await _rage(desk, seed, diary)
            await _settle(desk)
            await free(desk)
            await _calm_deploy(desk)
            asked = await _check(desk)
        except (AssertionError, TimeoutError) as error:
            error.add_note("\n".join((f"storm of seed {seed}:", *diary)))
            raise
    assert len(asked) > 1

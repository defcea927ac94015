"""What may happen to alerts, one thing after the other, in any order; and how each thing is done.

Keeps its own account of what reached the bot. What must hold at the end is the test's.
"""

import json
import uuid
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

from bot.engine.alerts import ActKind, ActRequest, AlertView
from bot.errors import UserError
from sandbox.vendors.sentry_hooks import Hook
from sandbox.vendors.sentry_issues import Issue
from tests.bot.alerts._alert_world import Died, World

PEOPLE = ("U0ANNREQ001", "U0BENAPP001")
TWINS = timedelta(hours=1)
_TELLING = {("issue", "created"), ("issue", "unresolved"), ("event_alert", "triggered")}


@dataclass
class Told:
    """What reached the bot and says that an issue happens: when each thing was said."""

    said: dict[bytes, list[datetime]] = field(default_factory=lambda: defaultdict(list))

    @property
    def least(self) -> int:
        """How many different things were said."""
        return len(self.said)

    @property
    def most(self) -> int:
        """The same, where what was said again after long counts again."""
        gaps = [later - earlier > TWINS for times in self.said.values() for earlier, later in pairwise(times)]
        return len(self.said) + sum(gaps)


class Story:
    """One story in one world. Every act is a tuple: its name, then what it needs."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.life = world.born()
        self.told: dict[int, Told] = defaultdict(Told)
        self.asked: dict[int, int] = defaultdict(int)
        """Acts and retries by alert: Sentry may be told as often, and no more."""
        self.deaths = 0
        self.undone: set[int] = set()
        """Issues somebody at Sentry changed after the bot died of changing them: it may do it again."""
        self.lost: set[int] = set()
        """Issues of which Sentry told something in vain, or did not tell."""
        self._delivered: list[Hook] = []
        self._touched: set[int] = set()
        self._presses = 0

    @property
    def _issues(self) -> list[Issue]:
        return sorted(self.world.sentry.issues, key=lambda issue: issue.id)

    @property
    def _mail(self) -> list[Hook]:
        return self.world.sentry.hooks.waiting

    async def do(self, what: str, *given) -> None:
        """Do one thing; a bot that dies of it is born again."""
        try:
            await getattr(self, f"_{what}")(*given)
        except Died:
            self._note_death()
            await self._die()
        finally:
            self.world.doom.lift()
        await self.world.sentry.hooks.settled()

    def _note_death(self) -> None:
        self.deaths += 1
        for sealed in self.world.doom.sealed:
            if sealed.startswith("PUT "):
                self._touched.add(int(sealed.rstrip("/").rpartition("/")[2]))

    # at Sentry

    async def _new(self) -> None:
        if len(self._issues) < 4:
            await self.world.sentry.new_issue(title=f"Trouble number {len(self._issues)}", events=0)

    async def _at_sentry(self, what: str, which: int, *more) -> None:
        if not self._issues:
            return
        issue = self._issues[which % len(self._issues)]
        await getattr(self.world.sentry, what)(issue, *more)
        if issue.id in self._touched:
            self.undone.add(issue.id)
        if (what, *more) == ("assign", ""):
            self.lost.add(issue.id)  # of which Sentry tells nobody

    async def _mood(self, position: str) -> None:
        self.world.faults.set("sentry.answers", position)
        if position == "404":  # then what was told last is believed
            self.lost |= {issue.id for issue in self._issues}

    async def _slack_mood(self, position: str) -> None:
        self.world.faults.set("slack.answers", position)

    # on the way

    async def _deliver(self, which: int) -> None:
        if self._mail:
            await self._post(self._mail.pop(which % len(self._mail)))

    async def _lose(self, which: int) -> None:
        if self._mail:
            self.lost.add(_issue_of(self._mail.pop(which % len(self._mail))))

    async def _unheard(self, *act) -> None:
        """Something changes, and whatever is on its way is lost."""
        await self._at_sentry(*act)
        await self.world.sentry.hooks.settled()
        while self._mail:
            await self._lose(0)

    async def _repeat(self, which: int, renamed: bool) -> None:
        if not self._delivered:
            return
        hook = self._delivered[which % len(self._delivered)]
        if renamed:
            hook = replace(hook, headers={**hook.headers, "Request-ID": uuid.uuid4().hex})
        await self._post(hook)

    async def _post(self, hook: Hook) -> None:
        answer = await self.life.door.post("/hooks/sentry", content=hook.body, headers=dict(hook.headers))
        assert answer.status_code == 200, answer.text
        self._delivered.append(hook)
        body = json.loads(hook.body)
        if answer.json()["status"] == "stored" and (hook.resource, body["action"]) in _TELLING:
            self.told[_issue_of(hook)].said[hook.body].append(self.world.clock.now())

    # people

    async def _press(self, which: int, person: str, kind: ActKind, how: str, again: bool) -> None:
        alert = await self._alert(which)
        if alert is None:
            return
        if not again:
            self._presses += 1  # else Slack delivers the same press once more
        key = f"press:{self._presses}"
        before = await self._acts(alert)
        try:
            request = ActRequest(key=key, alert=alert, kind=kind, how=how, by=person)
            await self.life.parts.desk.act(request)
        except UserError:
            pass
        finally:
            self.asked[alert] += await self._acts(alert) - before

    async def _acknowledge(self, which: int, person: str) -> None:
        if (alert := await self._alert(which)) is not None:
            try:
                await self.life.parts.desk.acknowledge(alert, person)
            except UserError:
                return

    async def _retry(self, which: int, person: str) -> None:
        alert = await self._alert(which)
        act = None if alert is None else (await self.world.reader.view(alert)).act
        if act is None:
            return
        try:
            await self.life.parts.desk.retry(act.id, person)
        except UserError:
            return
        self.asked[alert] += 1

    async def _alert(self, which: int) -> int | None:
        numbers = sorted(known[0] for known in (await self.world.reader.known_issues()).values())
        return numbers[which % len(numbers)] if numbers else None

    async def alerts(self) -> list[tuple[Issue, AlertView]]:
        """Return every issue that has an alert, with it."""
        known, view = await self.world.reader.known_issues(), self.world.reader.view
        there = [issue for issue in self._issues if str(issue.id) in known]
        return [(issue, await view(known[str(issue.id)][0])) for issue in there]

    async def _acts(self, alert: int) -> int:
        rows = await self.world.rows("SELECT count(*) FROM alert_acts WHERE alert_id = :alert", alert=alert)
        return rows[0][0]

    # the bot

    async def _process(self) -> None:
        await self.life.parts.processor.step()

    async def _work(self) -> None:
        await self.life.parts.worker.step()
        if not await self.world.rows("SELECT 1 FROM alert_acts WHERE state = 'pending'"):
            self._touched.clear()

    async def _publish(self) -> None:
        await self.life.publisher.flush()

    async def _backfill(self) -> None:
        await self.life.parts.backfill.look()

    async def _sweep(self) -> None:
        await self.life.parts.keeper.sweep()

    async def _round(self, *works, backwards: bool = False) -> None:
        await self.world.sentry.hooks.settled()
        while self._mail:
            await self._deliver(-1 if backwards else 0)
        for work in works or (self._process, self._work, self._publish):
            await work()

    async def _backwards(self) -> None:
        await self._round(backwards=True)

    async def _back_and_forth(self, which: int) -> None:
        """Have the same said in the same words, and something else in between."""
        for what in ("resolve", "reopen", "resolve"):
            await self._at_sentry(what, which)
            await self._round()

    async def _die(self) -> None:
        await self.life.door.aclose()
        self.life = self.world.born()
        await self.life.parts.backfill.look()  # as every bot does when it starts

    async def _die_in(self, what: str, at: str, number: int, after: bool) -> None:
        """Have something to do, and die of it."""
        if what == "publish":
            await self._new()
            await self._round(self._process)
        elif what == "work" and (alert := await self._alert(0)) is not None:
            firing = (await self.world.reader.view(alert)).firing
            await self._press(0, PEOPLE[0], ActKind.RESOLVE if firing else ActKind.REOPEN, "now", False)
        await self._pass(10)
        self.world.doom.draw(at, number, after=after)
        await getattr(self, f"_{what}")()

    async def _meanwhile(self, *act) -> None:
        """Have a reason to ask Sentry; when it has answered and the bot has not heard, something changes."""
        await self._pass(70)
        await self._at_sentry("happen", act[1])
        await self._round(self._process)

        async def happen() -> None:
            await self._at_sentry(*act)
            await self._round(self._process)

        self.world.wire.meanwhile = happen
        await self._work()
        self.world.wire.meanwhile = None

    async def _pass(self, seconds: int) -> None:
        if seconds >= 3600:  # what was archived for an hour comes back by itself
            self.undone |= self._touched
        await self.world.clock.sleep(seconds)

    async def calm(self, *, backwards: bool) -> None:
        """Deliver what is left, in a calm world, and do all there is to do. What was lost stays lost."""
        await self._mood("normal")
        await self._slack_mood("normal")
        await self._round(backwards=backwards)
        await self._run_dry()

    async def catch_up(self) -> None:
        """Have the bot look at Sentry when pauses are over; twice, for a look may find an archive over."""
        for _ in range(2):
            await self._pass(7200)
            await self._backfill()
            await self._run_dry()

    async def _run_dry(self) -> None:
        for _ in range(80):
            await self._round(self._publish)
            done = await self.life.parts.processor.step() + await self.life.parts.worker.step()
            await self.world.sentry.hooks.settled()
            owed = await self.world.posts.due() or await self.world.reader.due(1)
            if not done and not owed and not self._mail:
                return
            await self._pass(20)
        msg = "the bot does not come to rest"
        raise AssertionError(msg)


def _issue_of(hook: Hook) -> int:
    data = json.loads(hook.body)["data"]
    return int(data["issue"]["id"] if "issue" in data else data["event"]["issue_id"])

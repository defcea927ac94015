"""One incident's story: what three people, time and what was started do to it, one thing after the other."""

from bot.engine.incident_requests import OpenRequest, ResolveRequest
from bot.engine.incidents import Finding, Mark, Sev, Status
from bot.engine.reasons import Reason
from bot.errors import UserError
from tests.bot.incidents._agreement import agrees, revisions_grow
from tests.bot.incidents._ledger import NEW, Ledger, RefusedError, Row
from tests.bot.incidents._mortal import MortalWorld
from tests.bot.incidents._world import ANN, Died

PROBES = ("railway", "health", "shipped", "errors", "crashes", "versions", "migration-log", "alerts")


class Story:
    """Every act is a tuple: its name, then what it needs. After each, state and account agree."""

    def __init__(self, world: MortalWorld, playbook, *, drill: bool) -> None:
        self.world, self.ledger, self.drill = world, Ledger(playbook, drill=drill), drill
        self.deaths, self.moves, self.refusals, self.repeats, self._told = 0, 0, 0, 0, 0
        self.number = 0
        self._taken: list[tuple] = []
        """Deliveries that were not refused: their number, and what they asked for."""

    async def begin(self) -> None:
        """Open the incident; a bot that dies of it opens it when it is back, once."""
        request = OpenRequest(
            key="story",
            playbook="story",
            headline="It is down",
            by=ANN,
            drill=self.drill,
            service="api",
            environment="production",
            severity=Sev.SEV2,
        )
        view = await self._twice(lambda: self.world.desk.open(request))
        self.number = view.id
        self._seen = await self._sheet()
        await agrees(self, view)

    async def do(self, what: str, *given) -> None:
        """Do one thing, and compare."""
        await getattr(self, f"_{what}")(*given)
        view, before, self._seen = (
            await self.world.desk.incident(self.number),
            self._seen,
            await self._sheet(),
        )
        revisions_grow(before, self._seen)
        await agrees(self, view)

    async def _sheet(self):
        sheet = await self.world.kit.store.sheet(self.number)
        assert sheet is not None
        return sheet

    async def _twice(self, act):
        """Do something; if the bot dies of it, it is done again: the inbox has kept it, a job is not over."""
        while True:
            try:
                return await act()
            except Died:
                pass
            finally:
                if await self.world.born_again():
                    self.deaths += 1

    # people

    async def _person(self, which: int, luck: int, name: str, *given) -> None:
        """Have somebody do something about a step: mostly one it fits; of bad luck about any."""
        rows, there = self.ledger.rows, self.ledger.there()
        fits = {"choose": "decide"}.get(name, name)
        fitting = [key for key in there if rows[key].kind == fits] or there
        wanted = (Mark.DONE, Mark.SKIPPED) if name == "untick" else (Mark.TODO, Mark.FAILED)
        fresh = [key for key in fitting if rows[key].mark in wanted] or fitting
        keys = sorted(self.ledger.steps) if luck == 0 else fitting if luck < 4 else fresh
        if not keys:
            return
        key = keys[which % len(keys)]
        if name == "choose":
            choices = getattr(self.ledger.steps[key], "choices", ())
            given = (*given[:1], choices[given[1] % len(choices)].id if choices else "none")
        await self._move(name, key, *given)

    async def _move(self, name: str, *given) -> None:
        """Make a move in the ledger and at the desk; both change it, or both refuse for the same reason."""
        deaths, before = self.deaths, (await self._sheet()).facts.revision
        try:
            outcome = getattr(self.ledger, name)(*given)
        except RefusedError as refused:
            (outcome,) = refused.args
        self._told += 1
        try:
            revision, answer = (await self._twice(lambda: self._ask(self._told, name, *given))).revision, NEW
            self._taken.append((self._told, name, *given))
        except UserError as error:
            revision, answer = (await self._sheet()).facts.revision, error.reason
        if self.deaths > deaths:
            return  # made or refused, and its bot died before it could say so
        told = (name, given, outcome, answer)
        if isinstance(outcome, Reason):
            self.refusals += 1
            assert (answer, revision) == (outcome, before), told
        else:
            self.moves += outcome == NEW
            assert answer is NEW, told
            assert not outcome or (revision > before) is (outcome == NEW), told

    async def _again(self, which: int) -> None:
        """Have a delivery come again: whatever came in between, nothing changes."""
        if self._taken:
            before = await self._sheet()
            await self._ask(*self._taken[which % len(self._taken)])
            assert await self._sheet() == before
            self.repeats += 1

    async def everything_again(self) -> None:
        """Have every delivery come again, the newest first."""
        for which in reversed(range(len(self._taken))):
            await self._again(which)

    async def _ask(self, delivery: int, name: str, *given):
        told = f"d{delivery}"
        desk, number = self.world.desk.of(told), self.number
        match name, given:
            case (("tick" | "look" | "act"), (key, by)):
                return await getattr(desk, name)(number, key, by)
            case (("untick" | "skip"), (key, by, why)):
                return await getattr(desk, name)(number, key, by, why)
            case "choose", (key, by, choice):
                return await desk.choose(number, key, choice, by)
            case "tell", (key, by, text):
                return await desk.tell(number, key, by, text)
            case "remark", (key, by, text):
                return await desk.remark(number, key, by, text, told)
            case "own", (key, by, user):
                return await desk.own(number, key, by, user)
            case "update", (by, text):
                return await desk.update(number, by, text, told)
            case "role", (by, user):
                return await desk.role(number, by, "commander", user)
            case "severe", (by, to):
                return await desk.severity(number, by, Sev(to))
            case "note", (by, text):
                return await desk.note(number, by, text, told)
            case "resolve", (by,):
                return await desk.resolve(number, ResolveRequest(summary="Over.", cause="A typo.", by=by))
            case "reopen", (by, why):
                return await desk.reopen(number, by, why)
        raise AssertionError(name)

    # the world

    async def _work(self, *, sure: bool = False) -> None:
        """Do the jobs that are due; with ``sure`` none may be left."""
        await self._twice(self.world.work)
        self.ledger.reported()
        sheet, refused = await self._sheet(), self.world.runs.refusal is not None
        for key, row in sheet.steps.items():
            status = row.finding.status.value if row.finding else ""
            found = Row("", mark=row.mark, status=status, run=row.run)
            self.ledger.outside(key, found, sure=sure, refused=refused)
            if self.ledger.rows[key].kind == "look":
                self.ledger.looked(key, found, self.world.skies)

    async def _sweep(self) -> None:
        await self._twice(self.world.keeper.sweep)
        if self.ledger.open:
            for number, state in self._over:
                self.ledger.ended(number, state)

    @property
    def _over(self):
        return getattr(self, "_ended", [])

    async def _end(self, which: int, state: str) -> None:
        """Have a run end."""
        rows = self.ledger.rows.values()
        going = sorted(row.run for row in rows if row.run is not None and row.run not in dict(self._over))
        if going:
            run = going[which % len(going)]
            await self.world.ends(run, state)
            self._ended = [*self._over, (run, state)]

    async def _pass(self, seconds: int) -> None:
        await self.world.clock.sleep(seconds)
        await self._work()
        await self._sweep()

    async def _sky(self, probe: str, status: str) -> None:
        self.world.looker.findings[probe] = Finding(status=Status(status), said=f"{probe} is {status}.")
        self.world.skies.add(status)

    async def _refuse(self, yes: bool) -> None:
        self.world.refuse(yes)

    async def _trouble(self, name: str, when: str) -> None:
        self.world.trouble(name, when)

    async def _die(self, at: str, number: int, act: tuple) -> bool:
        """Do something and die of it, at one of the things it writes."""
        await self.world.clock.sleep(1)
        self.world.doom.draw(at, number)
        deaths = self.deaths
        await getattr(self, f"_{act[0]}")(*act[1:])
        self.world.doom.lift()
        return self.deaths > deaths

    async def _die_outside(self, at: str, by: str) -> bool:
        """Have something to do outside, and die of it: before it is done, or before it is noted."""
        kinds = {"runs": ("act",), "orchestrator": ("tell",), "look": ("look",), "write": ("act", "look")}
        for kind in kinds.get(at.partition(" ")[0], ()):
            for key in self.ledger.there():
                row = self.ledger.rows[key]
                if row.kind == kind and (kind == "look" or row.mark in (Mark.TODO, Mark.FAILED)):
                    await self._move(kind, key, by, *(("Because.",) if kind == "tell" else ()))
        return await self._die(at, 1, ("pass", 1))

    async def calm(self) -> None:
        """Let everything that waits come to its end."""
        self.world.calm()
        for state in ("succeeded", "failed"):
            await self._pass(3_600)
            await self._end(0, state)
        await self._pass(40_000)
        await self._work(sure=True)
        await agrees(self, await self.world.desk.incident(self.number))

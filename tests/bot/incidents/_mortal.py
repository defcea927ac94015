"""A world of incidents whose bot may die at anything it does to the world, before or after it took effect."""

import asyncio

from bot.db.session import Database
from bot.engine.reasons import Reason
from bot.errors import UserError, VendorUnavailable
from tests.bot.incidents._world import Died, IncidentWorld


class Doom:
    """Ends a life at a certain one of the things it does; a dead bot does nothing more."""

    def __init__(self) -> None:
        self._at, self._left, self.dead = "", 0, False

    def draw(self, at: str, number: int) -> None:
        """Die at the ``number``-th thing that has ``at`` in its name: ``write before``, ``runs after``."""
        self._at, self._left = at, number

    def lift(self) -> bool:
        """Let live whoever is born now; return whether somebody died."""
        self._left, died, self.dead = 0, self.dead, False
        return died

    def touch(self, what: str) -> None:
        if self._left and self._at in what:
            self._left -= 1
            self.dead = self.dead or self._left == 0
        if self.dead:
            raise Died


class MortalDatabase(Database):
    """A database at whose every change the bot may die."""

    def __init__(self, opened: Database, doom: Doom) -> None:
        vars(self).update(vars(opened))  # its connections and threads; whoever opened it closes it
        self._doom = doom

    async def change(self, work):
        return await self._in_one_go(super().change, work)

    async def write_direct(self, work):
        return await self._in_one_go(super().write_direct, work)

    async def _in_one_go(self, write, work):
        self._doom.touch("write before")
        done = await write(work)
        self._doom.touch("write after")
        return done


class MortalWorld(IncidentWorld):
    """The world, with its doom, and vendors that may be away for a moment."""

    def __init__(self, opened: Database, project, playbook) -> None:
        self.doom = Doom()
        super().__init__(MortalDatabase(opened, self.doom), project, {"story": playbook})
        self.skies: set[str] = {"ok", "bad"}
        """What looks may have found so far; ``bad`` is what drills rehearse."""
        for name, thing in (("runs", self.runs), ("rooms", self.rooms), ("orchestrator", self.orchestrator)):
            self._mortal(name, thing)
        self.looker.look, self._look = self._mortal_look, self.looker.look
        self._create, self.runs._create = self.runs._create, self._known_first

    def _mortal(self, name, thing) -> None:
        call, answer = thing.call, thing.answer

        def before(method):
            self.doom.touch(f"{name} before")
            call(method)

        def after(method):
            answer(method)
            self.doom.touch(f"{name} after")

        thing.call, thing.answer = before, after

    async def _mortal_look(self, probe, place, *, since):
        self.doom.touch("look before")
        found = await self._look(probe, place, since=since)
        self.doom.touch("look after")
        return found

    async def _known_first(self, request, kind, ref):
        """As the desk does: a run that was started under a key is found, whatever would be refused now."""
        refusal, self.runs.refusal = self.runs.refusal, None
        known = await self.runs.reader.of_key(request.key)
        try:
            if known is None and refusal is not None:
                raise refusal
            return await self._create(request, kind, ref)
        finally:
            self.runs.refusal = refusal

    def refuse(self, yes: bool) -> None:
        """Have whatever is to be started be refused, or not."""
        self.runs.refusal = UserError("Somebody else rolls back.", reason=Reason.LOCKED) if yes else None

    def trouble(self, name: str, when: str) -> None:
        """Have a vendor be away once, before or after it did what it was asked."""
        thing = getattr(self, name)
        methods = ("deploy", "rollback", "workflow", "create", "invite", "send")
        getattr(thing, when).update({one: [VendorUnavailable(name, "anything")] for one in methods})

    def calm(self) -> None:
        """Have every vendor be there."""
        for thing in (self.runs, self.rooms, self.orchestrator):
            thing.before, thing.after = {}, {}

    async def born_again(self) -> bool:
        """Begin a new life if the one before has ended; return whether it had."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)
        died = self.doom.lift()
        if died:
            self.reborn()
        return died

"""A GitHub in memory that starts workflows, and keeps what each was sent."""

from bot.engine.shipping import Shipment
from tests.bot.pipelines._memory import JumpingClock, MemoryVendor


class MemoryWorkflows(MemoryVendor):
    """Starts runs that say whose they are, as workflow runs do by their name."""

    def __init__(self, clock: JumpingClock) -> None:
        super().__init__(clock)
        self.sent: list[tuple[str, str, dict[str, str]]] = []
        """File, commit and inputs of every start."""

    async def start(self, target, sha, *, run):
        self.call("start")
        self.sent.append((target.workflow, sha, dict(target.inputs)))
        made = Shipment(id=f"w-{len(self.made) + 1}", sha=sha, page="https://github.test/run", run=run)
        self.made.append((self.clock.passed, made))
        self.answer("start")
        return made

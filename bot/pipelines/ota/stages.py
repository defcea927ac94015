"""What a rollout remembers of its stages, through every restart: when each began, how often it was seen."""

from dataclasses import dataclass
from datetime import datetime

from bot.pipelines.step import Step


@dataclass(slots=True)
class Stages:
    """The memory of the rollout's step. Begun once, a stage's clock is never set again."""

    step: Step
    kept: dict[str, list[str]]

    @classmethod
    async def of(cls, step: Step) -> "Stages":
        """Read what is remembered."""
        return cls(step, await step.recall())

    async def began(self, number: int) -> datetime:
        """Return when stage ``number`` began: now, the first time."""
        return await self._since(f"began.{number}")

    async def held(self, number: int) -> datetime:
        """Return since when stage ``number`` waits for a person: now, the first time."""
        return await self._since(f"held.{number}")

    async def let_go(self, number: int) -> None:
        """Forget that stage ``number`` waited: who takes it up again has the whole time."""
        self.kept.pop(f"held.{number}", None)
        await self._write()

    def looks(self, number: int) -> int:
        """Return how many looks at stage ``number`` are done."""
        return int(self.kept.get(f"looks.{number}", ["0"])[0])

    async def looked(self, number: int, look: int, *, unsure: str = "") -> None:
        """Note that a look is done; ``unsure``: why it was the last one and could not tell."""
        self.kept[f"looks.{number}"] = [str(look)]
        if unsure:
            self.kept[f"unsure.{number}"] = [unsure]
        await self._write()

    def unsure(self, number: int) -> str:
        """Return why the watch of stage ``number`` could not tell; empty when it could, or has not ended."""
        return self.kept.get(f"unsure.{number}", [""])[0]

    def over(self, number: int) -> bool:
        """Say whether stage ``number`` was passed."""
        return str(number) in self.kept.get("over", [])

    async def passed(self, number: int) -> None:
        """Note that stage ``number`` is passed."""
        self.kept["over"] = [*self.kept.get("over", []), str(number)]
        await self._write()

    async def _since(self, key: str) -> datetime:
        if key not in self.kept:
            self.kept[key] = [self.step.kit.clock.now().isoformat()]
            await self._write()
        return datetime.fromisoformat(self.kept[key][0])

    async def _write(self) -> None:
        await self.step.remember(**self.kept)

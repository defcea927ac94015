"""What a run knows of the update it publishes, and of the way back of one; ``runs.mobile`` as JSON."""

from pydantic import Field

from bot.engine.crash_free import CrashFree
from bot.engine.mobile import AppPlatform, Fact


class UpdateFacts(Fact):
    """What an update over the air is, and how far it is. Grows step by step; empty is not known yet."""

    branch: str = ""
    channel: str = ""
    stages: tuple[int, ...] = ()
    """Percents, rising, the last of them 100."""
    proof: str = ""
    """Why it is taken to be JavaScript only, in a sentence."""
    runtimes: dict[AppPlatform, str] = Field(default={})
    """The runtime of the production builds it is for, by platform: whom it will reach."""
    builds: dict[AppPlatform, str] = Field(default={})
    """Those builds' versions, as people know them: ``1.4.0 (57)``."""
    behind: bool = False
    """A newer build asks for another runtime: who has that one gets nothing of it."""
    unreleased: bool = False
    """No store had a build of its runtime live when last asked; False also where none could be asked."""
    groups: tuple[str, ...] = ()
    """Ids at Expo, once found: one for each runtime."""
    percent: int = 0
    """How far every part is known to be; 0: not published, or out of step."""
    apart: str = ""
    """What stands where while platforms are out of step; empty while they agree."""
    stage: int = 0
    """Number of the stage that is watched, from 0."""
    held: str = ""
    """Why it does not go on by itself: the watch could not tell. A person decides."""
    told: str = ""
    """What the last look saw, in a few words."""
    crash_free: tuple[CrashFree, ...] = ()
    """Of the builds it reaches, as last read; counted by the hour, so it tells of the builds, then of it."""

    def agreed_on(self) -> tuple[str, ...]:
        """Return what people agree to besides the commit and the message."""
        reach = (f"{platform.value} {runtime}" for platform, runtime in sorted(self.runtimes.items()))
        return (self.branch, ",".join(map(str, self.stages)), self.proof, *reach)


class Undo(Fact):
    """What is done to one update group that shall go; Expo keeps by platform what was there before."""

    group: str
    runtime: str
    platforms: tuple[AppPlatform, ...]
    rolling: bool
    """Whether it was mid-rollout: then it is deleted, so that those who have it leave it."""
    to: str = ""
    """The group to republish; empty: back to what is built in."""
    to_message: str = ""
    to_sha: str = ""
    part: bool = False
    """Whether the group's other platforms go back to something else."""

    @property
    def key(self) -> str:
        """Name it among what a way back does: by its group, where that goes back whole."""
        return f"{self.group}:{'+'.join(self.platforms)}" if self.part else self.group


class UpdateBackFacts(Fact):
    """What a way back of an update does, and how far it is."""

    branch: str = ""
    undo: tuple[Undo, ...] = ()
    deleted: tuple[str, ...] = ()
    """Groups that Expo has deleted."""
    made: dict[str, str] = Field(default={})
    """The group that now stands in a group's place, by ``Undo.key``."""

    def agreed_on(self) -> tuple[str, ...]:
        """Return what people agree to."""
        return (self.branch, *(f"{one.key}>{one.to or 'embedded'}" for one in self.undo))

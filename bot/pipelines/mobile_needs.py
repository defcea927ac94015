"""What the pipelines of an app need of Expo and the stores, in their own words. Whoever has these will do."""

from collections.abc import Mapping
from typing import Protocol

from bot.engine.mobile import (
    AppPlatform,
    Build,
    Channel,
    JobState,
    Stage,
    Submission,
    Update,
    UpdateGroup,
)
from bot.engine.stores import OrderKind, StoreVersion


class Expo(Protocol):
    """Who builds, publishes and hands over: Expo's EAS. Raises ``VendorUnavailable``, ``VendorRejected``.

    ``project`` is the id in ``[apps.expo]``. What is not there is ``VendorRejected`` with status 404. Reads
    are repeated; changes are made once, and an answer that was lost is the caller's to look up.
    """

    async def whoami(self) -> str:
        """Return whose token it is, in words."""

    async def groups(
        self, project: str, branch: str, *, runtime: str = "", limit: int = 20
    ) -> tuple[UpdateGroup, ...]:
        """Return the newest update groups of a branch, newest first."""

    async def group(self, group: str) -> UpdateGroup:
        """Return one update group."""

    async def channel(self, project: str, name: str) -> Channel:
        """Return a channel and the branches it leads to."""

    async def branch_id(self, project: str, name: str) -> str:
        """Return a branch's id."""

    async def set_percent(self, update: str, percent: int) -> int | None:
        """Roll one platform's part out further, never back; return how far it is now (None: all)."""

    async def delete_group(self, group: str) -> str:
        """Have Expo delete a group; return the id of the job that does."""

    async def job(self, job: str) -> tuple[JobState, str]:
        """Return how a deletion fares, and what Expo says of it."""

    async def republish(
        self, branch_id: str, group: UpdateGroup, *, message: str, platforms: tuple[AppPlatform, ...]
    ) -> str:
        """Publish what an earlier group was, to everybody; return the new group's id."""

    async def embed(
        self, branch_id: str, runtime: str, *, message: str, platforms: tuple[AppPlatform, ...]
    ) -> str:
        """Send phones back to what is built in; return the new group's id."""

    async def builds(
        self,
        project: str,
        *,
        platform: AppPlatform | None = None,
        profile: str = "",
        stage: Stage | None = None,
        sha: str = "",
        version: str = "",
        runtime: str = "",
        limit: int = 20,
    ) -> tuple[Build, ...]:
        """Return the newest builds that fit, newest first."""

    async def build(self, build: str) -> Build:
        """Return one build."""

    async def cancel_build(self, build: str) -> None:
        """Have a build stopped."""

    async def submissions(
        self, project: str, *, platform: AppPlatform, limit: int = 20
    ) -> tuple[Submission, ...]:
        """Return the newest submissions, newest first."""

    async def submission(self, submission: str) -> Submission:
        """Return one submission."""


class Store(Protocol):
    """One app at one store: App Store Connect, Google Play."""

    platform: AppPlatform

    async def versions(self) -> tuple[StoreVersion, ...]:
        """Return what the store has of the app, newest first: what is live, what is under review."""

    async def order(self, kind: OrderKind, version: StoreVersion) -> None:
        """Halt what is going out, or go on with it; done twice it is done once."""


Stores = Mapping[str, tuple[Store, ...]]
"""By app."""


def part(group: UpdateGroup, platform: AppPlatform) -> Update | None:
    """Return a platform's part of a group."""
    return next((one for one in group.parts if one.platform is platform), None)

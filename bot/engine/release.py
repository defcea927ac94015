"""What a run knows of a store release, and of an order to the stores. Kept in ``runs.mobile`` as JSON."""

from enum import StrEnum

from pydantic import Field

from bot.engine.crash_free import CrashFree
from bot.engine.mobile import AppPlatform, Build, Fact, Submission
from bot.engine.stores import Order, StoreVersion


class Part(StrEnum):
    """Which number of a version rises."""

    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"


class ReleaseFacts(Fact):
    """A release from its version to the stores. Grows step by step; empty is not known yet."""

    part: Part = Part.PATCH
    old_version: str = ""
    version: str = ""
    bump: str = ""
    """How the version was raised: the page of the commit or the pull request; empty: not needed."""
    builds: dict[AppPlatform, Build] = Field(default={})
    submissions: dict[AppPlatform, Submission] = Field(default={})
    stores: dict[AppPlatform, StoreVersion] = Field(default={})
    unasked: dict[AppPlatform, str] = Field(default={})
    """Why a store cannot be asked how it stands there: no access configured, refused."""
    crash_free: tuple[CrashFree, ...] = ()
    """Of its builds' releases, as last read; where Sentry has sessions of them."""

    def agreed_on(self) -> tuple[str, ...]:
        """Return what people agree to besides the commit: exactly these builds."""
        builds = (f"{platform.value} {build.id}" for platform, build in sorted(self.builds.items()))
        return (self.version, *builds)


class OrderFacts(Fact):
    """An order to the stores, and what came of it."""

    order: Order
    version: str = ""
    before: dict[AppPlatform, StoreVersion] = Field(default={})
    after: dict[AppPlatform, StoreVersion] = Field(default={})

    def agreed_on(self) -> tuple[str, ...]:
        """Return what people agree to."""
        where = (
            f"{platform.value} {version.version} {version.id}"
            for platform, version in sorted(self.before.items())
        )
        return (self.order.kind.value, *where)

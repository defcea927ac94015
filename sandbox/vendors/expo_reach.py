"""What updates over the air do to the people who get them: who runs what, and whether it crashes there.

Tells the simulated Sentry whenever that changes. Knows the ``expo.ota`` knob. Must not know HTTP.
"""

from dataclasses import dataclass

from sandbox.faults import Faults
from sandbox.vendors.expo_builds import Builds
from sandbox.vendors.expo_updates import Updates
from sandbox.vendors.sentry import SentrySim

OTA_KNOB = "expo.ota"
CRASHES = 6000.0
"""Per minute, were everybody to run an update that crashes."""
TITLE = "TypeError: Cannot read property 'birthday' of undefined"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """Whom a branch reaches, as Sentry calls it."""

    branch: str
    project: str
    environment: str
    tag: str
    """Of the app's events, that names the update group; empty: it sets none."""


class Spreading:
    """Keeps Sentry told of who runs which update group."""

    def __init__(
        self, faults: Faults, builds: Builds, updates: Updates, sentry: SentrySim, reaches: tuple[Reach, ...]
    ) -> None:
        self._faults, self._builds, self._updates, self._sentry = faults, builds, updates, sentry
        self._reaches = tuple(one for one in reaches if one.tag)
        self._told: dict[tuple[Reach, str], tuple[float, bool]] = {}
        """The part of people, and whether it crashes there, by group."""
        self._fates: dict[str, bool] = {}
        """Whether what was exported crashes, by group: as the knob stood when it was published."""
        updates.changed.append(self.look)
        faults.subscribe(self._turned)
        self.look()

    def look(self) -> None:
        """Tell what has changed."""
        crashing = self._faults.get(OTA_KNOB) == "crashes"
        for one in self._updates.all:
            # What was fine once does not crash because it is published again, or because others do.
            self._fates.setdefault(one.group, crashing and one.exported)
        for reach in self._reaches:
            branch = self._updates.branches.get(reach.branch)
            if branch is None:
                continue
            shares = self._updates.shares(branch)
            gone = {group: 0.0 for known, group in self._told if known is reach and group not in shares}
            for group, share in {**shares, **gone}.items():
                self._tell(
                    reach, group, share, crashes=crashing and share > 0 and self._fates.get(group, False)
                )

    def _tell(self, reach: Reach, group: str, share: float, *, crashes: bool) -> None:
        before = self._told.get((reach, group), (0.0, False))
        if before == (share, crashes):
            return
        self._told[reach, group] = share, crashes
        tags = {reach.tag: group}
        self._sentry.spread(reach.project, reach.environment, tags=tags, share=share)
        if crashes:
            self._sentry.crashes(
                reach.project,
                reach.environment,
                tags=tags,
                release=self._release(group),
                title=TITLE,
                per_minute=CRASHES * share,
            )
        elif before[1]:
            self._sentry.calm(tags)

    def _release(self, group: str) -> str:
        runtime = self._updates.group(group)[0].runtime
        built = [one for one in self._builds.builds if one.runtime == runtime and one.status == "FINISHED"]
        return f"app.pawlogic@{runtime}+{built[-1].number if built else '1'}"

    def _turned(self, name: str, _: str) -> None:
        if name == OTA_KNOB:
            self.look()

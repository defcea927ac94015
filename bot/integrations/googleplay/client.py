"""One app at Google Play: its releases on one track, their review, and how far they are rolled out.

Given an ``httpx.AsyncClient`` with the API's address and no token: tokens are asked for and go with each
request.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx

from bot.engine.mobile import AppPlatform
from bot.engine.store_words import google_phase
from bot.engine.stores import OrderKind, StorePhase, StoreVersion
from bot.errors import VendorRejected
from bot.integrations._http import Retry, parse
from bot.integrations.googleplay._api import Api, OpenEdit, segment
from bot.integrations.googleplay._token import VENDOR, Tokens
from bot.integrations.googleplay.models import Summaries, Summary, Track, TrackRelease

LOOK_EVERY = 600.0
"""Seconds between two looks at rollouts while there is none and the same releases are out."""
_PARTIAL = ("inProgress", "halted")


class GooglePlay:
    """One track of one app. ``now`` tells the time, ``look_every`` is in seconds.

    How far a release is rolled out is told by edits alone, and an upload by somebody else has been seen to
    fail because of another edit ("This Edit has been deleted"). So edits are short, and no more than needed.
    """

    platform: AppPlatform = AppPlatform.ANDROID

    def __init__(
        self,
        http: httpx.AsyncClient,
        package: str,
        track: str,
        tokens: Tokens,
        now: Callable[[], datetime],
        *,
        look_every: float = LOOK_EVERY,
        retry: Retry = Retry(),  # noqa: B008 - frozen
    ) -> None:
        self._api = Api(http, package, tokens, retry)
        self._track = segment(track)
        self._now, self._fresh = now, timedelta(seconds=look_every)
        self._seen: tuple[frozenset[int], datetime, Track] | None = None
        """What was out, and all of it to everybody, at the last look; and when that was."""

    async def versions(self) -> tuple[StoreVersion, ...]:
        """Return the track's releases that are not obsolete, newest first.

        (https://developers.google.com/android-publisher/api-ref/rest/v3/applications.tracks.releases/list)
        """
        doing = "reading the app's releases"
        answer = await self._api.ask(doing, "GET", f"tracks/{self._track}/releases")
        found = parse(Summaries, answer, VENDOR, doing).releases
        out = frozenset(one.code for one in found if google_phase(one.state) is StorePhase.LIVE)
        track = await self._rollouts(out)
        return tuple(_read(one, track) for one in sorted(found, key=lambda one: one.code, reverse=True))

    async def order(self, kind: OrderKind, version: StoreVersion) -> None:
        """Halt a rollout, or go on with it at the share it had. Where it already is so, nothing is sent.

        ``VendorRejected``: it is no rollout, or a review is under way, which a commit would cancel.
        (https://developers.google.com/android-publisher/tracks#halted_release)
        """
        doing = "halting the rollout" if kind is OrderKind.HALT else "going on with the rollout"
        async with self._api.edit(doing) as edit:
            track = await self._read_track(edit, doing)
            release = track.release(version.number)
            if release is None:
                said = f"the track has no release {version.number or version.version} any more"
                raise VendorRejected(VENDOR, doing, status=409, detail=said)
            if release.status not in _PARTIAL:
                said = f"the release is {release.status}, and only a rollout can be halted or gone on with"
                raise VendorRejected(VENDOR, doing, status=409, detail=said)
            wanted = _wanted(kind, release)
            if release.status == wanted:
                return
            changed = release.model_copy(update={"status": wanted})
            releases = [changed if one is release else one for one in track.releases]
            body = {"releases": [one.model_dump(by_alias=True, exclude_unset=True) for one in releases]}
            await self._api.ask(doing, "PUT", f"{edit.path}/tracks/{self._track}", json=body)
            await edit.commit(doing)

    async def _rollouts(self, out: frozenset[int]) -> Track:
        """Return how far what is out is rolled out; by an edit, unless everybody had it just now."""
        if not out:
            return Track()
        now = self._now()
        if self._seen is not None and self._seen[0] == out and now - self._seen[1] < self._fresh:
            return self._seen[2]
        self._seen = None
        doing = "reading how far releases are rolled out"
        async with self._api.edit(doing) as edit:
            track = await self._read_track(edit, doing)
        if not any(one.status in _PARTIAL for one in track.releases):
            self._seen = (out, now, track)
        return track

    async def _read_track(self, edit: OpenEdit, doing: str) -> Track:
        answer = await self._api.ask(doing, "GET", f"{edit.path}/tracks/{self._track}")
        return parse(Track, answer, VENDOR, doing)


def _wanted(kind: OrderKind, release: TrackRelease) -> str:
    if kind is OrderKind.HALT:
        return "halted"
    # One that was halted after everybody could get it has no share to go on with.
    return "completed" if release.fraction is None else "inProgress"


def _read(one: Summary, track: Track) -> StoreVersion:
    phase, number = google_phase(one.state), str(one.code) if one.code else ""
    rollout = track.release(number) if phase is StorePhase.LIVE else None
    partial = rollout is not None and rollout.status in _PARTIAL
    return StoreVersion(
        platform=AppPlatform.ANDROID,
        phase=phase,
        raw=one.state,
        version=one.version,
        number=number,
        share=rollout.fraction if rollout is not None and partial else None,
        halted=rollout is not None and rollout.status == "halted",
        detail=f"rollout: {rollout.status}" if rollout is not None else "",
    )

"""The simulated Google Play Developer API: one app's production track, its reviews, rollouts and edits.

Knows paths and parameters. Must not know the bot, or when anything moves (``googleplay_world.py``).
(https://developers.google.com/android-publisher/api-ref/rest)
"""

from collections.abc import Mapping
from dataclasses import replace

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from bot.engine.mobile import AppPlatform
from sandbox.faults import Faults
from sandbox.vendors._answers import Answers, Refusal
from sandbox.vendors.googleplay_door import UNAUTHORIZED, Account, Door, error
from sandbox.vendors.googleplay_world import (
    NOT_SENT,
    Edit,
    GooglePlayWorld,
    InReviewError,
    Release,
    Times,
)
from sandbox.vendors.places import Now, utc_now

LIVE = ("1.4.0", "140057")
"""What is live at the start: version and version code."""
STATUSES = ("draft", "inProgress", "halted", "completed")
REFUSALS = {
    "401": Refusal(401, UNAUTHORIZED, {}),
    "403": Refusal(403, error(403, "PERMISSION_DENIED", "The caller does not have permission"), {}),
    "429": Refusal(
        429,
        error(
            429,
            "RESOURCE_EXHAUSTED",
            "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service "
            "'androidpublisher.googleapis.com'.",
        ),
        {"retry-after": "30"},
    ),
    "503": Refusal(503, error(503, "UNAVAILABLE", "The service is currently unavailable."), {}),
}
"""What a request gets instead of being done."""


class GooglePlaySim:
    """Google Play with state. ``clock`` is the one tokens are judged by, ``now`` moves reviews."""

    def __init__(
        self,
        faults: Faults,
        *,
        package: str = "app.pawlogic",
        track: str = "production",
        now: Now = utc_now,
        clock: Now = utc_now,
        times: Times = Times(),  # noqa: B008 - frozen
        live: tuple[str, str] = LIVE,
    ) -> None:
        self.package, self.track, self._now = package, track, now
        self.account = Account(clock)
        self.requests: list[str] = []
        """``METHOD path`` of every API request, in order; asking for tokens is none."""
        self.uploads: list[tuple[str, str]] = []
        """Version and code of every build that was handed over, again and again if it was."""
        self.world = GooglePlayWorld(faults, now, times)
        self.world.seed(*live)
        edit = "/{package}/edits/{edit}"
        api = Starlette(
            routes=[
                Route("/{package}/tracks/{track}/releases", self._releases),
                Route("/{package}/edits", self._insert, methods=["POST"]),
                Route(edit + ":commit", self._commit, methods=["POST"]),
                Route(edit, self._delete, methods=["DELETE"]),
                Route(edit + "/tracks", self._tracks),
                Route(edit + "/tracks/{track}", self._track),
                Route(edit + "/tracks/{track}", self._update, methods=["PUT"]),
            ],
            exception_handlers={HTTPException: _refuse},
        )
        guarded = Answers(Door(api, self.account, self.requests), faults, "googleplay.api", REFUSALS)
        self.asgi: ASGIApp = Starlette(
            routes=[
                Route("/token", self.account.token, methods=["POST"]),
                Mount("/androidpublisher/v3/applications", app=guarded),
            ]
        )
        """Serves the API and gives its tokens; mount it under ``/googleplay``."""

    @property
    def releases(self) -> list[Release]:
        """Every release that is not obsolete, oldest first, as it stands now."""
        self.world.look()
        return self.world.releases

    @property
    def open_edits(self) -> int:
        """Edits that nobody has committed or deleted."""
        return len(self.world.edits)

    def submitted(self, platform: AppPlatform, version: str, number: str) -> None:
        """Hear of a build that Expo handed over: it goes into review. Apple's are none of ours."""
        if platform is AppPlatform.ANDROID:
            self.uploads.append((version, number))
            self.world.submitted(version, number)

    def variables(self, url: str) -> dict[str, str]:
        """Return what the bot's environment needs; ``url``: the sandbox's own."""
        return {
            "GOOGLEPLAY_ACCOUNT": self.account.json(f"{url}/googleplay/token"),
            "GOOGLEPLAY_API_URL": f"{url}/googleplay",
        }

    async def _releases(self, request: Request) -> Response:
        self._mine(request)
        shown = [
            {
                "releaseName": one.name,
                "track": self.track,
                "activeArtifacts": [{"versionCode": int(one.code)}],
                "releaseLifecycleState": one.state,
            }
            for one in reversed(self.releases)
        ]
        return JSONResponse({"releases": shown})

    async def _insert(self, request: Request) -> Response:
        self._mine(request)
        self.world.look()
        made = self.world.insert()
        expires = str(int(made.expires.timestamp()))
        return JSONResponse({"id": made.id, "expiryTimeSeconds": expires})

    async def _delete(self, request: Request) -> Response:
        del self.world.edits[self._edit(request).id]
        return Response(status_code=204)

    async def _tracks(self, request: Request) -> Response:
        tracks = [self._shown(self._edit(request))]
        return JSONResponse({"kind": "androidpublisher#tracksListResponse", "tracks": tracks})

    async def _track(self, request: Request) -> Response:
        return JSONResponse(self._shown(self._edit(request)))

    async def _update(self, request: Request) -> Response:
        edit = self._edit(request)
        try:
            told = [_told(one) for one in (await request.json())["releases"]]
        except (ValueError, TypeError, KeyError):
            raise HTTPException(400, "Invalid JSON payload received.") from None
        known = {one.code: one for one in edit.releases}
        edit.releases = [
            self._changed(known.get(code), name, code, status, fraction)
            for name, code, status, fraction in told
        ]
        return JSONResponse(self._shown(edit))

    async def _commit(self, request: Request) -> Response:
        edit = self._edit(request)
        self.world.look()
        behavior = request.query_params.get("changesInReviewBehavior", "CANCEL_IN_REVIEW_AND_SUBMIT")
        try:
            self.world.commit(edit, behavior)
        except InReviewError:
            raise HTTPException(400, "There are changes in review; the edit was not committed.") from None
        return JSONResponse({"id": edit.id, "expiryTimeSeconds": str(int(edit.expires.timestamp()))})

    def _changed(
        self, known: Release | None, name: str, code: str, status: str, fraction: float | None
    ) -> Release:
        now = self._now()
        if known is None:
            return Release(name, code, NOT_SENT, status, now, fraction)
        since = known.since if known.status == status else now
        return replace(known, name=name, status=status, fraction=fraction, since=since)

    def _mine(self, request: Request) -> None:
        if request.path_params["package"] != self.package:
            raise HTTPException(404, f"Package not found: {request.path_params['package']}.")
        if request.path_params.get("track", self.track) != self.track:
            raise HTTPException(404, f"Track not found: {request.path_params['track']}.")

    def _edit(self, request: Request) -> Edit:
        self._mine(request)
        edit = self.world.edits.get(request.path_params["edit"])
        if edit is None:
            raise HTTPException(400, "This Edit has been deleted.")
        return edit

    def _shown(self, edit: Edit) -> dict[str, object]:
        return {"track": self.track, "releases": [_shape(one) for one in reversed(edit.releases)]}


def _shape(one: Release) -> dict[str, object]:
    shape: dict[str, object] = {
        "name": one.name,
        "versionCodes": [one.code],
        "status": one.status,
        "releaseNotes": [{"language": "en-US", "text": one.notes}],
    }
    return shape if one.fraction is None else shape | {"userFraction": one.fraction}


def _told(one: Mapping[str, object]) -> tuple[str, str, str, float | None]:
    """Read a release of an update; a share goes with a rollout and with nothing else."""
    name, codes, status, fraction = one["name"], one["versionCodes"], one["status"], one.get("userFraction")
    if not isinstance(codes, list) or status not in STATUSES:
        raise ValueError(status)
    partial = isinstance(fraction, float) and 0 < fraction < 1
    if partial != (status in ("inProgress", "halted")):
        raise HTTPException(
            400, "Rollout fraction must be between 0 and 1 for a rollout, and unset otherwise."
        )
    return str(name), str(codes[0]), str(status), fraction if isinstance(fraction, float) else None


_WORDS = {400: "INVALID_ARGUMENT", 404: "NOT_FOUND", 405: "UNIMPLEMENTED"}


def _refuse(_: Request, wrong: Exception) -> Response:
    if not isinstance(wrong, HTTPException):  # starlette's signature is wider than what it calls us with
        raise wrong
    word = _WORDS.get(wrong.status_code, "UNKNOWN")
    return JSONResponse(error(wrong.status_code, word, wrong.detail), status_code=wrong.status_code)

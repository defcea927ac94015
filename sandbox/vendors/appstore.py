"""The simulated App Store Connect: one app's versions, reviews and phased releases, and Apple's webhook.

Knows paths and parameters. Must not know the bot, or when anything moves (``appstore_world.py``).
"""

import asyncio
from contextlib import suppress

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.engine.mobile import AppPlatform
from sandbox.faults import Faults
from sandbox.vendors import appstore_shapes as shapes
from sandbox.vendors._answers import Answers, Refusal
from sandbox.vendors.appstore_door import LIMIT, UNAUTHORIZED, Door, Key
from sandbox.vendors.appstore_hooks import APPSTORE_WEBHOOK_SECRET, AppStoreHooks, state_changed
from sandbox.vendors.appstore_world import AppStoreWorld, Times, Version
from sandbox.vendors.places import Now, utc_now

LIVE = ("1.4.0", "57")
"""What is live at the start: version and build number."""
_LOOK_EVERY = 0.25
_LIMITED = f"user-hour-lim:{LIMIT};user-hour-rem:0;"
REFUSALS = {
    "401": Refusal(401, UNAUTHORIZED, {}),
    "403": Refusal(
        403,
        shapes.errors(
            403,
            "FORBIDDEN_ERROR",
            "This request is forbidden for security reasons",
            "The API key in use does not allow this request",
        ),
        {},
    ),
    "429": Refusal(
        429,
        shapes.errors(
            429,
            "RATE_LIMIT_EXCEEDED",
            "The request rate limit has been reached.",
            "We've received too many requests for this API. Please wait and try again.",
        ),
        {"x-rate-limit": _LIMITED},
    ),
    "503": Refusal(503, shapes.errors(503, "UNAVAILABLE", "Service unavailable", "Try again later."), {}),
}
"""What a request gets instead of being done."""


class AppStoreSim:
    """App Store Connect with state. ``clock`` is the one tokens are judged by, ``now`` moves reviews."""

    def __init__(
        self,
        faults: Faults,
        *,
        app: str = "6450012345",
        now: Now = utc_now,
        clock: Now = utc_now,
        times: Times = Times(),  # noqa: B008 - frozen
        live: tuple[str, str] = LIVE,
    ) -> None:
        self.app = app
        self.key = Key()
        self.requests: list[str] = []
        """``METHOD path`` of every API request, in order."""
        self.uploads: list[tuple[str, str]] = []
        """Version and number of every build that was handed over, again and again if it was."""
        self.release_type = "AFTER_APPROVAL"
        """Of versions to come; ``MANUAL``: somebody has to release them."""
        self.hooks = AppStoreHooks(faults)
        self._now = now
        self.world = AppStoreWorld(faults, now, times, self._changed)
        self.world.seed(*live)
        self._following: asyncio.Task[None] | None = None
        api = Starlette(
            routes=[
                Route("/v1/apps/{app}/appStoreVersions", self._versions),
                Route("/v1/appStoreVersions/{id}", self._version),
                Route("/v1/appStoreVersions/{id}/appStoreVersionPhasedRelease", self._phased),
                Route("/v1/appStoreVersionPhasedReleases/{id}", self._set_phased, methods=["PATCH"]),
                Route("/v1/reviewSubmissions", self._submissions),
            ],
            exception_handlers={HTTPException: _refuse},
        )
        guarded = Answers(Door(api, self.key, clock, self.requests), faults, "appstore.api", REFUSALS)
        self.asgi: ASGIApp = guarded
        """Serves the API; mount it under ``/appstore``."""

    @property
    def versions(self) -> list[Version]:
        """Every version, oldest first, as it stands now."""
        self.world.look()
        return self.world.versions

    def submitted(self, platform: AppPlatform, version: str, number: str) -> None:
        """Hear of a build that Expo handed over: it goes into review. Android's are none of ours."""
        if platform is not AppPlatform.IOS:
            return
        self.uploads.append((version, number))
        self.world.submitted(version, number, self.release_type)
        with suppress(RuntimeError):  # without a loop there is nobody to tell either
            self.follow()

    def follow(self) -> None:
        """Keep looking until nothing moves by itself any more, so that webhooks come when states change."""
        if self._following is None or self._following.done():
            self._following = asyncio.get_running_loop().create_task(self._follow())

    def release(self, version: Version) -> None:
        """Do what "Release This Version" does."""
        self.world.turn(version, "PROCESSING_FOR_DISTRIBUTION")

    def variables(self, url: str) -> dict[str, str]:
        """Return what the bot's environment needs; ``url``: the sandbox's own."""
        return {
            "APPSTORE_KEY": self.key.pem,
            "APPSTORE_KEY_ID": self.key.id,
            "APPSTORE_ISSUER": self.key.issuer,
            "APPSTORE_WEBHOOK_SECRET": APPSTORE_WEBHOOK_SECRET,
            "APPSTORE_API_URL": f"{url}/appstore",
        }

    def reached_at(self, bot: str) -> None:
        """Learn the bot's address, whose ``/hooks/appstore`` hears of changes."""
        self.hooks.target = f"{bot}/hooks/appstore"

    async def aclose(self) -> None:
        """Move no more, and drop what is still to be delivered."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        await self.hooks.aclose()

    async def _follow(self) -> None:
        while self.world.under_way:
            self.world.look()
            await asyncio.sleep(_LOOK_EVERY)

    def _changed(self, version: Version, old: str, new: str) -> None:
        self.hooks.tell(state_changed(version.id, old, new, self._now()))

    async def _versions(self, request: Request) -> Response:
        if request.path_params["app"] != self.app:
            raise _not_found("apps", request.path_params["app"])
        given = request.query_params
        states = _listed(given.get("filter[appVersionState]", ""))
        found = [one for one in reversed(self.versions) if not states or one.state in states]
        if "IOS" not in _listed(given.get("filter[platform]", "IOS")):
            found = []
        limit, include = _limit(request), _listed(given.get("include", ""))
        document = shapes.versions_document(found[:limit], include, total=len(found), limit=limit)
        return _answer(document)

    async def _version(self, request: Request) -> Response:
        return _answer({"data": shapes.version(self._found(request)), "links": {}})

    async def _phased(self, request: Request) -> Response:
        return _answer({"data": shapes.phased_release(self._found(request)), "links": {}})

    async def _set_phased(self, request: Request) -> Response:
        name = request.path_params["id"]
        one = next((one for one in self.versions if one.phased.id == name), None)
        if one is None:
            raise _not_found("appStoreVersionPhasedReleases", name)
        try:
            data = (await request.json())["data"]
            wanted = data["attributes"]["phasedReleaseState"]
            named = (data["type"], data["id"])
        except (ValueError, TypeError, KeyError):
            raise _bad(
                "ENTITY_INVALID", "The request entity is not a valid request document object"
            ) from None
        if named != ("appStoreVersionPhasedReleases", name):
            raise _bad("ENTITY_ERROR.ATTRIBUTE.TYPE", "type and id must be those of the address", 409)
        if wanted not in ("ACTIVE", "PAUSED", "COMPLETE") or one.phased.state not in ("ACTIVE", "PAUSED"):
            said = f"{one.phased.state} cannot become {wanted}"
            raise _bad("STATE_ERROR.PHASED_RELEASE", said, 409)
        one.phased.state = wanted
        one.phased.since = self._now()
        return _answer({"data": shapes.phased_release(one), "links": {}})

    async def _submissions(self, request: Request) -> Response:
        given = request.query_params
        if not given.get("filter[app]"):
            raise _bad("PARAMETER_ERROR.REQUIRED", "The parameter 'filter[app]' is required")
        states = _listed(given.get("filter[state]", ""))
        mine = given["filter[app]"] == self.app
        found = [one for one in reversed(self.versions) if not states or one.submission_state in states]
        limit, include = _limit(request), _listed(given.get("include", ""))
        return _answer(shapes.submissions_document(found[:limit] if mine else [], include, limit=limit))

    def _found(self, request: Request) -> Version:
        name = request.path_params["id"]
        found = next((one for one in self.versions if one.id == name), None)
        if found is None:
            raise _not_found("appStoreVersions", name)
        return found


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", "50")
    if not text.isdecimal() or not 1 <= int(text) <= 200:
        raise _bad("PARAMETER_ERROR.INVALID", "'limit' is between 1 and 200")
    return int(text)


def _answer(document: shapes.Json) -> Response:
    return JSONResponse(
        document, headers={"x-rate-limit": f"user-hour-lim:{LIMIT};user-hour-rem:{LIMIT - 1};"}
    )


def _not_found(kind: str, name: str) -> HTTPException:
    said = f"There is no resource of type '{kind}' with id '{name}'"
    return HTTPException(404, f"NOT_FOUND|The specified resource does not exist|{said}")


def _bad(code: str, said: str, status: int = 400) -> HTTPException:
    return HTTPException(status, f"{code}|The request is not as it should be|{said}")


def _refuse(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):  # starlette's signature is wider than what it calls us with
        raise error
    code, title, said = (*error.detail.split("|", 2), "", "")[:3]
    document = shapes.errors(error.status_code, code, title, said)
    return JSONResponse(document, status_code=error.status_code)

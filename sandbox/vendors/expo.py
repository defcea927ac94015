"""The simulated Expo: one GraphQL endpoint behind a token, and a page for every link on a card.

Knows HTTP, the token and pages. Must not know the bot, GitHub, or how anything moves (``expo_builds.py``,
``expo_updates.py``).
"""

import json
from pathlib import Path

from graphql import (
    FieldNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    execute_sync,
    get_operation_ast,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.faults import Faults
from sandbox.vendors._address import root_of
from sandbox.vendors._answers import Answers, Refusal
from sandbox.vendors._graphql import read_query, read_schema
from sandbox.vendors.expo_builds import Builds, ExpoBuild, ExpoSubmission
from sandbox.vendors.expo_graphql import Mutation, Query
from sandbox.vendors.expo_nodes import ACCOUNT, SLUG, Nodes
from sandbox.vendors.expo_page import build_page, group_page, log_of, overview_page, submission_page
from sandbox.vendors.expo_updates import ExpoChannel, ExpoUpdate, Updates
from sandbox.vendors.places import Now, utc_now

EXPO_TOKEN = "sandbox-expo-token"  # noqa: S105 - opens nothing outside this process
PROJECT = "c1b8e2d4-5f7a-4c39-9e06-8d2b7a41f3c5"
"""The app's id where no project file names one."""
API_KNOB = "expo.api"


def _errors(message: str, code: str, *, transient: bool = False) -> dict[str, object]:
    extensions = {"errorCode": code, "isTransient": transient}
    return {"errors": [{"message": message, "extensions": extensions}]}


_BAD_TOKEN = _errors("The bearer token is invalid.", "AUTHENTICATION_ERROR")
_NO_TOKEN = _errors("You must be logged in to do this.", "UNAUTHORIZED_ERROR")
REFUSALS = {
    "503": Refusal(503, _errors("Service unavailable", "INTERNAL_SERVER_ERROR", transient=True), {}),
    "429": Refusal(
        429, _errors("Too many requests, please try again later.", "RATE_LIMITED"), {"retry-after": "1"}
    ),
    "401": Refusal(401, _BAD_TOKEN, {}),
}
"""What a request gets instead of being done."""


class ExpoSim:
    """Expo with state: builds, submissions, updates, channels of one app."""

    def __init__(
        self,
        faults: Faults,
        *,
        project: str = PROJECT,
        repository: str = "pawlogic/mobile",
        now: Now = utc_now,
    ) -> None:
        self.faults, self.project, self.repository = faults, project, repository
        self.now = now
        self._builds = Builds(faults, now)
        self._updates = Updates(faults, now)
        self.requests: list[str] = []
        """``field.field`` of every operation that was let in, in order: ``update.setRolloutPercentage``."""
        self._schema = read_schema(schema_text())
        graphql = Answers(self._api, faults, API_KNOB, REFUSALS)
        self.asgi: ASGIApp = Starlette(
            routes=[
                Route("/graphql", graphql),
                Route("/accounts/{account}/projects/{slug}", self._overview),
                Route("/accounts/{account}/projects/{slug}/builds/{id}", self._build_page),
                Route("/accounts/{account}/projects/{slug}/submissions/{id}", self._submission_page),
                Route("/accounts/{account}/projects/{slug}/updates/{id}", self._group_page),
                Route("/artifacts/eas/{name}", self._artifact),
                Route("/logs/{id}.txt", self._log),
            ]
        )
        """Serves ``/graphql`` and the pages; mount it under ``/expo``."""

    @property
    def work(self) -> tuple[Builds, Updates]:
        """Builds and updates, for whoever makes them: the seed, the app's workflow."""
        return self._builds, self._updates

    @property
    def builds(self) -> list[ExpoBuild]:
        """Every build as it is now, oldest first."""
        return self._builds.builds

    @property
    def submissions(self) -> list[ExpoSubmission]:
        """Every submission as it is now, oldest first."""
        return self._builds.submissions

    @property
    def updates(self) -> list[ExpoUpdate]:
        """Every part of every group that there is now, oldest first."""
        return self._updates.all

    def groups(self, branch: str = "production") -> list[list[ExpoUpdate]]:
        """Return a branch's groups, newest first; each holds a part for each platform."""
        return self._updates.groups(self._updates.branches[branch])

    def channel(self, name: str = "production") -> ExpoChannel:
        """Return a channel; setting its ``paused`` pauses it."""
        return self._updates.channels[name]

    async def _api(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        answer = await self._answer(request)
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method != "POST":
            return JSONResponse(_errors("Use POST", "BAD_REQUEST"), status_code=405)
        given = request.headers.get("authorization", "")
        if given != f"Bearer {EXPO_TOKEN}":
            return JSONResponse(_BAD_TOKEN if given else _NO_TOKEN, status_code=401 if given else 200)
        try:
            asked = json.loads(await request.body())
            query, variables = str(asked["query"]), asked.get("variables") or {}
        except (ValueError, TypeError, KeyError):
            return JSONResponse(_errors("POST body missing.", "BAD_REQUEST"), status_code=400)
        document = read_query(self._schema, query)
        if isinstance(document, tuple):
            return JSONResponse({"errors": [error.formatted for error in document]}, status_code=400)
        name = asked.get("operationName")
        operation = get_operation_ast(document, name)
        if operation is None:
            return JSONResponse(_errors("Unknown operation", "BAD_REQUEST"), status_code=400)
        self.requests.append(_path(operation))
        root = Query if operation.operation is OperationType.QUERY else Mutation
        nodes = Nodes(self.project, self.repository, root_of(request), *self.work)
        result = execute_sync(
            self._schema,
            document,
            root_value=root(*self.work, nodes),
            variable_values=variables,
            operation_name=name,
        )
        body: dict[str, object] = {"data": result.data}
        if result.errors:
            body["errors"] = [error.formatted for error in result.errors]
        return JSONResponse(body)

    async def _overview(self, request: Request) -> Response:
        here = f"{root_of(request)}/accounts/{ACCOUNT}/projects/{SLUG}"
        shown = overview_page(self._updates.groups(), self.builds, self.submissions, here)
        return HTMLResponse(shown)

    async def _build_page(self, request: Request) -> Response:
        for build in self.builds:
            if build.id == request.path_params["id"]:
                waits = self._builds.queue(build)
                return HTMLResponse(build_page(build, waits, root_of(request)))
        return _nothing()

    async def _submission_page(self, request: Request) -> Response:
        for one in self.submissions:
            if one.id == request.path_params["id"]:
                return HTMLResponse(submission_page(one, root_of(request)))
        return _nothing()

    async def _group_page(self, request: Request) -> Response:
        group = self._updates.group(request.path_params["id"])
        return HTMLResponse(group_page(group)) if group else _nothing()

    async def _artifact(self, request: Request) -> Response:
        name = str(request.path_params["name"]).partition(".")[0]
        if any(one.id == name and one.status == "FINISHED" for one in self.builds):
            return PlainTextResponse("Here an app would be. This is the sandbox.\n")
        return _nothing()

    async def _log(self, request: Request) -> Response:
        every: list[ExpoBuild | ExpoSubmission] = [*self.builds, *self.submissions]
        for one in every:
            if one.id == request.path_params["id"]:
                return PlainTextResponse(log_of(one))
        return _nothing()


def _nothing() -> Response:
    return HTMLResponse("<h1>Not found</h1>", status_code=404)


def schema_text() -> str:
    """Return the part of Expo's schema that is answered."""
    parts = sorted(Path(__file__).parent.glob("expo*.graphql"))
    return "\n".join(part.read_text("utf-8") for part in parts)


def _path(operation: OperationDefinitionNode) -> str:
    """Return the first two fields: ``app.byId``."""
    first = _first(operation.selection_set)
    second = _first(first.selection_set) if first else None
    return ".".join(field.name.value for field in (first, second) if field)


def _first(chosen: SelectionSetNode | None) -> FieldNode | None:
    selections = chosen.selections if chosen else ()
    return next((one for one in selections if isinstance(one, FieldNode)), None)

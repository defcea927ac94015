"""The simulated Railway: one GraphQL endpoint, tokens, rate-limit headers, and a page per deployment.

Knows HTTP, tokens and pages. Must not know the bot, GitHub or how a deployment moves (``railway_world.py``).
"""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    execute_sync,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.faults import Faults
from sandbox.vendors._address import root_of
from sandbox.vendors._answers import Answers, Refusal
from sandbox.vendors._graphql import read_query, read_schema
from sandbox.vendors.places import Now, Place, utc_now
from sandbox.vendors.railway_graphql import Resolvers, Visitor
from sandbox.vendors.railway_nodes import CommitOf, Shapes
from sandbox.vendors.railway_page import deployment_page
from sandbox.vendors.railway_world import Deployment, World

WORKSPACE_TOKEN = "sandbox-railway-token"  # noqa: S105 - opens nothing outside this process
LIMIT = 1000


def _errors(message: str) -> dict[str, object]:
    return {"errors": [{"message": message, "extensions": {"code": "INTERNAL_SERVER_ERROR"}}], "data": None}


REFUSALS = {
    "503": Refusal(503, {"message": "upstream connect error or disconnect/reset before headers"}, {}),
    "429": Refusal(
        429,
        _errors("You are being rate limited. Please try again later."),
        {"retry-after": "1", "x-ratelimit-remaining": "0"},
    ),
    "401": Refusal(401, _errors("Not Authorized"), {}),
    "403": Refusal(403, _errors("Forbidden"), {}),
    "404": Refusal(404, {"message": "Not Found"}, {}),
    "graphql_error": Refusal(200, _errors("Problem processing request"), {}),
}
"""What a request gets instead of being done."""


class RailwaySim:
    """Railway with state: deployments, tokens per environment, logs and events."""

    def __init__(
        self,
        faults: Faults,
        places: Sequence[Place] = (),
        *,
        now: Now = utc_now,
        commit_of: CommitOf = lambda _: ("", ""),
    ) -> None:
        self.faults = faults
        self.places = tuple(places)
        self.public_urls: dict[Place, str] = {}
        """Where each place answers people; the launcher fills it in."""
        self.starts = 0
        """How many deployments were asked for by ``serviceInstanceDeployV2``, whatever became of them."""
        self.requests: list[str] = []
        """The operation or first field of every request, in order."""
        self._world = World(faults, now, self.places)
        self._shapes = Shapes(
            commit_of,
            lambda place: self.public_urls.get(place, ""),
            lambda: faults.get("railway.instances"),
        )
        self._schema = _schema()
        graphql = Answers(self._api, faults, "railway.answers", REFUSALS)
        self.asgi: ASGIApp = Starlette(
            routes=[
                Route("/graphql/v2", graphql),
                Route("/graphql/v2/", graphql),
                Route("/project/{project}/service/{service}", self._page),
                Route("/deployment/{id}", self._page),
                Route("/deployment/{id}/approve", self._approve, methods=["POST"]),
            ]
        )
        """Serves ``/graphql/v2`` and a page per deployment; mount it under ``/railway``."""

    @property
    def deployments(self) -> list[Deployment]:
        """Every deployment as it is now, oldest first."""
        return self._world.deployments()

    def started(self, service: str, environment: str) -> list[Deployment]:
        """Return what the API was asked to deploy in one place, oldest first."""
        place = self.place(service, environment)
        return [d for d in self.deployments if d.place == place and d.asked]

    def rolled_back(self, service: str, environment: str) -> list[Deployment]:
        """Return the deployments rollbacks made in one place, oldest first."""
        return [d for d in self.started(service, environment) if d.reason == "rollback"]

    @property
    def auto_deploys(self) -> dict[tuple[str, str], bool]:
        """Whether a push to ``main`` deploys by itself, by (service, environment); one not there does not."""
        return self._world.auto_deploys

    def pushed(self, repository: str, branch: str, sha: str) -> None:
        """Hear of a push (``GitHubSim.on_push``); deploys where that happens by itself."""
        self._world.pushed(repository, branch, sha)

    def forget_image(self, deployment_id: str) -> None:
        """Drop a deployment's image, as Railway does after its days are over; ``LookupError`` if unknown."""
        for deployment in self.deployments:
            if deployment.id == deployment_id:
                deployment.image = False
                return
        raise LookupError(deployment_id)

    def place(self, service: str, environment: str) -> Place:
        """Return the place by its names; ``LookupError`` when there is none."""
        for place in self.places:
            if (place.service, place.environment) == (service, environment):
                return place
        msg = f"the sandbox has no {service} in {environment}"
        raise LookupError(msg)

    def arrive(
        self, service: str, environment: str, sha: str, *, at: datetime | None = None, uploaded: bool = False
    ) -> Deployment:
        """Make ``sha`` live at once (seeding, or the end of a workflow's ``railway up``)."""
        return self._world.arrive(self.place(service, environment), sha, at=at, uploaded=uploaded)

    def live(self, service: str, environment: str) -> str:
        """Return the SHA that serves; empty when nothing does."""
        served = self._world.served(self.place(service, environment))
        return served[-1].sha if served and served[-1].status == "SUCCESS" else ""

    def live_before(self, service: str, environment: str) -> str:
        """Return the SHA that served before the live one; empty when none did."""
        served = self._world.served(self.place(service, environment))
        return served[-2].sha if len(served) > 1 else ""

    async def _api(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        answer = await self._answer(request)
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method != "POST":
            return JSONResponse({"message": "Use POST"}, status_code=405)
        try:
            asked = json.loads(await request.body())
            query, variables = str(asked["query"]), asked.get("variables") or {}
        except (ValueError, TypeError, KeyError):
            return JSONResponse(_errors("Problem processing request"), status_code=400)
        visitor = self._visitor(request)
        if visitor is None:
            return JSONResponse(_errors("Not Authorized"), headers=self._headers())
        return self._execute(query, variables, asked.get("operationName"), visitor)

    def _visitor(self, request: Request) -> Visitor | None:
        if token := request.headers.get("project-access-token"):
            places = tuple(place for place in self.places if place.token == token)
            return Visitor(places, project_token=True) if places else None
        if request.headers.get("authorization") == f"Bearer {WORKSPACE_TOKEN}":
            return Visitor(self.places, project_token=False)
        return None

    def _execute(self, query: str, variables: dict[str, Any], name: str | None, visitor: Visitor) -> Response:
        document = read_query(self._schema, query)
        if isinstance(document, tuple):
            told = [error.formatted for error in document]
            return JSONResponse({"errors": told}, status_code=400, headers=self._headers())
        self.requests.append(_first_field(document))
        known = len(self._world.deployments())
        result = execute_sync(
            self._schema,
            document,
            root_value=Resolvers(self._world, self.faults, visitor, self._shapes),
            variable_values=variables,
            operation_name=name,
        )
        if self.requests[-1] == "serviceInstanceDeployV2":
            self.starts += len(self._world.deployments()) - known
        body: dict[str, object] = {"data": result.data}
        if result.errors:
            body["errors"] = [
                {**error.formatted, "extensions": {"code": "INTERNAL_SERVER_ERROR"}}
                for error in result.errors
            ]
        return JSONResponse(body, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        left = max(LIMIT - len(self.requests), 1)
        return {
            "x-ratelimit-limit": str(LIMIT),
            "x-ratelimit-remaining": str(left),
            "x-ratelimit-reset": "3600",
        }

    async def _page(self, request: Request) -> Response:
        wanted = request.path_params.get("id") or request.query_params.get("id", "")
        deployment = next((d for d in self.deployments if d.id == wanted), None)
        if deployment is None:
            return HTMLResponse("<h1>No such deployment</h1>", status_code=404)
        commit = self._shapes.commit(deployment)
        return HTMLResponse(deployment_page(deployment, commit, root_of(request)))

    async def _approve(self, request: Request) -> Response:
        for deployment in self.deployments:
            if deployment.id == request.path_params["id"]:
                self._world.approve(deployment)
        return RedirectResponse(f"{root_of(request)}/deployment/{request.path_params['id']}", status_code=303)


def _schema() -> GraphQLSchema:
    return read_schema((Path(__file__).parent / "railway.graphql").read_text("utf-8"))


def _first_field(document: DocumentNode) -> str:
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            for selection in definition.selection_set.selections:
                if isinstance(selection, FieldNode):
                    return selection.name.value
    return ""

"""The simulated GitHub's routes for what is in a repository: commits, branches, comparisons, checks.

Each route reads state and answers; none changes anything.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.vendors import github_checks as ci
from sandbox.vendors import github_shapes as shapes
from sandbox.vendors._address import root_of
from sandbox.vendors.github_repo import GitCommit, Repo
from sandbox.vendors.github_state import State, listing, page_of
from sandbox.vendors.github_statuses import combined, listed

REPO = "/repos/{owner}/{name}"
NO_CHECKS_PERMISSION = "Resource not accessible by personal access token"


class Git:
    """Routes under ``/repos/{owner}/{name}`` that read git and checks."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Return them; the order matters, for a ref may hold slashes."""
        return [
            Route(REPO, self.repository),
            Route(f"{REPO}/branches", self.branches),
            Route(f"{REPO}/branches/{{ref:path}}", self.branch),
            Route(f"{REPO}/tags", self.tags),
            Route(f"{REPO}/rules/branches/{{ref:path}}", self.rules),
            Route(f"{REPO}/compare/{{spec:path}}", self.compare),
            Route(f"{REPO}/contents/{{path:path}}", self.contents),
            Route(f"{REPO}/git/trees/{{ref:path}}", self.tree),
            Route(f"{REPO}/commits", self.commits),
            Route(f"{REPO}/commits/{{ref:path}}/check-runs", self.check_runs),
            Route(f"{REPO}/commits/{{ref:path}}/check-suites", self.check_suites),
            Route(f"{REPO}/commits/{{ref:path}}/statuses", self.statuses),
            Route(f"{REPO}/commits/{{ref:path}}/status", self.status),
            Route(f"{REPO}/commits/{{ref:path}}", self.commit),
        ]

    async def repository(self, request: Request) -> Response:
        """Answer the repository itself."""
        return JSONResponse(shapes.repository(self._state.repo(request), root_of(request)))

    async def branches(self, request: Request) -> Response:
        """List branches by name."""
        repo = self._state.repo(request)
        return listing(request, sorted(repo.branches), lambda name: self._branch(repo, name, request))

    async def branch(self, request: Request) -> Response:
        """Answer one branch."""
        repo, name = self._state.repo(request), request.path_params["ref"]
        if name not in repo.branches:
            raise HTTPException(404, "Branch not found")
        return JSONResponse(self._branch(repo, name, request))

    async def tags(self, request: Request) -> Response:
        """List tags, newest name first."""
        repo = self._state.repo(request)

        def shape(name: str) -> shapes.Json:
            return {"name": name, "commit": {"sha": repo.tags[name]}, "node_id": shapes.node_id("REF", name)}

        return listing(request, sorted(repo.tags, reverse=True), shape)

    async def rules(self, request: Request) -> Response:
        """List the rules of a branch: none, required checks stand in ``pawdeploy.toml``."""
        self._state.repo(request)
        return JSONResponse([])

    async def commits(self, request: Request) -> Response:
        """List a ref's commits, newest first."""
        repo = self._state.repo(request)
        head = repo.resolve(request.query_params.get("sha") or repo.default_branch)
        if head is None:
            raise HTTPException(404, "Not Found")
        root = root_of(request)
        return listing(request, repo.log(head), lambda one: shapes.commit(repo, one, root))

    async def commit(self, request: Request) -> Response:
        """Answer the commit a ref names."""
        repo, commit = self._state.commit(request)
        return JSONResponse(shapes.full_commit(repo, commit, root_of(request)))

    async def compare(self, request: Request) -> Response:
        """Answer what lies between; paged, only the first page holds files."""
        repo = self._state.repo(request)
        base, _, head = str(request.path_params["spec"]).partition("...")
        ends = repo.resolve(base), repo.resolve(head)
        if ends[0] is None or ends[1] is None:
            raise HTTPException(404, "Not Found")
        between = repo.between(ends[0], ends[1])
        if between is None:
            raise HTTPException(404, f"No common ancestor between {base} and {head}.")
        root = root_of(request)
        answer = shapes.comparison(repo, between, root)
        if not {"page", "per_page"} & set(request.query_params):
            return JSONResponse(answer)
        page, headers = page_of(request, between.ahead)
        answer["commits"] = [shapes.commit(repo, one, root) for one in page]
        if request.query_params.get("page", "1") != "1":
            del answer["files"]
        return JSONResponse(answer, headers=headers)

    async def contents(self, request: Request) -> Response:
        """Answer a file at a ref, or what lies in a folder."""
        repo, path = self._state.repo(request), str(request.path_params["path"])
        ref = request.query_params.get("ref") or repo.default_branch
        commit, root = repo.resolve(ref), root_of(request)
        if commit is None:
            raise HTTPException(404, f"No commit found for the ref {ref}")
        if (text := repo.text_at(commit, path)) is not None:
            return JSONResponse(shapes.content(repo, commit, path, text, root))
        known = {file.name for one in repo.log(commit) for file in one.files}
        inside = sorted(name for name in known if name.startswith(f"{path}/"))
        if there := [name for name in inside if repo.text_at(commit, name) is not None]:
            return JSONResponse(shapes.folder(repo, commit, there, root))
        raise HTTPException(404, "Not Found")

    async def tree(self, request: Request) -> Response:
        """List the files of a commit."""
        repo, commit = self._state.commit(request)
        names = sorted({file.name for one in repo.log(commit) for file in one.files})
        tree = [{"path": name, "mode": "100644", "type": "blob", "sha": f"b{name}"} for name in names]
        return JSONResponse({"sha": commit.sha, "url": str(request.url), "tree": tree, "truncated": False})

    async def check_runs(self, request: Request) -> Response:
        """List a commit's check runs."""
        repo, commit, mood = self._checked(request)
        runs = ci.check_runs(repo, commit, mood, root_of(request))
        return listing(request, runs, _as_is, under="check_runs")

    async def check_suites(self, request: Request) -> Response:
        """List a commit's check suites."""
        repo, commit, mood = self._checked(request)
        suites = ci.check_suites(repo, commit, mood, root_of(request))
        return listing(request, suites, _as_is, under="check_suites")

    async def status(self, request: Request) -> Response:
        """Answer the combined status."""
        repo, commit = self._state.commit(request)
        mood, posts = self._state.mood(commit), self._state.posts
        return JSONResponse(combined(repo, commit, mood, posts, root_of(request)))

    async def statuses(self, request: Request) -> Response:
        """List every status posted, newest first."""
        repo, commit = self._state.commit(request)
        mood, posts = self._state.mood(commit), self._state.posts
        found = listed(repo, commit, mood, posts, root_of(request))
        return listing(request, found, _as_is)

    def _checked(self, request: Request) -> tuple[Repo, GitCommit, str]:
        repo, commit = self._state.commit(request)
        mood = self._state.mood(commit)
        if mood == "forbidden":
            needed = {"x-accepted-github-permissions": "checks=read"}
            raise HTTPException(403, NO_CHECKS_PERMISSION, headers=needed)
        return repo, commit, mood

    def _branch(self, repo: Repo, name: str, request: Request) -> shapes.Json:
        commit = repo.commits[repo.branches[name]]
        return {
            "name": name,
            "commit": shapes.commit(repo, commit, root_of(request)),
            "protected": name == repo.default_branch,
        }


def _as_is(item: shapes.Json) -> shapes.Json:
    return item

"""A simulated Expo, the app's repository and its workflow, under a clock that moves only when told to."""

import httpx

from sandbox.vendors.app_files import config_text
from sandbox.vendors.expo import EXPO_TOKEN, ExpoSim
from sandbox.vendors.expo_seed import seed
from sandbox.vendors.expo_workflow import MobileWork
from sandbox.vendors.github import GitHubSim

APP = "pawlogic/mobile"
BUILDS = """
query b($app: String!, $filter: BuildFilter) { app { byId(appId: $app) {
  builds(limit: 50, offset: 0, filter: $filter) {
    id status platform appVersion appBuildVersion queuePosition estimatedWaitTimeLeftSeconds
    message error { message } logFiles artifacts { buildUrl }
  }
} } }
"""
GROUPS = """
query g($app: String!, $filter: UpdatesFilter) { app { byId(appId: $app) {
  updateBranchByName(name: "production") { id updateGroups(limit: 50, offset: 0, filter: $filter) {
    id group message platform rolloutPercentage isRollBackToEmbedded rolloutControlUpdate { id group }
  } }
} } }
"""
ROLL = """
mutation r($id: ID!, $to: Int!) { update {
  setRolloutPercentage(updateId: $id, percentage: $to) { id rolloutPercentage }
} }
"""
DELETE = "mutation d($group: ID!) { update { scheduleUpdateGroupDeletion(group: $group) { id state } } }"
JOB = "query j($id: ID!) { backgroundJobReceipt { byId(id: $id) { state } } }"
PUBLISH = """
mutation p($input: [PublishUpdateGroupInput!]!) { updateBranch {
  publishUpdateGroups(publishUpdateGroupsInput: $input) { group message isRollBackToEmbedded platform }
} }
"""


class ExpoApp:
    """Everything of the app, and words to ask and tell it."""

    def __init__(self, faults, clock):
        self.clock, self.faults = clock, faults
        self.github = GitHubSim(faults, now=clock, apps=[APP])
        self.repo = self.github.state.repos[APP]
        self.expo = ExpoSim(faults, repository=APP, now=clock)
        self.builds, self.updates = self.expo.work
        self.posted = []
        seed(self.builds, self.updates, self.repo, clock())
        self.github.on_mobile = MobileWork(
            self.builds,
            self.updates,
            lambda sha, context, _at, told: self.posted.append((sha, context, told)),
        )

    @property
    def head(self):
        return self.github.head(repository=APP)

    def push(self, title, files):
        return self.github.push("main", title, files=files, repository=APP)

    def raise_version(self, version):
        return self.push(f"Raise the version to {version}", {"app.config.ts": config_text(version)})

    def run(self, sha="", **inputs):
        """Run the app's workflow to its end."""
        commit = self.repo.commits[sha or self.head]
        given = {"sha": commit.sha, "environment": "production", "service": "mobile", "pawdeploy_run": "12"}
        run = self.github.state.runs.dispatch(self.repo, "mobile-build.yml", commit, "main", given | inputs)
        self.clock.wait(2)
        return self.github.state.runs.find(run.id)

    async def post(self, query, token=EXPO_TOKEN, **variables):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = {"query": query, "variables": {"app": self.expo.project} | variables}
        transport = httpx.ASGITransport(app=self.expo.asgi)
        async with httpx.AsyncClient(transport=transport, base_url="http://expo") as http:
            return await http.post("/graphql", json=body, headers=headers)

    async def ask(self, query, **variables):
        """Return the data; ``errors`` first when there are some."""
        body = (await self.post(query, **variables)).json()
        return [one["message"] for one in body["errors"]] if "errors" in body else body["data"]

    async def listed(self, **asked):
        return (await self.ask(BUILDS, filter=asked))["app"]["byId"]["builds"]

    async def groups(self, **asked):
        return (await self.ask(GROUPS, filter=asked))["app"]["byId"]["updateBranchByName"]["updateGroups"]

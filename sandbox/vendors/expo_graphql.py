"""What the simulated Expo answers to GraphQL: resolvers over ``expo_builds.py`` and ``expo_updates.py``.

Knows the vendor's field names and what it says of what is not there. Must not know HTTP or tokens.
"""
# ruff: noqa: N802, N803 - graphql-core calls methods and arguments by the vendor's names

import json
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLError

from sandbox.vendors.app_files import PLATFORMS, Platform
from sandbox.vendors.expo_builds import Builds, ExpoBuild
from sandbox.vendors.expo_nodes import Node, Nodes
from sandbox.vendors.expo_updates import (
    ExpoBranch,
    ExpoChannel,
    ExpoRefusalError,
    ExpoUpdate,
    NewPart,
    Updates,
)

Input = Mapping[str, Any]
"""Arguments of GraphQL: checked against the schema before they come here."""
MOST = 50
"""Expo gives no more at once."""
_FIELDS = {
    "appBuildVersion": "number",
    "appVersion": "version",
    "buildProfile": "profile",
    "channel": "profile",
    "fingerprintHash": "fingerprint",
    "gitCommitHash": "sha",
    "runtimeVersion": "runtime",
    "status": "status",
}
"""Which of ours a filter's key means."""


def not_found(what: str, name: str, code: str = "NOT_FOUND") -> GraphQLError:
    """Return the refusal of what is not there."""
    return GraphQLError(
        f"{what} with id '{name}' does not exist.", extensions={"errorCode": code, "isTransient": False}
    )


def refused(error: ExpoRefusalError) -> GraphQLError:
    """Return the refusal of what Expo does not do."""
    return GraphQLError(str(error), extensions={"errorCode": "VALIDATION_ERROR", "isTransient": False})


class Query:
    """The root value of a query; graphql-core calls the method named like the field."""

    def __init__(self, builds: Builds, updates: Updates, nodes: Nodes) -> None:
        self._builds, self._updates, self._nodes = builds, updates, nodes
        builds.settle()
        updates.settle()

    def meActor(self, _: object) -> Node:
        """Say whose token it is."""
        return self._nodes.actor()

    def app(self, _: object) -> Node:
        """Lead to the app."""
        return {"byId": lambda _info, appId: self._app(appId)}

    def builds(self, _: object) -> Node:
        """Lead to one build."""
        return {"byId": lambda _info, buildId: self._nodes.build(find_build(self._builds, buildId))}

    def submissions(self, _: object) -> Node:
        """Lead to one submission."""
        return {"byId": lambda _info, submissionId: self._submission(submissionId)}

    def backgroundJobReceipt(self, _: object) -> Node:
        """Lead to one job."""
        return {"byId": lambda _info, id: self._job(id)}

    def updatesByGroup(self, _: object, group: str, platform: str | None = None) -> list[Node]:
        """Return a group's parts; none when there is no such group."""
        found = self._updates.group(group)
        return [self._nodes.update(one) for one in found if platform in (None, one.platform)]

    def _app(self, app_id: str) -> Node:
        if app_id != self._nodes.project:
            raise not_found("Experience", app_id, "EXPERIENCE_NOT_FOUND")
        return self._nodes.app() | {
            "builds": self._listed_builds,
            "submissions": self._listed_submissions,
            "updateBranchByName": lambda _info, name: self._branch(self._updates.branches.get(name)),
            "updateBranches": lambda _info, limit, offset: [
                self._branch(one) for one in [*self._updates.branches.values()][offset : offset + limit]
            ],
            "updateChannelByName": lambda _info, name: self._channel(self._updates.channels.get(name)),
            "updateChannels": lambda _info, limit, offset: [
                self._channel(one) for one in [*self._updates.channels.values()][offset : offset + limit]
            ],
            "updateGroups": lambda _info, limit, offset, filter=None: self._groups(
                None, limit, offset, filter
            ),
        }

    def _listed_builds(
        self,
        _: object,
        limit: int,
        offset: int,
        filter: Input | None = None,
        platform: str | None = None,
        status: str | None = None,
    ) -> list[Node]:
        asked = {"platform": platform, "status": status, **(filter or {})}
        found = [one for one in reversed(self._builds.builds) if _fits(one, asked)]
        return [self._nodes.build(one) for one in found[offset : offset + min(limit, MOST)]]

    def _listed_submissions(self, _: object, limit: int, offset: int, filter: Input) -> list[Node]:
        found = [
            one
            for one in reversed(self._builds.submissions)
            if filter.get("platform") in (None, one.platform.upper())
            and filter.get("status") in (None, one.status)
        ]
        return [self._nodes.submission(one) for one in found[offset : offset + min(limit, MOST)]]

    def _branch(self, branch: ExpoBranch | None) -> Node | None:
        if branch is None:
            return None
        return self._nodes.branch(branch) | {
            "updateGroups": lambda _info, limit, offset, filter=None: self._groups(
                branch, limit, offset, filter
            ),
            "updates": lambda _info, limit, offset, filter=None: [
                one for group in self._groups(branch, limit, offset, filter) for one in group
            ][:limit],
        }

    def _channel(self, channel: ExpoChannel | None) -> Node | None:
        if channel is None:
            return None
        return self._nodes.channel(channel) | {
            "updateBranches": lambda _info, limit, offset: [
                self._branch(one) for one in channel.branches[offset : offset + limit]
            ],
        }

    def _groups(
        self, branch: ExpoBranch | None, limit: int, offset: int, asked: Input | None
    ) -> list[list[Node]]:
        asked = asked or {}
        platform, runtimes = asked.get("platform"), asked.get("runtimeVersions")
        found = [
            [one for one in group if platform in (None, one.platform.upper())]
            for group in self._updates.groups(branch)
            if runtimes is None or group[0].runtime in runtimes
        ]
        page = [group for group in found if group][offset : offset + min(limit, MOST)]
        return [[self._nodes.update(one) for one in group] for group in page]

    def _submission(self, name: str) -> Node:
        for one in self._builds.submissions:
            if one.id == name:
                return self._nodes.submission(one)
        raise not_found("Submission", name)

    def _job(self, name: str) -> Node:
        if job := self._updates.jobs.get(name):
            return self._nodes.job(job)
        raise not_found("Background job receipt", name)


class Mutation:
    """The root value of a mutation."""

    def __init__(self, builds: Builds, updates: Updates, nodes: Nodes) -> None:
        self._builds, self._updates, self._nodes = builds, updates, nodes

    def build(self, _: object, buildId: str | None = None) -> Node:
        """Lead to what can be done to builds."""
        return {
            "cancel": lambda _info: self._cancel(buildId or ""),
            "cancelBuild": lambda _info, buildId: self._cancel(buildId),
        }

    def update(self, _: object) -> Node:
        """Lead to what can be done to updates."""
        return {
            "setRolloutPercentage": lambda _info, percentage, updateId: self._roll(updateId, percentage),
            "scheduleUpdateGroupDeletion": lambda _info, group: self._delete(group),
        }

    def updateBranch(self, _: object) -> Node:
        """Lead to what can be done to branches."""
        return {
            "publishUpdateGroups": lambda _info, publishUpdateGroupsInput: [
                self._nodes.update(one) for asked in publishUpdateGroupsInput for one in self._publish(asked)
            ]
        }

    def updateChannel(self, _: object) -> Node:
        """Lead to what can be done to channels."""
        return {
            "pauseUpdateChannel": lambda _info, channelId: self._pause(channelId, paused=True),
            "resumeUpdateChannel": lambda _info, channelId: self._pause(channelId, paused=False),
        }

    def _cancel(self, name: str) -> Node:
        build = find_build(self._builds, name)
        if not self._builds.cancel(build):
            raise refused(ExpoRefusalError(f"Build {name} cannot be canceled: it has ended"))
        return self._nodes.build(build)

    def _roll(self, name: str, percent: int) -> Node:
        for one in self._updates.all:
            if one.id == name:
                try:
                    self._updates.set_percent(one, percent)
                except ExpoRefusalError as error:
                    raise refused(error) from error
                return self._nodes.update(one)
        raise not_found("Update", name)

    def _delete(self, group: str) -> Node:
        try:
            return self._nodes.job(self._updates.delete_later(group))
        except ExpoRefusalError as error:
            raise not_found("Update group", group) from error

    def _publish(self, asked: Input) -> Sequence[ExpoUpdate]:
        branch = next((one for one in self._updates.branches.values() if one.id == asked["branchId"]), None)
        if branch is None:
            raise not_found("Branch", str(asked["branchId"]))
        manifests, embedded = (
            asked.get("updateInfoGroup") or {},
            asked.get("rollBackToEmbeddedInfoGroup") or {},
        )
        rollouts, prints = asked.get("rolloutInfoGroup") or {}, asked.get("fingerprintInfoGroup") or {}
        parts: dict[Platform, NewPart] = {
            platform: NewPart(
                manifest=json.dumps(manifests[platform]) if manifests.get(platform) else "",
                percent=(rollouts.get(platform) or {}).get("rolloutPercentage"),
                fingerprint=(prints.get(platform) or {}).get("fingerprintHash", ""),
            )
            for platform in PLATFORMS
            if manifests.get(platform) or embedded.get(platform)
        }
        if not parts:
            raise refused(ExpoRefusalError("Nothing to publish: neither updates nor a roll back to embedded"))
        try:
            return self._updates.publish(
                branch,
                asked["runtimeVersion"],
                parts,
                message=asked.get("message") or "",
                sha=asked.get("gitCommitHash") or "",
                environment=asked.get("environment") or "",
            )
        except ExpoRefusalError as error:
            raise refused(error) from error

    def _pause(self, name: str, *, paused: bool) -> Node:
        for one in self._updates.channels.values():
            if one.id == name:
                one.paused = paused
                return self._nodes.channel(one)
        raise not_found("Channel", name)


def find_build(builds: Builds, name: str) -> ExpoBuild:
    """Return one build, or what Expo says where there is none."""
    for one in builds.builds:
        if one.id == name:
            return one
    raise not_found("Build", name)


def _fits(build: ExpoBuild, asked: Input) -> bool:
    if asked.get("platform") not in (None, build.platform.upper()):
        return False
    return all(
        asked.get(key) is None or getattr(build, field) == asked[key] for key, field in _FIELDS.items()
    )

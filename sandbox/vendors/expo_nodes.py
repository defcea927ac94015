"""The shapes of the simulated Expo's answers: builds, submissions and updates in the vendor's fields.

Knows field names only. Must not know who asks or how anything moves.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime

from sandbox.vendors.expo_builds import KEPT, QUEUE, Builds, ExpoBuild, ExpoSubmission
from sandbox.vendors.expo_updates import ExpoBranch, ExpoChannel, ExpoJob, ExpoUpdate, Updates

Node = dict[str, object]
ACCOUNT, SLUG, BUNDLE = "pawlogic", "mobile", "app.pawlogic"
ROBOT = "pawdeploy"
BORN = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
"""When the simulated project was made."""


class Nodes:
    """Turns state into nodes; ``root`` is where the simulated Expo's pages are."""

    def __init__(self, project: str, repository: str, root: str, builds: Builds, updates: Updates) -> None:
        self.project, self._repository, self._root = project, repository, root
        self._builds, self._updates = builds, updates

    def actor(self) -> Node:
        """Return who the token is: a robot of the account."""
        return {
            "__typename": "Robot",
            "id": "5b3f0f4e-2d1c-4a71-8a35-0d4f6f1f2b90",
            "displayName": f"{ROBOT} (robot)",
            "firstName": ROBOT,
            "isExpoAdmin": False,
            "featureGates": {},
            "accounts": lambda _info: [self.account()],
        }

    def account(self) -> Node:
        """Return the account everything belongs to."""
        owner: Node = {
            "__typename": "User",
            "id": "0e6a7d52-9c1f-4f6e-b0d3-3a8b5c9d2e11",
            "username": ACCOUNT,
            "displayName": ACCOUNT,
            "isExpoAdmin": False,
            "featureGates": {},
            "email": "ann@pawlogic.app",
            "accounts": lambda _info: [self.account()],
        }
        return {
            "id": "f1a52c0b-7a0e-4a57-9e2b-6c1d8f3e4a22",
            "name": ACCOUNT,
            "ownerUserActor": owner,
            "viewerUserPermission": {"id": "permission-1", "role": "DEVELOPER"},
        }

    def app(self) -> Node:
        """Return the app's plain fields."""
        owner, _, name = self._repository.partition("/")
        metadata = {"id": "repository-1", "githubRepoOwnerName": owner, "githubRepoName": name}
        return {
            "id": self.project,
            "name": "PawLogic",
            "slug": SLUG,
            "fullName": f"@{ACCOUNT}/{SLUG}",
            "ownerAccount": self.account(),
            "githubRepository": {"id": "repository-1", "metadata": metadata},
        }

    def page(self, kind: str, name: str) -> str:
        """Return the page of a thing, as ``expo.dev`` has them."""
        return f"{self._root}/accounts/{ACCOUNT}/projects/{SLUG}/{kind}/{name}"

    def build(self, build: ExpoBuild) -> Node:
        """Return a ``Build`` node."""
        waits = self._builds.queue(build)
        channel = self._updates.channels.get(build.profile)
        done = build.status == "FINISHED"
        kind = "ipa" if build.platform == "ios" else "aab"
        artifact = f"{self._root}/artifacts/eas/{build.id}.{kind}" if done else None
        logs = [f"{self._root}/logs/{build.id}.txt"] if build.started_at or build.completed_at else []
        ended, began = build.completed_at, build.started_at
        return {
            "id": build.id,
            "status": build.status,
            "platform": build.platform.upper(),
            "app": self.app(),
            "appVersion": build.version,
            "appBuildVersion": build.number,
            "appIdentifier": BUNDLE,
            "actor": self.actor(),
            "initiatingActor": self.actor(),
            "artifacts": {"buildUrl": artifact, "applicationArchiveUrl": artifact},
            "buildProfile": build.profile,
            "channel": build.profile,
            "updateChannel": self.channel(channel) if channel else None,
            "distribution": "STORE" if build.profile == "production" else "INTERNAL",
            "error": _error(build.error),
            "fingerprint": self.fingerprint(build.fingerprint, build.created_at),
            "gitCommitHash": build.sha,
            "gitCommitMessage": build.title,
            "isForIosSimulator": False,
            "isGitWorkingTreeDirty": False,
            "initialQueuePosition": QUEUE,
            "queuePosition": waits[0] if waits else None,
            "estimatedWaitTimeLeftSeconds": waits[1] if waits else None,
            "logFiles": logs,
            "message": build.message or None,
            "metrics": {
                "buildWaitTime": int((began - build.created_at).total_seconds() * 1000) if began else None,
                "buildQueueTime": int((began - build.created_at).total_seconds() * 1000) if began else None,
                "buildDuration": int((ended - began).total_seconds() * 1000) if ended and began else None,
            },
            "priority": "NORMAL",
            "runtime": self.runtime(build.runtime),
            "runtimeVersion": build.runtime,
            "sdkVersion": "56.0.0",
            "submissions": [],
            "createdAt": iso(build.created_at),
            "enqueuedAt": iso(build.created_at),
            "updatedAt": iso(build.updated_at),
            "workerStartedAt": iso(began) if began else None,
            "completedAt": iso(ended) if ended else None,
            "expirationDate": iso(ended + KEPT) if ended else None,
        }

    def submission(self, one: ExpoSubmission) -> Node:
        """Return a ``Submission`` node."""
        logs = f"{self._root}/logs/{one.id}.txt"
        android = {"applicationIdentifier": BUNDLE, "releaseStatus": "COMPLETED", "track": "production"}
        return {
            "id": one.id,
            "status": one.status,
            "platform": one.platform.upper(),
            "app": self.app(),
            "actor": self.actor(),
            "initiatingActor": self.actor(),
            "archiveUrl": None,
            "androidConfig": android if one.platform == "android" else None,
            "iosConfig": {"ascAppIdentifier": "6450012345"} if one.platform == "ios" else None,
            "error": _error(one.error),
            "logFiles": [logs] if one.status != "IN_QUEUE" else [],
            "logsUrl": logs if one.status != "IN_QUEUE" else None,
            "submittedBuild": self.build(one.build),
            "createdAt": iso(one.created_at),
            "updatedAt": iso(one.updated_at),
            "completedAt": iso(one.completed_at) if one.completed_at else None,
        }

    def update(self, one: ExpoUpdate) -> Node:
        """Return an ``Update`` node."""
        return {
            "id": one.id,
            "group": one.group,
            "app": self.app(),
            "actor": self.actor(),
            "awaitingCodeSigningInfo": False,
            "branch": self.branch(one.branch),
            "branchId": one.branch.id,
            "createdAt": iso(one.created_at),
            "updatedAt": iso(one.created_at),
            "environment": one.environment or None,
            "fingerprint": self.fingerprint(one.fingerprint, one.created_at),
            "gitCommitHash": one.sha or None,
            "isGitWorkingTreeDirty": False,
            "isRollBackToEmbedded": one.embedded,
            "manifestFragment": one.manifest or "{}",
            "manifestPermalink": f"{self._root}/expo-updates/{self.project}/{one.id}",
            "message": one.message or None,
            "platform": one.platform,
            "rolloutControlUpdate": self._control(one),
            "rolloutPercentage": one.percent,
            "runtime": self.runtime(one.runtime),
            "runtimeVersion": one.runtime,
        }

    def _control(self, one: ExpoUpdate) -> Node | None:
        # One step and no further: what came before that was replaced long ago.
        return self.update(replace(one.control, control=None)) if one.control else None

    def branch(self, branch: ExpoBranch) -> Node:
        """Return a branch's plain fields."""
        at = iso(branch.created_at)
        return {"id": branch.id, "name": branch.name, "appId": self.project, "createdAt": at, "updatedAt": at}

    def channel(self, channel: ExpoChannel) -> Node:
        """Return a channel's plain fields."""
        at = iso(channel.created_at)
        # All but the last have a part of the phones, as a branch rollout does it.
        some = [{"operand": 0.1, "clientKey": "rolloutToken", "branchMappingOperator": "hash_lt"}]
        last = len(channel.branches) - 1
        shares = [
            {"branchId": one.id, "branchMappingLogic": "true" if number == last else some}
            for number, one in enumerate(channel.branches)
        ]
        return {
            "id": channel.id,
            "name": channel.name,
            "appId": self.project,
            "branchMapping": json.dumps({"version": 0, "data": shares}),
            "isPaused": channel.paused,
            "isProtected": False,
            "createdAt": at,
            "updatedAt": at,
        }

    def job(self, job: ExpoJob) -> Node:
        """Return a ``BackgroundJobReceipt`` node."""
        return {
            "id": job.id,
            "state": job.state,
            "tries": 1,
            "willRetry": False,
            "resultType": "VOID",
            "createdAt": iso(job.created_at),
            "updatedAt": iso(job.updated_at),
        }

    def fingerprint(self, told: str, at: datetime) -> Node | None:
        """Return a ``Fingerprint`` node; None where there is none."""
        if not told:
            return None
        source = {"type": "GCS", "bucketKey": f"fingerprints/{told}.json", "isDebugFingerprint": False}
        return {
            "id": f"fingerprint-{told[:12]}",
            "hash": told,
            "source": source,
            "createdAt": iso(at),
        }

    def runtime(self, version: str) -> Node:
        """Return a ``Runtime`` node."""
        return {
            "id": f"runtime-{version}",
            "version": version,
            "isFingerprint": False,
            "createdAt": iso(BORN),
        }


def iso(at: datetime) -> str:
    """Return a time the way Expo writes it, milliseconds and ``Z``."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _error(error: tuple[str, str] | None) -> Node | None:
    return None if error is None else {"errorCode": error[0], "message": error[1]}

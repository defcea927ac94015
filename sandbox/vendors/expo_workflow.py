"""What a run of ``mobile-build.yml`` does: at the simulated Expo what ``eas`` would, at GitHub its statuses.

Knows the workflow's inputs (``docs/mobile-setup.md``). Must not know HTTP, or who dispatched it.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sandbox.vendors.app_files import PLATFORMS, Platform, fingerprint, version_of
from sandbox.vendors.expo_builds import Builds, ExpoBuild
from sandbox.vendors.expo_updates import EVERYBODY, ExpoRefusalError, NewPart, Updates
from sandbox.vendors.github_actions import Run, WorkError
from sandbox.vendors.github_repo import GitCommit, Repo

PostStatus = Callable[[str, str, datetime, str], None]
"""Posts a good status: SHA, context, when, description."""


class MobileWork:
    """Does what runs of the app's workflow do; ``builds`` and ``updates`` are Expo's."""

    def __init__(self, builds: Builds, updates: Updates, post: PostStatus) -> None:
        self._builds, self._updates, self._post = builds, updates, post

    def __call__(self, run: Run, at: datetime) -> Sequence[str]:
        """Do it; return what the log says, ``WorkError`` when it cannot be done."""
        commit = run.repo.resolve(run.inputs.get("sha", "")) or run.commit
        try:
            match run.inputs.get("action", ""):
                case "update":
                    return self._update(run.repo, commit, run.inputs, at)
                case "build" | "":
                    return self._build(run.repo, commit, run.inputs, at)
                case "submit":
                    return self._submit(run.inputs, at)
                case "fingerprint":
                    return self._fingerprint(run.repo, commit, at)
                case other:
                    msg = f"Error: mobile-build.yml knows no action {other}"
                    raise WorkError(msg)
        except (ExpoRefusalError, ValueError) as error:
            raise WorkError(str(error)) from error

    def _update(
        self, repo: Repo, commit: GitCommit, inputs: Mapping[str, str], at: datetime
    ) -> Sequence[str]:
        branch = self._updates.branches.get(inputs.get("branch") or "production")
        if branch is None:
            msg = f"Error: Could not find branch {inputs.get('branch')}"
            raise WorkError(msg)
        version, rollout = version_of(repo, commit), inputs.get("rollout", "")
        percent = int(rollout) if rollout else None
        if percent is not None and not 1 <= percent <= EVERYBODY:
            msg = "Error: --rollout-percentage must be an integer between 1 and 100 inclusive"
            raise WorkError(msg)
        parts: dict[Platform, NewPart] = {
            platform: NewPart(
                manifest=manifest_of(commit.sha, platform),
                percent=percent,
                fingerprint=fingerprint(repo, commit, platform),
            )
            for platform in PLATFORMS
        }
        made = self._updates.publish(
            branch,
            version,
            parts,
            message=inputs.get("message") or commit.title,
            sha=commit.sha,
            environment="production",
            exported=True,
            at=at,
        )
        return [f"✔ Published update group {made[0].group} for runtime {version}"]

    def _build(self, repo: Repo, commit: GitCommit, inputs: Mapping[str, str], at: datetime) -> Sequence[str]:
        version = version_of(repo, commit)
        made = [
            self._builds.add(
                ExpoBuild(
                    id=str(uuid.uuid4()),
                    platform=platform,
                    created_at=at,
                    updated_at=at,
                    sha=commit.sha,
                    title=commit.title,
                    version=version,
                    number=self._builds.next_number(platform),
                    runtime=version,
                    fingerprint=fingerprint(repo, commit, platform),
                    profile=inputs.get("profile") or "preview",
                    message=inputs.get("message", ""),
                )
            )
            for platform in PLATFORMS
        ]
        return [f"✔ Started {one.platform} build {one.id} ({one.version}, {one.number})" for one in made]

    def _submit(self, inputs: Mapping[str, str], at: datetime) -> Sequence[str]:
        found = []
        for platform in PLATFORMS:
            if wanted := inputs.get(f"build_{platform}"):
                build = next((one for one in self._builds.builds if one.id == wanted), None)
                if build is None or build.platform != platform or build.status != "FINISHED":
                    msg = f"Error: there is no finished {platform} build {wanted}"
                    raise WorkError(msg)
                found.append(build)
        if not found:
            msg = "Error: no build to submit"
            raise WorkError(msg)
        made = [self._builds.submit(build, at) for build in found]
        return [f"✔ Scheduled {one.platform} submission {one.id}" for one in made]

    def _fingerprint(self, repo: Repo, commit: GitCommit, at: datetime) -> Sequence[str]:
        said = []
        for platform in PLATFORMS:
            told = fingerprint(repo, commit, platform)
            self._post(commit.sha, f"fingerprint/{platform}", at, told)
            said.append(f"{platform} {told}")
        return said


def manifest_of(sha: str, platform: Platform) -> str:
    """Return the ``manifestFragment`` of what ``expo export`` makes of a commit."""
    told = hashlib.sha256(f"{sha}{platform}".encode()).hexdigest()
    bundle = {
        "bundleKey": told[:32],
        "contentType": "application/javascript",
        "fileSHA256": told,
        "storageKey": told[32:],
    }
    return json.dumps({"launchAsset": bundle, "assets": [], "extra": {}})

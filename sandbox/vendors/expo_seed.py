"""What the simulated Expo starts with: two releases in both stores, and two updates over the air since.

Data only, made from the app's repository as it is seeded. Must not know HTTP.
"""

import uuid
from datetime import datetime, timedelta

from sandbox.vendors.app_files import PLATFORMS, Platform, fingerprint, version_of
from sandbox.vendors.expo_builds import Builds, ExpoBuild, ExpoSubmission
from sandbox.vendors.expo_updates import NewPart, Updates
from sandbox.vendors.expo_workflow import manifest_of
from sandbox.vendors.github_repo import GitCommit, Repo
from sandbox.vendors.github_seed import app_history

CHANNELS = ("production", "preview")
FIRST_NUMBERS: dict[Platform, int] = {"ios": 56, "android": 140056}
"""Build number and version code of the first seeded release; the next has the next, which the stores have."""


def seed(builds: Builds, updates: Updates, repo: Repo, now: datetime) -> None:
    """Fill an Expo that has nothing yet."""
    for name in CHANNELS:
        updates.channel(name, updates.branch(name, now - timedelta(days=300)), at=now - timedelta(days=300))
    built, updated = app_history(repo)
    for number, commit in enumerate(built):
        for platform in PLATFORMS:
            _release(builds, repo, commit, platform, str(FIRST_NUMBERS[platform] + number))
    for commit in updated:
        parts: dict[Platform, NewPart] = {
            platform: NewPart(
                manifest=manifest_of(commit.sha, platform), fingerprint=fingerprint(repo, commit, platform)
            )
            for platform in PLATFORMS
        }
        updates.publish(
            updates.branches["production"],
            version_of(repo, commit),
            parts,
            message=commit.title,
            sha=commit.sha,
            environment="production",
            group=_id("group", commit.sha),
            at=commit.at + timedelta(minutes=20),
        )


def _release(builds: Builds, repo: Repo, commit: GitCommit, platform: Platform, number: str) -> None:
    began = commit.at + timedelta(minutes=10)
    version = version_of(repo, commit)
    build = builds.add(
        ExpoBuild(
            id=_id("build", commit.sha, platform),
            platform=platform,
            created_at=began,
            updated_at=began + timedelta(minutes=17),
            sha=commit.sha,
            title=commit.title,
            version=version,
            number=number,
            runtime=version,
            fingerprint=fingerprint(repo, commit, platform),
            profile="production",
            message=f"Release {version}",
            status="FINISHED",
            started_at=began + timedelta(minutes=4),
            completed_at=began + timedelta(minutes=17),
        )
    )
    at = began + timedelta(minutes=40)
    builds.add_submission(
        ExpoSubmission(
            id=_id("submission", commit.sha, platform),
            build=build,
            created_at=at,
            updated_at=at + timedelta(minutes=3),
            status="FINISHED",
            completed_at=at + timedelta(minutes=3),
        )
    )


def _id(*names: str) -> str:
    # The same every time: a sandbox started again with its old state knows what it knew.
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(("sandbox-expo", *names))))

"""Turn Expo's updates into groups, and groups into what is published again. Pure: answers in, inputs out."""

import json
from collections.abc import Iterable

from bot.engine.mobile import AppPlatform, UpdateGroup
from bot.errors import VendorRejected
from bot.integrations.expo._api import VENDOR
from bot.integrations.expo._update_models import Original, Part

LONGEST = 1024
"""Characters of a message; eas-cli cuts longer ones, too."""
_KEPT = 60
"""Characters of its end that stay: our mark is there."""
_PHONES = {one.value: one for one in AppPlatform}


def short(message: str) -> str:
    """Return a message that Expo takes, its end whole."""
    if len(message) <= LONGEST:
        return message
    return f"{message[: LONGEST - _KEPT - 1]}…{message[-_KEPT:]}"


def grouped(parts: Iterable[Part]) -> tuple[UpdateGroup, ...]:
    """Return the groups that parts belong to, newest first; parts for the web are left out."""
    groups: dict[str, list[tuple[AppPlatform, Part]]] = {}
    for part in parts:
        if platform := _PHONES.get(part.platform):
            groups.setdefault(part.group, []).append((platform, part))
    found = [_group(name, each) for name, each in groups.items()]
    return tuple(sorted(found, key=lambda one: one.created_at, reverse=True))


def _group(name: str, parts: list[tuple[AppPlatform, Part]]) -> UpdateGroup:
    first = parts[0][1]
    return UpdateGroup(
        group=name,
        branch=first.branch.name,
        branch_id=first.branch.id,
        message=first.message,
        created_at=min(part.created_at for _, part in parts),
        sha=first.git_commit_hash,
        environment=first.environment,
        parts=tuple(part.to_update(platform) for platform, part in sorted(parts, key=lambda one: one[0])),
    )


def again(
    branch_id: str, originals: Iterable[Original], message: str, platforms: tuple[AppPlatform, ...]
) -> dict[str, object]:
    """Return the input that publishes ``originals`` again, to everybody.

    Raises:
        VendorRejected: when nothing is there for ``platforms`` (404), or phones would refuse it because the
            original was signed and we have no key to sign with.

    """
    doing = "publishing an update again"
    wanted = [one for one in originals if one.platform in platforms]
    if {one.platform for one in wanted} != set(platforms):
        raise VendorRejected(VENDOR, doing, status=404, detail="that group has nothing for the platform")
    if any(one.code_signing_info for one in wanted):
        detail = "it is signed; publish it again with eas update:republish --private-key-path"
        raise VendorRejected(VENDOR, doing, detail=detail)
    first = wanted[0]
    made: dict[str, object] = {
        "branchId": branch_id,
        "runtimeVersion": first.runtime.version,
        "message": short(message),
        "gitCommitHash": first.git_commit_hash,
        "isGitWorkingTreeDirty": first.is_git_working_tree_dirty,
        "environment": first.environment,
        "manifestHostOverride": first.manifest_host_override,
        "assetHostOverride": first.asset_host_override,
    }
    made = {key: value for key, value in made.items() if value is not None}
    if first.is_roll_back_to_embedded:
        return made | {"rollBackToEmbeddedInfoGroup": {one.platform: True for one in wanted}}
    made["updateInfoGroup"] = {one.platform: _manifest(one, doing) for one in wanted}
    prints = {one.platform: told for one in wanted if (told := _fingerprint(one))}
    return made | ({"fingerprintInfoGroup": prints} if prints else {})


def to_embedded(
    branch_id: str, runtime: str, message: str, platforms: tuple[AppPlatform, ...]
) -> dict[str, object]:
    """Return the input that sends phones back to what is built in."""
    return {
        "branchId": branch_id,
        "runtimeVersion": runtime,
        "message": short(message),
        "rollBackToEmbeddedInfoGroup": {one.value: True for one in platforms},
    }


def _manifest(one: Original, doing: str) -> object:
    try:
        return json.loads(one.manifest_fragment)
    except ValueError:
        detail = f"the manifest for {one.platform} is not JSON"
        raise VendorRejected(VENDOR, doing, detail=detail) from None


def _fingerprint(one: Original) -> dict[str, object]:
    """Return a fingerprint as the input has it: only whole, with where it came from."""
    if one.fingerprint is None or one.fingerprint.source is None:
        return {}
    source = one.fingerprint.source
    told = {
        "type": source.type,
        "bucketKey": source.bucket_key,
        "isDebugFingerprint": source.is_debug_fingerprint,
    }
    return {
        "fingerprintHash": one.fingerprint.hash,
        "fingerprintSource": {key: value for key, value in told.items() if value is not None},
    }

"""Expo's answers about updates and channels, as far as we use them. Shapes only, no requests."""

import json

from bot.engine.mobile import AppPlatform, Update
from bot.integrations.expo.models import ExpoModel, Hash, Moment, Named, Text, Version


class Control(ExpoModel):
    """The update that the others keep while one is rolled out."""

    id: str
    group: str = ""


class Part(ExpoModel):
    """One platform's part of an update group."""

    id: str
    group: str
    message: Text = ""
    created_at: Moment
    platform: str
    """Kept as text: there are updates for the web, too."""
    git_commit_hash: Text = ""
    environment: Text = ""
    is_roll_back_to_embedded: bool = False
    rollout_percentage: int | None = None
    rollout_control_update: Control | None = None
    runtime: Version
    branch: Named
    fingerprint: Hash | None = None
    manifest_fragment: Text = ""

    def to_update(self, platform: AppPlatform) -> Update:
        """Say it in our words."""
        control = self.rollout_control_update
        return Update(
            id=self.id,
            platform=platform,
            runtime=self.runtime.version,
            percent=self.rollout_percentage,
            control=control.id if control else "",
            control_group=control.group if control else "",
            embedded=self.is_roll_back_to_embedded,
            manifest=self.manifest_fragment,
            fingerprint=self.fingerprint.hash if self.fingerprint else "",
        )


class Source(ExpoModel):
    """Where Expo keeps what a fingerprint was made of."""

    type: str
    bucket_key: str
    is_debug_fingerprint: bool | None = None


class SourcedHash(ExpoModel):
    """A fingerprint and where it came from."""

    hash: str
    source: Source | None = None


class Original(ExpoModel):
    """What an update is published again from."""

    platform: str
    manifest_fragment: str
    git_commit_hash: str | None = None
    is_git_working_tree_dirty: bool = False
    environment: str | None = None
    is_roll_back_to_embedded: bool = False
    manifest_host_override: str | None = None
    asset_host_override: str | None = None
    runtime: Version
    code_signing_info: object = None
    fingerprint: SourcedHash | None = None


class ChannelAnswer(ExpoModel):
    """One channel; ``branch_mapping`` is JSON in a text."""

    id: str
    name: str
    is_paused: bool = False
    branch_mapping: Text = ""
    update_branches: tuple[Named, ...] = ()

    def branches(self) -> tuple[str, ...]:
        """Return the names of the branches it leads to, in the order Expo tries them."""
        names = {one.id: one.name for one in self.update_branches}
        try:
            data = json.loads(self.branch_mapping)["data"]
            ids = [entry["branchId"] for entry in data]
        except (ValueError, KeyError, TypeError):
            return tuple(names.values())
        return tuple(names[one] for one in ids if isinstance(one, str) and one in names)

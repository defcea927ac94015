"""The files of the simulated app that matter to shipping it, and what follows from them.

Knows what Expo's tools read from a commit: the version people see, and the fingerprint of its native side.
Must not know who asks, or how the app is built.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Literal

from sandbox.vendors.github_repo import GitCommit, Repo

Platform = Literal["android", "ios"]
PLATFORMS: tuple[Platform, ...] = ("android", "ios")
CONFIG, PACKAGE, EAS = "app.config.ts", "package.json", "eas.json"
NATIVE = ("modules/", "plugins/")
"""Folders whose files are part of both platforms' native side."""
_VERSION = re.compile(r"""^\s*version:\s*["']([^"']+)["'],?[^\n]*$""", re.MULTILINE)
_NATIVE_PACKAGE = re.compile(
    r"^(expo|expo-.+|react-native|react-native-.+|@expo/.+|@react-native.*|.+/react-native)$"
)


def config_text(version: str) -> str:
    """Return ``app.config.ts`` as the app has it."""
    return f"""import type {{ ConfigContext, ExpoConfig }} from "expo/config";

// The version people see. Build numbers are counted by EAS (appVersionSource: remote).
export default ({{ config }}: ConfigContext): ExpoConfig => ({{
  ...config,
  name: "PawLogic",
  slug: "mobile",
  owner: "pawlogic",
  version: "{version}",
  orientation: "portrait",
  icon: "./assets/icon.png",
  runtimeVersion: {{ policy: "appVersion" }},
  updates: {{ url: "https://u.expo.dev/c1b8e2d4-5f7a-4c39-9e06-8d2b7a41f3c5" }},
  ios: {{ bundleIdentifier: "app.pawlogic", supportsTablet: true }},
  android: {{ package: "app.pawlogic" }},
  plugins: ["expo-router", "expo-image-picker", "@sentry/react-native/expo"],
  extra: {{ eas: {{ projectId: "c1b8e2d4-5f7a-4c39-9e06-8d2b7a41f3c5" }} }},
}});
"""


def package_text(version: str, expo: str = "56.0.4", **more: str) -> str:
    """Return ``package.json``; ``more`` are further dependencies, ``_`` for ``-``."""
    dependencies = {
        "@sentry/react-native": "~7.2.0",
        "date-fns": "^4.1.0",
        "expo": expo,
        "expo-image-picker": "~17.0.8",
        "expo-router": "~6.0.11",
        "expo-updates": "~29.0.12",
        "react": "19.1.0",
        "react-native": "0.81.4",
        "zustand": "^5.0.8",
        **{name.replace("_", "-"): wanted for name, wanted in more.items()},
    }
    told = {
        "name": "pawlogic-mobile",
        "version": version,
        "private": True,
        "main": "expo-router/entry",
        "scripts": {"start": "expo start", "test": "jest", "lint": "eslint ."},
        "dependencies": dict(sorted(dependencies.items())),
        "devDependencies": {"@expo/fingerprint": "0.21.0", "jest": "~29.7.0", "typescript": "~5.9.2"},
    }
    return json.dumps(told, indent=2) + "\n"


EAS_TEXT = """{
  "cli": { "version": ">= 24.8.0", "appVersionSource": "remote" },
  "build": {
    "preview": { "distribution": "internal", "channel": "preview" },
    "production": { "channel": "production", "autoIncrement": true }
  },
  "submit": {
    "production": {
      "ios": { "ascAppId": "6450012345" },
      "android": { "track": "production", "releaseStatus": "completed" }
    }
  }
}
"""


def version_of(repo: Repo, commit: GitCommit) -> str:
    """Return the version people see at a commit; ``ValueError`` where the config has none."""
    found = _VERSION.search(repo.text_at(commit, CONFIG) or "")
    if found is None:
        msg = f"Error: {CONFIG} has no version"
        raise ValueError(msg)
    return found[1]


def fingerprint(repo: Repo, commit: GitCommit, platform: Platform) -> str:
    """Return what ``@expo/fingerprint`` makes of a commit: the same while nothing native changed."""
    told = "\n".join(f"{name} {held}" for name, held in sorted(_native(repo, commit, platform)))
    return hashlib.sha1(f"{platform}\n{told}".encode(), usedforsecurity=False).hexdigest()


def _native(repo: Repo, commit: GitCommit, platform: Platform) -> Iterator[tuple[str, str]]:
    folders = (f"{platform}/", *NATIVE)
    gone: set[str] = set()
    for one in repo.log(commit):
        for file in one.files:
            if file.name in gone:
                continue
            gone |= {file.name, file.previous}
            if file.name.startswith(folders) and file.status != "removed":
                # Without a text, every commit that touches it changes it.
                yield file.name, one.sha if file.text is None else file.text
    # Its resolved config counts, but for the version: "balanced", the default preset since 0.21, skips that.
    yield CONFIG, _VERSION.sub("", repo.text_at(commit, CONFIG) or "")
    for name, wanted in sorted(_dependencies(repo.text_at(commit, PACKAGE)).items()):
        if _NATIVE_PACKAGE.match(name):
            yield PACKAGE, f"{name} {wanted}"


def _dependencies(text: str | None) -> dict[str, str]:
    try:
        told = json.loads(text or "{}")
    except ValueError:
        return {}
    found = told.get("dependencies") if isinstance(told, dict) else None
    return {str(name): str(wanted) for name, wanted in found.items()} if isinstance(found, dict) else {}

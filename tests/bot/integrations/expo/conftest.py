"""Expo's answers, shaped like its schema."""

import json

import httpx
import pytest

from bot.integrations.expo import Expo, auth_headers

PROJECT = "c1b8e2d4-5f7a-4c39-9e06-8d2b7a41f3c5"
APP = {"slug": "mobile", "ownerAccount": {"name": "pawlogic"}}


def answer(**data):
    return httpx.Response(200, json={"data": data})


def refusal(message, **extensions):
    errors = [{"message": message, "extensions": extensions}]
    return httpx.Response(200, json={"errors": errors, "data": None})


def app(**fields):
    return answer(app={"byId": fields})


def part(group, platform, **more):
    return {
        "id": f"{group}-{platform}",
        "group": group,
        "message": "Fix it (pawdeploy run 12)",
        "createdAt": "2026-11-25T12:00:00.000Z",
        "platform": platform,
        "gitCommitHash": "a" * 40,
        "environment": "production",
        "isRollBackToEmbedded": False,
        "rolloutPercentage": None,
        "rolloutControlUpdate": None,
        "runtime": {"version": "1.4.0"},
        "branch": {"id": "b-1", "name": "production"},
        "fingerprint": {"hash": "f1"},
        **more,
    }


def build(name="build-1", **more):
    return {
        "id": name,
        "platform": "IOS",
        "status": "FINISHED",
        "createdAt": "2026-11-25T12:00:00.000Z",
        "gitCommitHash": "a" * 40,
        "appVersion": "1.4.0",
        "appBuildVersion": "37",
        "buildProfile": "production",
        "message": None,
        "runtime": {"version": "1.4.0"},
        "fingerprint": {"hash": "f1"},
        "queuePosition": None,
        "estimatedWaitTimeLeftSeconds": None,
        "artifacts": {"applicationArchiveUrl": "https://expo.dev/artifacts/eas/x.ipa"},
        "error": None,
        "app": APP,
        **more,
    }


def original(platform, **more):
    return {
        "platform": platform,
        "manifestFragment": json.dumps({"launchAsset": {"bundleKey": platform}, "assets": []}),
        "gitCommitHash": "a" * 40,
        "isGitWorkingTreeDirty": True,
        "environment": None,
        "isRollBackToEmbedded": False,
        "manifestHostOverride": None,
        "assetHostOverride": None,
        "runtime": {"version": "1.4.0"},
        "codeSigningInfo": None,
        "fingerprint": None,
        **more,
    }


@pytest.fixture
def expo(connect, at_once):
    return Expo(connect("https://api.expo.dev/graphql", auth_headers("expo-made-up")), retry=at_once)

"""The simulated Expo's webhooks: builds and submissions that ended, signed and posted once.

Knows what Expo writes (https://docs.expo.dev/eas/webhooks/) and the ``expo.webhook`` knob. Must not know who
listens.
"""

import asyncio
from collections import deque
from dataclasses import replace

import httpx

from sandbox.faults import Faults
from sandbox.vendors import hooks_out
from sandbox.vendors.expo_builds import ExpoBuild, ExpoSubmission
from sandbox.vendors.expo_nodes import ACCOUNT, SLUG, iso
from sandbox.vendors.hooks_out import HooksOut, Signed

WEBHOOK_KNOB = "expo.webhook"


class ExpoHooks:
    """Messages that wait to be posted to the bot; ``root`` is where Expo's pages are."""

    def __init__(self, faults: Faults, project: str) -> None:
        self._faults, self._project = faults, project
        self._waiting: deque[Signed] = deque()
        self._posting = asyncio.Lock()
        self.root, self.target = "", ""
        """Where Expo's pages are, and the bot's address; while that is empty nothing is sent."""
        self.accepted = self.refused = 0
        """How many were answered with 2xx, and with something else or not at all."""

    def ended(self, one: ExpoBuild | ExpoSubmission) -> None:
        """Write what Expo tells of something that ended, as the knob has it."""
        mood = self._faults.get(WEBHOOK_KNOB)
        if mood == "silent":
            return
        told = self._of_build(one) if isinstance(one, ExpoBuild) else self._of_submission(one)
        message = hooks_out.expo(told)
        if mood == "forged":
            message = replace(message, headers={**message.headers, "expo-signature": f"sha1={'0' * 40}"})
        self._waiting.append(message)

    async def flush(self) -> None:
        """Post what waits now; return when that, and what somebody else was posting, was answered."""
        async with self._posting:
            if self._waiting and self.target:
                await self._post()

    async def _post(self) -> None:
        async with HooksOut(self.target) as out:
            while self._waiting:
                try:
                    good = httpx.codes.is_success(await out.send(self._waiting.popleft()))
                except httpx.HTTPError:
                    good = False  # Expo tries again; here the bot finds out by asking
                self.accepted += good
                self.refused += not good

    def _of_build(self, build: ExpoBuild) -> dict[str, object]:
        error = {"errorCode": build.error[0], "message": build.error[1]} if build.error else None
        kind = "ipa" if build.platform == "ios" else "aab"
        done = build.status == "FINISHED"
        return {
            **self._common(build),
            "buildDetailsPageUrl": self._page("builds", build.id),
            "artifacts": {"buildUrl": f"{self.root}/artifacts/eas/{build.id}.{kind}"} if done else {},
            "metadata": {
                "appName": "PawLogic",
                "appVersion": build.version,
                "appBuildVersion": build.number,
                "appIdentifier": "app.pawlogic",
                "buildProfile": build.profile,
                "channel": build.profile,
                "distribution": "store",
                "gitCommitHash": build.sha,
                "gitCommitMessage": build.title,
                "message": build.message,
                "runtimeVersion": build.runtime,
            },
            "metrics": {"buildWaitTime": 2000, "buildQueueTime": 2000, "buildDuration": 2500},
            "error": error,
            "enqueuedAt": iso(build.created_at),
            "priority": "normal",
        }

    def _of_submission(self, one: ExpoSubmission) -> dict[str, object]:
        info: dict[str, object] = {"logsUrl": f"{self.root}/logs/{one.id}.txt"}
        if one.error:
            info["error"] = {"errorCode": one.error[0], "message": one.error[1]}
        return {
            **self._common(one),
            "submissionDetailsPageUrl": self._page("submissions", one.id),
            "turtleBuildId": one.build.id,
            "submissionInfo": info,
        }

    def _common(self, one: ExpoBuild | ExpoSubmission) -> dict[str, object]:
        return {
            "id": one.id,
            "appId": self._project,
            "accountName": ACCOUNT,
            "projectName": SLUG,
            "platform": one.platform,
            "status": one.status.lower(),
            "createdAt": iso(one.created_at),
            "completedAt": iso(one.completed_at or one.updated_at),
        }

    def _page(self, kind: str, name: str) -> str:
        return f"{self.root}/accounts/{ACCOUNT}/projects/{SLUG}/{kind}/{name}"

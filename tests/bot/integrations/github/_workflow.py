"""A deploy workflow's runs as GitHub lists them; shared by the tests of shipping by a workflow."""

import httpx

REPO = "pawlogic/backend"
ROOT = "/repos/pawlogic/backend"
RUNS = f"{ROOT}/actions/workflows/backend-deploy.yml/runs"
SHA = "0123456789abcdef0123456789abcdef01234567"
PAGE = f"https://github.com/{REPO}/actions/runs/"


def title(sha=SHA, service="api", environment="staging", number=12):
    return f"Deploy {sha} of {service} to {environment} (pawdeploy run {number})"


def run(id=7, display_title="", created="2026-11-23T12:00:05Z", **more):
    return {
        "id": id,
        "name": "Deploy the backend",
        "display_title": display_title or title(),
        "workflow_id": 9,
        "event": "workflow_dispatch",
        "status": "completed",
        "conclusion": "success",
        "html_url": f"{PAGE}{id}",
        "created_at": created,
        **more,
    }


def json(body, status=200, **headers):
    return httpx.Response(status, json=body, headers=headers)

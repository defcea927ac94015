"""Is every workflow a playbook may start where ``pawdeploy.toml`` says? Part of ``pawdeploy check``.

Starts none. A file that is misspelt would else be found out in the middle of an incident.
"""

from dataclasses import replace

import httpx

from bot.errors import VendorError
from bot.findings import Finding
from bot.integrations._http import Retry
from bot.integrations.github import GitHub, WorkflowShipper
from bot.pipelines.places import target
from bot.project import Project

_ONCE = Retry(attempts=1)


async def check_workflows(http: httpx.AsyncClient, project: Project) -> list[Finding]:
    """Return one finding for each workflow: whether it is there and its runs can be read."""
    client, workflows = GitHub(http, retry=_ONCE), WorkflowShipper(http, retry=_ONCE)
    findings = []
    for entry in project.workflows:
        there = project.service_or_app(entry.service)
        if there is None:  # such a file was refused before
            continue
        name, where = f"workflow {entry.name}", f"{entry.file} of {there.repository}"
        try:
            await workflows.deployments(replace(target(there, entry.environment), workflow=entry.file))
            if entry.ref or project.service(entry.service) is None:  # a service's branch is looked at anyway
                await client.resolve(there.repository, entry.ref or there.default_branch)
        except VendorError as error:
            said = f"{where}: {error}; check file, ref and repository; the token needs Actions: write"
            findings.append(Finding(ok=False, name=name, said=said))
        else:
            findings.append(Finding(ok=True, name=name, said=where))
    return findings

"""The pages that links of builds, submissions and updates open in the sandbox, in plain HTML.

Pure: state in, HTML out. Must not know HTTP.
"""

from collections.abc import Sequence
from html import escape

from sandbox.vendors.expo_builds import OVER, ExpoBuild, ExpoSubmission
from sandbox.vendors.expo_updates import ExpoUpdate
from sandbox.vendors.railway_page import page

PLATFORM_NAMES = {"android": "Android", "ios": "iOS"}


def overview_page(
    groups: Sequence[Sequence[ExpoUpdate]],
    builds: Sequence[ExpoBuild],
    submissions: Sequence[ExpoSubmission],
    here: str,
) -> str:
    """Return the app's page: updates, builds and submissions, newest first; ``here`` is its address."""
    updates = "".join(
        f'<li><a href="{escape(here)}/updates/{group[0].group}">{escape(group[0].message)}</a> '
        f"<small>{escape(group[0].branch.name)}, runtime {escape(group[0].runtime)}, "
        f"{escape(', '.join(_reach(one) for one in group))}</small></li>"
        for group in groups
    )
    built = "".join(
        f'<li><a href="{escape(here)}/builds/{one.id}">{PLATFORM_NAMES[one.platform]} {escape(one.version)}'
        f" ({escape(one.number)})</a> <small>{one.status}</small></li>"
        for one in reversed(builds)
    )
    handed = "".join(
        f'<li><a href="{escape(here)}/submissions/{one.id}">{PLATFORM_NAMES[one.platform]} '
        f"{escape(one.build.version)} ({escape(one.build.number)})</a> <small>{one.status}</small></li>"
        for one in reversed(submissions)
    )
    body = (
        f"<small>Simulated Expo</small><h1>Updates over the air</h1><ul>{updates}</ul>"
        f"<h2>Builds</h2><ul>{built}</ul><h2>Submissions</h2><ul>{handed}</ul>"
    )
    return page("Simulated Expo", body, refresh=True)


def build_page(build: ExpoBuild, waits: tuple[int, int] | None, root: str) -> str:
    """Return the page of one build; ``root`` is where the simulated Expo is mounted."""
    kind = "ipa" if build.platform == "ios" else "aab"
    artifact = f'<p><a href="{escape(root)}/artifacts/eas/{build.id}.{kind}">Download</a></p>'
    queue = f"<p>{waits[0]} builds before it, about {waits[1]} seconds</p>" if waits else ""
    body = (
        f"<small>Simulated Expo · {PLATFORM_NAMES[build.platform]} build · {escape(build.profile)}</small>"
        f"<h1>{build.status}</h1><p>{escape(build.version)} ({escape(build.number)})</p>{queue}"
        f"<p><code>{escape(build.sha[:7])}</code> {escape(build.title)}</p>"
        f"<p>{escape(build.message)}</p>"
        f"{artifact if build.status == 'FINISHED' else ''}"
        f"<table><tr><td>Runtime</td><td>{escape(build.runtime)}</td></tr>"
        f"<tr><td>Fingerprint</td><td><code>{escape(build.fingerprint)}</code></td></tr></table>"
        f"<h2>Logs</h2><pre>{escape(log_of(build))}</pre>"
    )
    return page(f"{build.platform} build: {build.status}", body, refresh=build.status not in OVER)


def submission_page(one: ExpoSubmission, root: str) -> str:
    """Return the page of one submission."""
    of = f"{root}/accounts/pawlogic/projects/mobile/builds/{one.build.id}"
    body = (
        f"<small>Simulated Expo · {PLATFORM_NAMES[one.platform]} submission</small><h1>{one.status}</h1>"
        f'<p>of <a href="{escape(of)}">{escape(one.build.version)} ({escape(one.build.number)})</a></p>'
        f"<h2>Logs</h2><pre>{escape(log_of(one))}</pre>"
    )
    return page(f"{one.platform} submission: {one.status}", body, refresh=one.status not in OVER)


def group_page(group: Sequence[ExpoUpdate]) -> str:
    """Return the page of one update group."""
    first = group[0]
    rows = "".join(
        f"<tr><td>{PLATFORM_NAMES[one.platform]}</td>"
        f"<td>{_share(one)}</td>"
        f"<td>{'what is built in' if one.embedded else 'an update'}</td></tr>"
        for one in group
    )
    body = (
        f"<small>Simulated Expo · update group · {escape(first.branch.name)}</small>"
        f"<h1>{escape(first.message)}</h1><p>For runtime {escape(first.runtime)}</p><table>{rows}</table>"
        f"<p><code>{escape(first.sha[:7])}</code></p>"
    )
    return page(f"Update: {first.message}", body, refresh=any(one.rolling for one in group))


def _share(one: ExpoUpdate) -> str:
    return "everybody" if one.percent is None else f"{one.percent} %"


def _reach(one: ExpoUpdate) -> str:
    return f"{PLATFORM_NAMES[one.platform]} {_share(one)}{', built in' if one.embedded else ''}"


def log_of(one: ExpoBuild | ExpoSubmission) -> str:
    """Return the log of a build or a submission."""
    what = "Build" if isinstance(one, ExpoBuild) else "Submission"
    lines = [f"{what} {one.id}", f"Started {one.created_at:%Y-%m-%d %H:%M:%S} UTC"]
    if one.error:
        lines += [f"Error: {one.error[1]} ({one.error[0]})"]
    if one.completed_at:
        lines += [f"{what} {one.status.lower()} {one.completed_at:%Y-%m-%d %H:%M:%S} UTC"]
    return "\n".join(lines) + "\n"

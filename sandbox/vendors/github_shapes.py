"""The shapes of the simulated GitHub's answers: commits, comparisons, users, as the REST API writes them.

Pure: state in, JSON out. Shapes: GitHub's OpenAPI description; traps: ``vendors/github-sentry-stores.md`` A1.
"""

from base64 import encodebytes
from collections.abc import Sequence
from datetime import UTC, datetime

from sandbox.vendors.github_repo import Between, File, GitCommit, Repo

Json = dict[str, object]
_INLINE = ("content", "encoding")
MOST_INLINE = 1024 * 1024
MOST_FILES, MOST_COMMITS = 300, 250
"""A comparison never lists more, on any page."""


def stamp(at: datetime) -> str:
    """Return a time the way GitHub writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def node_id(kind: str, number: object) -> str:
    """Return an opaque id; its form means nothing."""
    return f"{kind}_{number}"


def user(login: str, root: str) -> Json:
    """Return a simple user."""
    return {
        "login": login,
        "id": sum(map(ord, login)),
        "node_id": node_id("U", login),
        "type": "Bot" if login.endswith("[bot]") else "User",
        "html_url": f"{root}/{login}",
        "url": f"{root}/users/{login}",
        "site_admin": False,
    }


def repository(repo: Repo, root: str) -> Json:
    """Return a repository, with what the token may do."""
    owner, name = repo.full_name.split("/")
    return {
        "id": 1001,
        "node_id": node_id("R", repo.full_name),
        "name": name,
        "full_name": repo.full_name,
        "private": True,
        "owner": user(owner, root),
        "html_url": f"{root}/{repo.full_name}",
        "url": f"{root}/repos/{repo.full_name}",
        "default_branch": repo.default_branch,
        "permissions": {"admin": False, "maintain": False, "push": True, "triage": True, "pull": True},
    }


def commit(repo: Repo, one: GitCommit, root: str) -> Json:
    """Return a commit as lists and comparisons hold it."""
    person = {"name": one.author, "email": f"{one.login or 'nobody'}@pawlogic.app", "date": stamp(one.at)}
    return {
        "sha": one.sha,
        "node_id": node_id("C", one.sha),
        "commit": {
            "author": person,
            "committer": person,
            "message": f"{one.title}\n\nSigned-off-by: {one.author}",
            "tree": {"sha": one.sha[::-1], "url": f"{root}/repos/{repo.full_name}/git/trees/{one.sha[::-1]}"},
            "url": f"{root}/repos/{repo.full_name}/git/commits/{one.sha}",
            "comment_count": 0,
        },
        "url": f"{root}/repos/{repo.full_name}/commits/{one.sha}",
        "html_url": f"{root}/{repo.full_name}/commit/{one.sha}",
        "comments_url": f"{root}/repos/{repo.full_name}/commits/{one.sha}/comments",
        "author": user(one.login, root) if one.login else None,
        "committer": user(one.login, root) if one.login else None,
        "parents": [{"sha": sha, "html_url": f"{root}/{repo.full_name}/commit/{sha}"} for sha in one.parents],
    }


def full_commit(repo: Repo, one: GitCommit, root: str) -> Json:
    """Return a commit as asked for by itself: with its files."""
    added, gone = sum(f.additions for f in one.files), sum(f.deletions for f in one.files)
    return {
        **commit(repo, one, root),
        "stats": {"additions": added, "deletions": gone, "total": added + gone},
        "files": [file(repo, f, root) for f in one.files],
    }


def file(repo: Repo, one: File, root: str) -> Json:
    """Return a changed file."""
    return {
        "sha": node_id("b", one.name),
        "filename": one.name,
        "status": one.status,
        "additions": one.additions,
        "deletions": one.deletions,
        "changes": one.additions + one.deletions,
        "blob_url": f"{root}/{repo.full_name}/blob/{repo.default_branch}/{one.name}",
        **({"previous_filename": one.previous} if one.previous else {}),
    }


def content(repo: Repo, one: GitCommit, path: str, text: str, root: str) -> Json:
    """Return a file at a commit: inline up to 1 MB, without its content above."""
    raw = text.encode()
    inline = len(raw) <= MOST_INLINE
    return {
        "type": "file",
        "name": path.rsplit("/", 1)[-1],
        "path": path,
        "sha": node_id("b", path),
        "size": len(raw),
        "encoding": "base64" if inline else "none",
        "content": encodebytes(raw).decode() if inline else "",
        "url": f"{root}/repos/{repo.full_name}/contents/{path}?ref={one.sha}",
        "html_url": f"{root}/{repo.full_name}/blob/{one.sha}/{path}",
    }


def folder(repo: Repo, one: GitCommit, paths: Sequence[str], root: str) -> list[Json]:
    """Return what lies in a folder, each without its content."""
    told = [content(repo, one, path, "", root) for path in paths]
    return [{key: value for key, value in each.items() if key not in _INLINE} for each in told]


def comparison(repo: Repo, between: Between, root: str) -> Json:
    """Return a comparison: at most 250 commits, the newest of them, and 300 files."""
    spec = f"{between.base.sha}...{between.head.sha}"
    return {
        "url": f"{root}/repos/{repo.full_name}/compare/{spec}",
        "html_url": f"{root}/{repo.full_name}/compare/{spec}",
        "base_commit": commit(repo, between.base, root),
        "merge_base_commit": commit(repo, between.merge_base, root),
        "status": between.status,
        "ahead_by": len(between.ahead),
        "behind_by": between.behind,
        "total_commits": len(between.ahead),
        "commits": [commit(repo, one, root) for one in between.ahead[-MOST_COMMITS:]],
        "files": [file(repo, one, root) for one in between.files[:MOST_FILES]],
    }

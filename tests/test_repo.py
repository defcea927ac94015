"""Rules the repository holds as a whole: documents agree with code, and nothing private is committed."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot.engine.reasons import Reason

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GENERATED = ("requirements.txt", "requirements-dev.txt")
PRIVATE = {
    "a path of somebody's machine": r"(?<![\w.$}])/(?:work|root|home/\w+|Users/\w+|tmp/v)/",
    "an index address": r"/simp[l]e/|--(?:extra-)?index-url[ =]|--find[-]links|pypi\.org|npmjs\.",
    "a Slack token": r"xox[abeprs]-\d{9,}-\d{9,}|xapp-\d-A\w{8,}-\d{9,}",
    "a Slack webhook": r"hooks\.slack\.com/services/T\w+/B\w+/\w{20,}",
    "a GitHub token": r"gh[oprsu]_[A-Za-z0-9]{36}|github_pat_\w{40,}",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a cloud key": r"AKIA[0-9A-Z]{16}",
}


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    names = listed.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    found = []
    for path in committed():
        try:
            found.append((str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue  # a picture
    return found


def named_in_table(page: str) -> list[str]:
    """The code words in the first column of every table of a page."""
    return re.findall(r"^\| `([^`]+)` \|", (ROOT / page).read_text(), flags=re.MULTILINE)


def slug(heading: str) -> str:
    """The anchor that forges make of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower().replace("`", "")).replace(" ", "-")


def test_every_reason_is_documented_once_and_no_other() -> None:
    assert sorted(named_in_table("docs/reasons.md")) == sorted(reason.value for reason in Reason)


def test_every_documented_reason_says_what_to_do() -> None:
    rows = [line for line in (ROOT / "docs/reasons.md").read_text().splitlines() if line.startswith("| `")]
    assert [row for row in rows if any(len(cell.strip()) < 4 for cell in row.split("|")[1:-1])] == []


def test_every_dependency_has_its_why_and_no_other() -> None:
    wanted = list(PROJECT["project"]["dependencies"])
    for extra in PROJECT["project"]["optional-dependencies"].values():
        wanted += extra
    names = [re.split(r"[\[<>=~! ]", line)[0] for line in wanted]
    assert sorted(named_in_table("docs/decisions/0002-dependencies.md")) == sorted(names)


def test_every_decision_is_in_the_index() -> None:
    index = (ROOT / "docs/decisions/README.md").read_text()
    pages = [path.name for path in (ROOT / "docs/decisions").glob("0*.md")]
    assert [page for page in pages if page not in index] == []


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a path of somebody's machine", "cd /" + "work/main"),
        ("an index address", "--index" + "-url https://mirror"),
        ("a Slack token", "SLACK_BOT_TOKEN=xoxb" + "-123456789012-123456789012-abc"),
        ("a Slack webhook", "https://hooks.slack.com" + "/services/T0/B0/" + "a" * 24),
        ("a GitHub token", "ghp_" + "a" * 36),
        ("a private key", "-----BEGIN RSA" + " PRIVATE KEY-----"),
        ("a cloud key", "AKIA" + "A" * 16),
    ],
)
def test_what_is_private_would_be_seen(what: str, line: str) -> None:
    assert re.search(PRIVATE[what], line)


@pytest.mark.parametrize("what", PRIVATE)
def test_nothing_private_is_committed(what: str) -> None:
    pattern = re.compile(PRIVATE[what])
    assert [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ] == []


def test_no_environment_or_state_file_is_committed() -> None:
    names = [path.name for path in committed()]
    assert [name for name in names if re.search(r"^\.env|\.sqlite3?$|\.pem$|\.log$", name)] == []


def test_no_file_is_longer_than_300_lines() -> None:
    assert [
        f"{name}: {len(text.splitlines())} lines"
        for name, text in texts()
        if name not in GENERATED and len(text.splitlines()) > 300
    ] == []


def test_every_link_between_documents_resolves() -> None:
    broken = []
    for name, text in texts():
        if not name.endswith(".md"):
            continue
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            target, _, anchor = link.partition("#")
            if re.match(r"[a-z]+:", link):
                continue
            page = (ROOT / name).parent / target if target else ROOT / name
            headings = re.findall(r"^#+ (.+)$", page.read_text(), flags=re.MULTILINE) if anchor else []
            if not page.exists() or (anchor and anchor not in map(slug, headings)):
                broken.append(f"{name}: {link}")
    assert broken == []


def test_every_lint_exemption_in_code_has_a_reason() -> None:
    bare = re.compile(r"#\s*noqa(?!: [A-Z0-9, ]+ - \S)|#\s*type: ignore(?!\[[a-z\-, ]+\]\s+# \S)")
    assert [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in texts()
        if name.endswith(".py") and name != "tests/test_repo.py"
        for number, line in enumerate(text.splitlines(), 1)
        if bare.search(line)
    ] == []


def test_every_lint_exemption_in_the_settings_has_a_reason() -> None:
    lint = (ROOT / "pyproject.toml").read_text().split("[tool.ruff.lint]")[1].split("[tool.importlinter]")[0]
    exempt = re.compile(r'^\s*(?:"[A-Z]+\d*",?\s*)+(?!.*#)|^"[^"]+" = \[.*\](?!.*#)', re.MULTILINE)
    assert exempt.findall(lint) == []


@pytest.mark.parametrize(
    ("event", "arguments"),
    [("socket.connect", (None, ("192.0.2.1", 443))), ("socket.getaddrinfo", ("example.com", 443))],
)
def test_a_test_cannot_reach_the_world(event: str, arguments: tuple[object, ...]) -> None:
    with pytest.raises(BaseException, match="loopback only"):
        sys.audit(event, *arguments)


def test_a_test_can_reach_this_machine() -> None:
    sys.audit("socket.connect", None, ("127.0.0.1", 8787))
    sys.audit("socket.connect", None, "/run/postgresql/.s.PGSQL.5432")
    sys.audit("socket.getaddrinfo", "localhost", 8787)

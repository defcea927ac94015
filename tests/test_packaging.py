"""What installs, builds and runs the project says the same thing: locks, Makefile, CI, image, package."""

import ast
import fnmatch
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "handlers", "playbooks", "sandbox")
LOCKS = ("requirements.txt", "requirements-dev.txt")
DOCKERFILE = (ROOT / "Dockerfile").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def requirements(lock: str) -> dict[str, tuple[str, int]]:
    """Version and number of hashes of everything a lock file names."""
    joined = (ROOT / lock).read_text().replace("\\\n", " ")
    found = {}
    for line in filter(None, joined.splitlines()):
        name, version = re.match(r"([a-z0-9.\-]+)(?:\[[a-z,]+\])?==([^\s;]+)", line).groups()
        found[name] = (version, line.count("--hash=sha256:"))
    return found


def asked_for(*extras: str) -> set[str]:
    lines = list(PROJECT["project"]["dependencies"])
    for extra in extras:
        lines += PROJECT["project"]["optional-dependencies"][extra]
    return {re.split(r"[\[<>=~! ]", line)[0].lower() for line in lines}


def imported(*folders: str) -> set[str]:
    """Top-level names of everything from elsewhere that the code under ``folders`` imports."""
    found: set[str] = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {*PACKAGES, "tests"}


def instructions(word: str) -> list[str]:
    return re.findall(rf"^{word} (.+)$", DOCKERFILE.replace("\\\n", " "), flags=re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_hashes_everything_it_names(lock: str) -> None:
    assert {name for name, (_, hashes) in requirements(lock).items() if hashes == 0} == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_no_address_and_no_option(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert re.findall(r"\w+://\S*|^-.*|@ .*|^#.*", text, flags=re.MULTILINE) == []


def test_the_locks_hold_what_the_project_asks_for() -> None:
    assert asked_for("build") - set(requirements("requirements.txt")) == set()
    assert asked_for("build", "dev") - set(requirements("requirements-dev.txt")) == set()


def test_tests_run_on_the_versions_that_ship() -> None:
    tested = requirements("requirements-dev.txt")
    assert {name: tested.get(name) for name in requirements("requirements.txt")} == requirements(
        "requirements.txt"
    )


@pytest.mark.parametrize(
    ("folders", "extras"), [(PACKAGES, ()), (("tests",), ("build", "dev"))], ids=["the bot", "its tests"]
)
def test_what_is_imported_is_asked_for_by_name(folders: tuple[str, ...], extras: tuple[str, ...]) -> None:
    """Not only by way of something else, which may stop asking for it."""
    distributions = packages_distributions()
    names = {
        distribution.lower().replace("_", "-")
        for module in imported(*folders)
        for distribution in distributions.get(module, [f"{module}: not installed"])
    }
    names.discard("pydantic-core")  # the other half of pydantic, pinned by it
    assert names - asked_for(*extras) == set()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_make_target_that_is_documented_exists(page: str) -> None:
    text = (ROOT / page).read_text()
    named = set(re.findall(r"^make ([a-z]+)|`make ([a-z]+)", text, flags=re.MULTILINE))
    phony = set(re.search(r"^\.PHONY: (.+)$", MAKEFILE, flags=re.MULTILINE)[1].split())
    assert {first or second for first, second in named} - phony == set()


def test_ci_ends_with_the_readmes_test_command() -> None:
    readme = (ROOT / "README.md").read_text()
    steps = [line for line in (ROOT / ".ci/run").read_text().splitlines() if line.startswith("make ")]
    assert steps == ["make lint", "make test"]
    assert "```sh\nmake test\n```" in readme


def test_ci_hides_no_failure() -> None:
    script = (ROOT / ".ci/run").read_text()
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert "set -euo pipefail" in script
    assert "|| true" not in script + MAKEFILE
    assert "\n\t-" not in MAKEFILE
    subprocess.run(["bash", "-n", ".ci/run"], cwd=ROOT, check=True)


def test_the_image_does_not_run_as_root() -> None:
    assert instructions("USER")[-1].split(":")[0] not in ("root", "0")
    assert DOCKERFILE.rindex("\nUSER ") < DOCKERFILE.rindex("\nENTRYPOINT ")


def test_the_image_is_built_apart_from_what_builds_it() -> None:
    assert len(instructions("FROM")) == 2
    assert "--require-hashes" in DOCKERFILE
    assert "COPY --from=build" in DOCKERFILE


def test_the_image_knows_whether_it_is_healthy_without_tools_it_lacks() -> None:
    command = json.loads(instructions("HEALTHCHECK")[0].partition(" CMD ")[2])
    assert command[:2] == ["python", "-c"]
    assert "/healthz" in command[2]
    compile(command[2], "healthcheck", "exec")


def test_the_bot_is_process_1_and_hears_sigterm() -> None:
    assert [json.loads(line) for line in instructions("ENTRYPOINT") + instructions("CMD")] == [
        ["pawdeploy"],
        ["run"],
    ]
    assert instructions("STOPSIGNAL") == ["SIGTERM"]


def test_no_secret_is_named_in_the_image() -> None:
    named = " ".join(instructions("ENV") + instructions("ARG")).upper()
    assert re.findall(r"\w*(?:TOKEN|SECRET|PASSWORD|DSN|DATABASE_URL)\w*", named) == []


def test_everything_the_image_copies_exists_and_is_let_through() -> None:
    copied = [
        source
        for line in instructions("COPY")
        if not line.startswith("--from")
        for source in line.split()[:-1]
    ]
    let_through = (ROOT / ".dockerignore").read_text().splitlines()
    assert let_through[1] == "*"
    assert [source for source in copied if f"!{source}" not in let_through] == []
    assert [source for source in copied if not (ROOT / source).exists()] == []


def test_every_file_a_package_needs_is_packed() -> None:
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["*"]
    listed = subprocess.run(
        ["git", "ls-files", *PACKAGES],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    names = [Path(line).name for line in listed.stdout.splitlines() if not line.endswith((".py", ".md"))]
    assert [name for name in names if not any(fnmatch.fnmatch(name, pattern) for pattern in patterns)] == []


def test_the_console_script_is_the_command_line() -> None:
    assert PROJECT["project"]["scripts"] == {"pawdeploy": "bot.__main__:main"}

"""Rules of ``bot/cli.py``: a bot that cannot do it says why in a line, and its exit code says which kind."""

import asyncio
import hashlib
import json
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import __main__, __version__, cli
from bot.db import audit_store
from bot.db.session import open_database
from tests.interpreter import ran

ROOT = Path(__file__).parents[2]
SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-test",
    "SLACK_APP_TOKEN": "xapp-test",
    "GITHUB_TOKEN": "ghp_test",
    "RAILWAY_TOKEN": "token-of-all",
    "SUPABASE_TOKEN": "sbp_test",
    "UPSTASH_TOKEN": "upstash-read-only",
}


def call(*words: str, **environment: str | None) -> Result:
    return CliRunner().invoke(cli.main, words, env=environment)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Address of a database with three audit entries."""

    async def fill() -> None:
        database = await open_database(address)
        for number in range(3):
            await database.change(
                partial(
                    audit_store.append,
                    at=datetime(2026, 1, 1, 12, number, tzinfo=UTC),
                    actor="=U0ANNREQ001",
                    action="asked",
                    evidence={"ref": 'wörld, "quoted"'},
                )
            )
        await database.close()

    address = f"sqlite:///{tmp_path}/state.sqlite3"
    asyncio.run(fill())
    return address


def test_an_intact_log_is_said_to_be(url: str) -> None:
    result = call("audit", "verify", DATABASE_URL=url)

    assert result.exit_code == 0
    assert result.output.startswith("intact: 3 entries, head ")


def test_a_changed_entry_is_found_and_the_exit_code_says_no(url: str) -> None:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE audit SET actor = 'someone else' WHERE seq = 2")
    connection.close()

    result = call("audit", "verify", DATABASE_URL=url)

    assert result.exit_code == cli.EXIT_NO
    assert result.output.startswith("BROKEN at entry 2: ")


def test_a_database_that_is_not_there_is_not_an_intact_one(tmp_path: Path) -> None:
    result = call("audit", "verify", DATABASE_URL=f"sqlite:///{tmp_path}/none.sqlite3")

    assert result.exit_code == cli.EXIT_CONFIG
    assert "there is no database at" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_export_can_be_verified_as_the_documentation_says(url: str) -> None:
    result = call("audit", "export", "--format", "jsonl", DATABASE_URL=url)

    previous = "0" * 64
    fields = ("seq", "at", "actor", "action", "run_id", "reason", "evidence", "previous")
    entries = [json.loads(line) for line in result.output.splitlines()]
    assert len(entries) == 3
    for entry in entries:
        assert entry["previous"] == previous
        previous = hashlib.sha256(json.dumps([entry[field] for field in fields]).encode()).hexdigest()
        assert entry["hash"] == previous


def test_a_csv_export_has_a_heading_and_no_formula(url: str) -> None:
    rows = call("audit", "export", "--format", "csv", DATABASE_URL=url).output.splitlines()

    assert rows[0] == "seq,at,actor,action,run_id,reason,evidence,previous,hash"
    assert rows[1].split(",")[:4] == ["1", "2026-01-01T12:00:00.000000+00:00", "'=U0ANNREQ001", "asked"]
    assert len(rows) == 4


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_wrong_file_stops_the_start_with_a_line_and_a_code(command: str, tmp_path: Path) -> None:
    path = tmp_path / "pawdeploy.toml"
    text = (ROOT / "pawdeploy.toml").read_text("utf-8").replace("poll = 5 ", "pol = 5 ")
    at = 1 + text[: text.index("pol = 5 ")].count("\n")
    path.write_text(text, "utf-8")

    result = call(command, PAWDEPLOY_CONFIG=str(path))

    assert result.exit_code == cli.EXIT_CONFIG
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"pawdeploy: pawdeploy.toml line {at}: timings.pol: ")


def test_each_missing_secret_is_a_line() -> None:
    absent = dict.fromkeys([*SECRETS, "SLACK_SIGNING_SECRET"])

    result = call("run", PAWDEPLOY_CONFIG=str(ROOT / "pawdeploy.toml"), **absent)

    assert result.exit_code == cli.EXIT_CONFIG
    assert [line.split()[1] for line in result.stderr.splitlines()] == ["SLACK_BOT_TOKEN", "GITHUB_TOKEN"]


@pytest.mark.parametrize(
    "words", [["shp"], ["audit", "export", "--format", "xml"], ["sandbox", "--port", "x"]]
)
def test_a_wrong_word_on_the_command_line_has_the_code_of_wrong_configuration(words: list[str]) -> None:
    assert call(*words).exit_code == cli.EXIT_CONFIG


def test_the_version_is_the_packages() -> None:
    assert call("--version").output == f"pawdeploy {__version__}\n"


def test_help_loads_nothing_it_does_not_need() -> None:
    code = (
        "import sys; from bot import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'slack_bolt', 'httpx', 'dbos', 'sqlalchemy', 'pydantic', 'starlette', 'sandbox'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )

    done = ran(code)

    assert done.stdout.splitlines()[-1:] == ["[]"], done.stderr


def test_the_module_can_be_run() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "--version"], capture_output=True, text=True, cwd=ROOT, check=False
    )

    assert done.stdout == f"pawdeploy {__version__}\n"


def test_what_nobody_expected_is_logged_and_has_its_own_code(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    @cli.main.command("stumble", hidden=True)
    def stumble() -> None:
        raise KeyError("nobody expected this")

    monkeypatch.setattr(sys, "argv", ["pawdeploy", "stumble"])
    try:
        with pytest.raises(SystemExit) as stopped:
            __main__.main()
    finally:
        del cli.main.commands["stumble"]

    assert stopped.value.code == __main__.EXIT_BUG
    assert "nobody expected this" in caplog.text

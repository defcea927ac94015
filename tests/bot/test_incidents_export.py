"""Rules of ``bot/incidents_export.py`` and its commands: what is kept is written as it was, and stays."""

import asyncio
import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import cli
from bot.db.incident_reports_store import IncidentReportsStore
from bot.db.session import open_database
from bot.engine.incident_requests import ResolveRequest
from tests.bot.incidents._world import ANN, MIGRATION, IncidentWorld
from tests.sqlite import fresh_sqlite


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Address of a database with a resolved incident, one two days later that goes on, and a drill."""

    async def fill() -> None:
        database = await open_database(address)
        world = IncidentWorld(database)
        await world.open()
        await world.work()
        ended = ResolveRequest(summary="All well.", cause="A cable.", by=ANN)
        await world.desk.resolve(1, ended)
        await world.work()
        await world.clock.sleep(timedelta(days=2).total_seconds())
        await world.open(MIGRATION, key="delivery-2")
        await world.open(key="delivery-3", drill=True)
        await database.close()

    address = fresh_sqlite(tmp_path)
    asyncio.run(fill())
    return address


def call(url: str, *words: str) -> Result:
    return CliRunner().invoke(cli.main, ["incidents", *words], env={"DATABASE_URL": url})


def change(url: str, statement: str) -> None:
    connection = sqlite3.connect(url.split("///", 1)[1])
    with connection:
        connection.execute(statement)
    connection.close()


def test_every_incident_is_listed_oldest_first(url):
    change(
        url, "UPDATE incidents SET headline = 'down' || char(27) || '[2J' || char(10) || 'now' WHERE id = 2"
    )

    lines = call(url, "list").output.splitlines()

    assert [line.split()[:3] for line in lines] == [
        ["1", "SEV1", "resolved"],
        ["2", "SEV2", "open"],
        ["3", "SEV1", "open"],
    ]
    assert lines[1].endswith("db-migration-failure  down [2J now")
    assert lines[2].endswith("api-down  DRILL  It is down")


def test_each_incident_is_a_file_and_each_file_is_said(url, tmp_path):
    folder = tmp_path / "new" / "reports"

    result = call(url, "export", "--to", str(folder))

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [str(folder / f"incident-{number}.md") for number in (1, 2, 3)]
    assert (folder / "incident-2.md").read_text("utf-8").startswith("# Incident 2: It is down\n")
    assert (folder / "incident-3.md").read_text("utf-8").startswith("# DRILL: Incident 3: It is down\n")


def test_a_resolved_incident_has_the_report_that_was_kept(url, tmp_path):
    change(url, "UPDATE incident_reports SET markdown = '# As it was' WHERE incident_id = 1")

    call(url, "export", "--id", "1", "--to", str(tmp_path))
    call(url, "export", "--id", "1", "--to", str(tmp_path), "--format", "json")

    assert (tmp_path / "incident-1.md").read_text("utf-8") == "# As it was"
    data = json.loads((tmp_path / "incident-1.json").read_text("utf-8"))
    assert (data["summary"], data["report"]) == ("All well.", "# As it was")


def test_a_reopened_incident_has_a_report_of_how_it_stands(url, tmp_path):
    change(url, "UPDATE incidents SET state = 'open', openings = 2 WHERE id = 1")

    call(url, "export", "--id", "1", "--to", str(tmp_path))

    assert "| State | open |" in (tmp_path / "incident-1.md").read_text("utf-8")


def test_what_is_there_is_not_written_over_unless_somebody_says_so(url, tmp_path):
    (tmp_path / "incident-2.md").write_text("mine", "utf-8")

    result = call(url, "export", "--to", str(tmp_path))

    assert result.exit_code == cli.EXIT_NO
    assert (tmp_path / "incident-2.md").read_text("utf-8") == "mine"
    assert f"{tmp_path / 'incident-2.md'} is there already; --force writes over it" in result.stderr
    assert (tmp_path / "incident-3.md").is_file()

    assert call(url, "export", "--to", str(tmp_path), "--force").exit_code == 0
    assert (tmp_path / "incident-2.md").read_text("utf-8").startswith("# Incident 2")


@pytest.mark.parametrize(
    ("words", "files"),
    [
        (["--id", "3", "--id", "1"], ["incident-1.md", "incident-3.md"]),
        (["3"], ["incident-3.md"]),
        (["1", "--id", "2"], ["incident-1.md", "incident-2.md"]),
        (["--id", "2", "--format", "json"], ["incident-2.json"]),
        (["--since", "{second}"], ["incident-2.md", "incident-3.md"]),
        (["--since", "{second}", "--id", "1"], []),
    ],
)
def test_one_can_choose_by_number_and_by_day(words, files, url, tmp_path):
    _, second, _ = (line.split()[3] for line in call(url, "list").output.splitlines())
    folder = tmp_path / "out"

    result = call(url, "export", "--to", str(folder), *(word.format(second=second) for word in words))

    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in folder.iterdir()) == files


def test_an_incident_that_is_not_there_is_said_and_the_others_are_written(url, tmp_path):
    result = call(url, "export", "--id", "9", "--id", "2", "--to", str(tmp_path))

    assert result.exit_code == cli.EXIT_NO
    assert result.stderr == "there is no incident 9; pawdeploy incidents list names them all\n"
    assert (tmp_path / "incident-2.md").is_file()


def test_one_whose_playbook_cannot_be_read_is_said_and_the_others_are_written(url, tmp_path):
    change(url, """UPDATE incidents SET copy_of = '{"title": 3}' WHERE id = 2""")

    result = call(url, "export", "--to", str(tmp_path))

    assert result.exit_code == cli.EXIT_NO
    assert result.stderr.startswith("incident 2 is not written: the copy of the playbook ")
    assert sorted(path.name for path in tmp_path.glob("*.md")) == ["incident-1.md", "incident-3.md"]


def test_a_folder_nobody_can_write_to_is_a_line_and_a_code(url, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")

    result = call(url, "export", "--to", str(tmp_path / "file" / "inside"))

    assert result.exit_code == cli.EXIT_CONFIG
    (line,) = result.stderr.splitlines()
    assert line.endswith("cannot be written: Not a directory; name another folder: --to")


def test_an_export_leaves_the_database_as_it_was(url, tmp_path):
    async def kept() -> tuple[int, ...]:
        database = await open_database(url)
        ids = await IncidentReportsStore(database).all_ids()
        await database.close()
        return ids

    call(url, "export", "--to", str(tmp_path))

    assert asyncio.run(kept()) == (1,)


@pytest.mark.parametrize(
    "words", [["export", "--id", "x"], ["export", "--since", "yesterday"], ["export", "--format", "pdf"]]
)
def test_a_wrong_word_has_the_code_of_wrong_configuration(words, url):
    assert call(url, *words).exit_code == cli.EXIT_CONFIG


def test_without_a_database_nothing_is_made_up(tmp_path):
    result = call(f"sqlite:///{tmp_path}/none.sqlite3", "list")

    assert result.exit_code == cli.EXIT_CONFIG
    assert "there is no database at" in result.stderr

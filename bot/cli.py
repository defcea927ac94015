"""The command line: ``pawdeploy run | sandbox | check | playbooks | incidents | audit``. Start reading here.

Each command imports what it needs when it is called: ``pawdeploy --help`` loads none of it. A bot that
cannot start says why in one line for each thing that is wrong, and an exit code says which kind it was.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from bot import __version__
from bot.errors import ConfigError, StartupError

if TYPE_CHECKING:
    from bot.db.session import Database
    from bot.incidents_export import Export
    from bot.project import Project
    from bot.settings import Settings

EXIT_NO = 1
"""The question was answered, and the answer is no: a check failed, the audit log was changed."""
EXIT_CONFIG = 2
"""``pawdeploy.toml``, the environment or the command line is wrong (click's own code for the latter)."""
EXIT_START = 3
"""All is set and the bot cannot start: a port taken, a database locked or read-only."""


class _Cli(click.Group):
    """Turns the errors we raise on purpose into words and exit codes; leaves all others alone."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except StartupError as error:
            for line in str(error).splitlines():
                click.echo(f"pawdeploy: {line}", err=True)
            ctx.exit(EXIT_CONFIG if isinstance(error, ConfigError) else EXIT_START)


@click.group(cls=_Cli, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pawdeploy", message="%(prog)s %(version)s")
def main() -> None:
    """Release and incident desk of a small product team, inside Slack.

    Reads pawdeploy.toml (or the file PAWDEPLOY_CONFIG names) and secrets from the environment.
    """


@main.command()
def run() -> None:
    """Run the bot until it is told to stop (SIGTERM drains)."""
    from bot import heap, late

    heap.share()
    with heap.undisturbed():
        settings, project = _read()
        from bot import log

        log.configure(settings)
        late.import_dbos()
        from bot.app import build

        asyncio.run(build(settings, project).run())


@main.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8787, show_default=True, help="0: any free port."
)
@click.option("--state", type=click.Path(path_type=Path, file_okay=False), help="Keep the state here.")
@click.option(
    "--mode",
    type=click.Choice(["socket", "http"]),
    default="socket",
    show_default=True,
    help="How the simulated Slack reaches the bot.",
)
def sandbox(port: int, state: Path | None, mode: Literal["socket", "http"]) -> None:
    """Try everything here: a simulated Slack, Railway and GitHub, and this bot, on loopback."""
    from sandbox import launch

    launch.main(port, state=state, mode=mode)


@main.command()
def check() -> None:
    """Check tokens, scopes, channel, vendors and database: one line each."""
    settings, project = _read()
    from bot.check import check as look

    findings = asyncio.run(look(settings, project))
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        click.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.name.ljust(width)}  {finding.said}")
    bad = sum(not finding.ok for finding in findings)
    if bad:
        click.echo(
            f"{bad} of {len(findings)} need a hand; repair from the top, then: pawdeploy check", err=True
        )
        raise click.exceptions.Exit(EXIT_NO)


@main.group()
def playbooks() -> None:
    """Look at playbooks. Needs no secret."""


@playbooks.command("check")
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
def check_books(folder: Path | None) -> None:
    """Check every playbook, or those of FOLDER: one line for each, and for each thing that is wrong."""
    from bot.check_playbooks import check_playbooks

    places, project = _books()
    findings = check_playbooks((folder,) if folder else places, project)
    width = max((len(finding.name) for finding in findings), default=0)
    for finding in findings:
        click.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.name.ljust(width)}  {finding.said}")
    if not findings:
        click.echo("there is no playbook; write one as docs/playbooks.md shows", err=True)
    if not findings or any(not finding.ok for finding in findings):
        raise click.exceptions.Exit(EXIT_NO)


@playbooks.command("list")
def list_books() -> None:
    """Name every playbook, with when it is for."""
    from playbooks.library import load_libraries

    found = load_libraries(_books()[0])
    width = max(len(name) for name in found)
    for name, playbook in found.items():
        click.echo(f"{name.ljust(width)}  {playbook.title}: {playbook.when}")


@main.group()
def audit() -> None:
    """Read the audit log. Needs DATABASE_URL and nothing else."""


@audit.command()
def verify() -> None:
    """Recompute the audit log's hash chain; exit code 1 when it is broken."""
    asyncio.run(_verify())


@audit.command()
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
def export(form: Literal["jsonl", "csv"]) -> None:
    """Write every audit entry to standard output, oldest first."""
    asyncio.run(_export(form))


@main.group()
def incidents() -> None:
    """List incidents and write their reports to files. Needs DATABASE_URL and nothing else."""


@incidents.command("list")
def list_incidents() -> None:
    """Name every incident, oldest first."""
    asyncio.run(_list_incidents())


@incidents.command("export")
@click.argument("numbers", type=click.IntRange(min=1), nargs=-1, metavar="[NUMBER]...")
@click.option(
    "--id", "ids", type=click.IntRange(min=1), multiple=True, help="The same as NUMBER; may be repeated."
)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Write here; made when it is not there.",
)
@click.option("--format", "form", type=click.Choice(["md", "json"]), default="md", show_default=True)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only those opened that day (UTC) or later.")
@click.option("--force", is_flag=True, help="Write over files that are there.")
def export_incidents(
    *,
    numbers: tuple[int, ...],
    ids: tuple[int, ...],
    folder: Path,
    form: Literal["md", "json"],
    since: datetime | None,
    force: bool,
) -> None:
    """Write a file for each incident, or for those of NUMBER: incident-3.md, or .json.

    Exit code 1 when one could not be written.
    """
    from bot.incidents_export import Export

    start = since.replace(tzinfo=UTC) if since else None
    asked = Export(ids=(*numbers, *ids), since=start, folder=folder, form=form, force=force)
    asyncio.run(_export_incidents(asked))


def _read() -> "tuple[Settings, Project]":
    from bot import settings, toml_file

    project = toml_file.load(settings.config_path())
    return settings.read_settings(project), project


def _books() -> "tuple[tuple[Path, ...], Project | None]":
    """Where playbooks are; without a project file those that come with pawdeploy."""
    from bot import settings, toml_file
    from bot.check_playbooks import folders
    from playbooks.library import LIBRARY

    file = settings.config_path()
    if not file.exists():
        return (LIBRARY,), None
    project = toml_file.load(file)
    return folders(project, file), project


async def _open() -> "Database":
    """Open the database that is there; never make one, which would verify as empty and intact."""
    from bot import settings
    from bot.db.session import driver_url, open_database, sqlite_path

    url = settings.database_url()
    path = sqlite_path(driver_url(url))
    if path is not None and not path.is_file():
        msg = f"there is no database at {path}; set DATABASE_URL to the bot's, e.g. sqlite:///var/pawdeploy.sqlite3"
        raise ConfigError(msg)
    return await open_database(url)


async def _verify() -> None:
    from bot.db.audit_store import AuditStore, Broken, Intact

    database = await _open()
    try:
        verdict = await AuditStore(database).verify()
    finally:
        await database.close()
    match verdict:
        case Intact(entries, head):
            click.echo(f"intact: {entries} entries, head {head}")
        case Broken(seq, what):
            click.echo(f"BROKEN at entry {seq}: {what}; compare with your last export or backup")
            raise click.exceptions.Exit(EXIT_NO)


async def _export(form: Literal["jsonl", "csv"]) -> None:
    from bot.audit_export import csv_lines, jsonl_lines
    from bot.db.audit_store import AuditStore

    database = await _open()
    try:
        entries = AuditStore(database).entries()
        lines: AsyncIterator[str] = jsonl_lines(entries) if form == "jsonl" else csv_lines(entries)
        async for line in lines:
            click.echo(line, nl=False)
    finally:
        await database.close()


async def _list_incidents() -> None:
    from bot.incidents_export import listing

    database = await _open()
    try:
        async for line in listing(database):
            click.echo(line)
    finally:
        await database.close()


async def _export_incidents(asked: "Export") -> None:
    from bot.clock import Clock
    from bot.incidents_export import export

    database = await _open()
    missed = False
    try:
        async for outcome in export(database, asked, Clock().now()):
            missed = missed or outcome.written is None
            click.echo(outcome.written or outcome.said, err=outcome.written is None)
    except OSError as error:
        msg = (
            f"{error.filename or asked.folder} cannot be written: {error.strerror}; name another folder: --to"
        )
        raise ConfigError(msg) from error
    finally:
        await database.close()
    if missed:
        raise click.exceptions.Exit(EXIT_NO)

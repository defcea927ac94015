"""What lies between two commits, asked of GitHub: size, authors, each migration and what it destroys."""

from bot.engine.migrations import Changes, Migration, find, scan
from bot.errors import VendorRejected
from bot.pipelines.needs import Repository
from bot.pipelines.step import Ask
from bot.project import Service


async def compared(repository: Repository, service: Service, base: str, head: str, ask: Ask) -> Changes:
    """Compare two full SHAs and read the migrations between them.

    Raises:
        VendorError: when GitHub does not answer, as ``ask`` has it.

    """
    name = service.repository
    seen = await ask(lambda: repository.compare(name, base, head))
    paths, known = find(seen.files, seen.files_complete, service.migrations_path)
    return Changes(
        base=base,
        head=head,
        commits=seen.total_commits,
        authors=seen.authors,
        additions=seen.additions,
        deletions=seen.deletions,
        files_complete=seen.files_complete,
        url=seen.url,
        migrations=tuple(
            [await _read(repository, name, path, head, ask) for path in paths if path not in seen.gone]
        ),
        migrations_known=known or not service.migrations_path,
    )


def unknown(base: str, head: str) -> Changes:
    """Return what is known when nobody could be asked: nothing."""
    return Changes(
        base=base,
        head=head,
        commits=0,
        authors=(),
        additions=0,
        deletions=0,
        files_complete=False,
        url="",
    )


async def _read(repository: Repository, name: str, path: str, head: str, ask: Ask) -> Migration:
    try:
        text = await ask(lambda: repository.file_at(name, path, head))
    except VendorRejected:
        text = ""  # too large or not text: shown as unread, never as harmless
    return scan(path, text)

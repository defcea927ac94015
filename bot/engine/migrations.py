"""What lies between two commits, for people who decide on it: size, authors, and what migrations destroy.

Read, never run. What can't be read in full is said to be so; nothing is called safe.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from pydantic import TypeAdapter

from bot.engine.migration_python import Module, does_nothing
from bot.engine.migration_sql import destroys, going_up

MOST_FILES = 300
"""GitHub lists no more files of a comparison: https://docs.github.com/rest/commits/commits#compare-two-commits"""
UNREAD = "could not be read"
_MARK = re.compile(r"(?:#|--)[ \t]*pawdeploy:[ \t]*irreversible\b[ \t:.-]*(?P<why>[^\n]*)", re.IGNORECASE)
_NO_MIGRATION = frozenset({".md", ".mako", ".ini", ".txt"})
_NO_MIGRATION_NAMES = frozenset({"__init__.py", "env.py"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Migration:
    """One migration file. All text is raw: renderers escape it."""

    path: str
    revision: str
    """Alembic's id, or the number a file name begins with; empty when there is neither."""
    destructive: tuple[str, ...] = ()
    """What it destroys or may: ``drops column users.email (line 12)``; also that it could not be read."""
    irreversible: bool = False
    """No way back is written, or the file says so itself."""
    why: str = ""
    """Why it is irreversible, in a few words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What a run would ship, as its card shows it; kept with the run as JSON."""

    base: str
    """Full SHA of what is live; empty when unknown."""
    head: str
    commits: int
    authors: tuple[str, ...]
    additions: int
    deletions: int
    files_complete: bool
    url: str
    migrations: tuple[Migration, ...] = ()
    migrations_known: bool = False
    """False: there may be more migrations than listed, or some where none are."""

    @property
    def compared(self) -> bool:
        """Somebody counted: False when GitHub did not answer, or one of the two commits is unknown."""
        return bool(self.commits or self.files_complete or self.url)

    @property
    def destructive(self) -> bool:
        """Some migration destroys something, or may."""
        return any(migration.destructive for migration in self.migrations)

    @property
    def irreversible(self) -> tuple[Migration, ...]:
        """The migrations that can't be undone."""
        return tuple(migration for migration in self.migrations if migration.irreversible)

    def to_json(self) -> str:
        """Return it as ``from_json`` reads it."""
        return _adapter().dump_json(self).decode()

    @staticmethod
    def from_json(text: str) -> "Changes":
        """Read what ``to_json`` wrote; raises pydantic's ValidationError on anything else."""
        return _adapter().validate_json(text)


@cache
def _adapter() -> TypeAdapter[Changes]:
    return TypeAdapter(Changes)


def find(
    files: tuple[str, ...],
    files_complete: bool,  # noqa: FBT001 - Comparison's own two fields, in order
    migrations_path: str,
) -> tuple[tuple[str, ...], bool]:
    """Return the migrations among ``files``, and whether these are all of them.

    Never "none" from a list that is cut or full (300 files). Without a path there are none to find.
    """
    folder = PurePosixPath(migrations_path)
    if not migrations_path.strip("/. "):
        return (), True
    found = tuple(file for file in files if folder in PurePosixPath(file).parents and _may_be_one(file))
    return found, files_complete and len(files) < MOST_FILES


def _may_be_one(file: str) -> bool:
    path = PurePosixPath(file)
    return path.suffix not in _NO_MIGRATION and path.name not in _NO_MIGRATION_NAMES


def scan(path: str, text: str) -> Migration:
    """Read the migration in ``text``: alembic's Python by its syntax tree, or plain SQL."""
    suffix = PurePosixPath(path).suffix
    if suffix == ".py":
        return _python(path, text)
    if suffix == ".sql":
        return _sql(path, text)
    return _unread(path, text)


def _unread(path: str, text: str) -> Migration:
    return Migration(
        path=path,
        revision=_number(path),
        destructive=(UNREAD,),
        irreversible=True,
        why=_marked(text) or UNREAD,
    )


def _python(path: str, text: str) -> Migration:
    try:
        module = Module(text)
        if "upgrade" not in module.functions:
            return _unread(path, text)
        found = module.destructive()
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return _unread(path, text)
    back = module.functions.get("downgrade")
    why = _marked(text)
    if not why and back is None:
        why = "has no downgrade()"
    elif not why and back is not None and does_nothing(back):
        why = "its downgrade() does nothing"
    return Migration(
        path=path,
        revision=module.revision or _number(path),
        destructive=_said(found),
        irreversible=bool(why),
        why=why,
    )


def _sql(path: str, text: str) -> Migration:
    if path.endswith(".down.sql"):  # golang-migrate's way back, which going forward does not run
        return Migration(path=path, revision=_number(path))
    forward, way_back = going_up(text)
    found = destroys(forward)
    why = _marked(text) or ("destroys data and has no way back" if found and not way_back else "")
    return Migration(
        path=path, revision=_number(path), destructive=_said(found), irreversible=bool(why), why=why
    )


def _said(found: tuple[tuple[int, str], ...]) -> tuple[str, ...]:
    return tuple(f"{what} (line {line})" for line, what in found)


def _marked(text: str) -> str:
    """Return why the file says it is irreversible; empty when it does not."""
    found = _MARK.search(text)
    return (found["why"].strip() or "marked irreversible") if found else ""


def _number(path: str) -> str:
    """Return what a migration's file name begins with: ``0012``, ``20261224101500``, ``V12``, ``3f2a9c``."""
    found = re.match(r"V?\d[\da-f.]*(?=[_-])|[0-9a-f]{8,}(?=[_-])", PurePosixPath(path).name)
    return found[0] if found else ""

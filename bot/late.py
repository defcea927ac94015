"""What libraries import at once and this bot may never need: loaded when first used, or not at all."""

import sys
from importlib import import_module
from types import ModuleType

_COLOURS = ("pygments", "rich")


class _Late(ModuleType):
    """Stands where a library was imported; asked for anything of it, it loads it and hands that out."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # Python's own questions about a module are no use of the library
            raise AttributeError(name)
        return getattr(import_module(self.__name__), name)


def import_dbos() -> None:
    """Import DBOS, but not yet the PostgreSQL driver: 9 MB that a bot on SQLite has no use for.

    DBOS knows the driver's errors by their classes and asks for those when it meets an error; by then the
    driver is there. Whoever else imports the driver gets it as always: only what DBOS holds comes late.
    """
    if "dbos" in sys.modules or "psycopg" in sys.modules:
        return
    driver, errors = _Late("psycopg"), _Late("psycopg.errors")
    vars(driver)["errors"] = errors
    late = {one.__name__: one for one in (driver, errors)}
    sys.modules.update(late)
    try:
        import_module("dbos")
    finally:
        for name in late:
            del sys.modules[name]


def import_plain() -> None:
    """Import structlog and httpx, but not what they colour a terminal with where it happens to be: 4 MB.

    Neither needs it, and we have both write plainly. The image has none; ``make lint`` brings it along.
    Whoever imports it later gets it as always.
    """
    absent = [name for name in _COLOURS if name not in sys.modules]
    for name in absent:
        sys.modules[name] = None  # type: ignore[assignment]  # how Python is told that there is no such module
    try:
        import_module("structlog")
        import_module("httpx")
    finally:
        for name in absent:
            del sys.modules[name]

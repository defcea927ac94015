"""What a library imports at once and this bot may never need: loaded when something of it is first used."""

import sys
from importlib import import_module
from types import ModuleType


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

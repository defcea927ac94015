"""The PostgreSQL driver comes when DBOS first asks something of it, and is the real one."""

import subprocess
import sys

from tests.bot.test_cli import ROOT


def said_by(code):
    """What ``code`` printed in an interpreter in which DBOS was imported, the driver not yet."""
    begin = "import sys; from bot import late; late.import_dbos(); print('psycopg' in sys.modules)\n"
    done = subprocess.run([sys.executable, "-c", begin + code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = done.stdout.split()
    assert said.pop(0) == "False"
    return said


def test_an_error_of_the_driver_is_known_for_what_it_is():
    said = said_by("""
from sqlalchemy.exc import OperationalError
from dbos._utils import retriable_postgres_exception as again
from psycopg import OperationalError as Cause, errors
for cause in Cause("connection failed"), Cause("no such role"), errors.ConnectionTimeout("late"), OSError():
    print(again(OperationalError("SELECT 1", {}, cause)))
""")

    assert said == ["True", "False", "True", "False"]


def test_asked_for_an_error_the_driver_is_loaded_once():
    said = said_by("""
from dbos import _sys_db, _utils
first, second = _sys_db.pg_errors.LockNotAvailable, _utils.psycopg.OperationalError
import psycopg
print(first is psycopg.errors.LockNotAvailable, second is psycopg.OperationalError)
""")

    assert said == ["True", "True"]


def test_what_is_there_is_left_as_it_is():
    said = said_by("""
import dbos, psycopg
before = dbos, psycopg, psycopg.errors
late.import_dbos()
print(before == tuple(sys.modules[name] for name in ("dbos", "psycopg", "psycopg.errors")))
""")

    assert said == ["True"]

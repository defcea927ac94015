"""The PostgreSQL driver comes when DBOS first asks something of it, and is the real one; shapes come late."""

from tests import interpreter


def said_by(code):
    """What ``code`` printed in an interpreter in which DBOS was imported, the driver not yet."""
    begin = "import sys; from bot import late; late.import_dbos(); print('psycopg' in sys.modules)\n"
    said = interpreter.said_by(begin + code).split()
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


def test_shapes_of_what_vendors_say_are_built_when_they_first_say_it():
    said = said_by("""
import bot.app
from bot.alerts.sources._told import Told
from bot.integrations._http import VendorModel
from bot.integrations.expo.models import Version

def kinds(of):
    return {of}.union(*map(kinds, of.__subclasses__()))

ours = [kind for kind in kinds(VendorModel) | kinds(Told) if kind.__module__.startswith("bot.")]
print(len(ours) > 100, sum(kind.__pydantic_complete__ for kind in ours) < len(ours) / 4)
print(Version.__pydantic_complete__)
print(Version.model_validate({"version": "1.2"}).version, Version.__pydantic_complete__)
""")

    assert said == ["True", "True", "False", "1.2", "True"]

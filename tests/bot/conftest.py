"""A database for every test that wants one, opened for one after the other."""

from tests.sqlite import fresh_database, one_after_the_other  # noqa: F401 - fixtures for everybody below
